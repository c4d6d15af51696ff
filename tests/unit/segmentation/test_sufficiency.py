"""Is enough known to split accounts? Thresholds, and what is thin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.sufficiency import (
    FEW_STORES,
    LITTLE_MEASURED,
    MUCH_UNKNOWN,
    NOTHING_KNOWN,
    Known,
    thinness,
)

ENOUGH = {"accounts": 20, "measured": 50, "estimated": 50, "own": 100, "stores": 40, "counted_stores": 30}


@pytest.mark.parametrize(
    ("change", "thin"),
    [
        ({}, ()),
        ({"measured": 49, "estimated": 51}, (LITTLE_MEASURED,)),
        ({"measured": 30, "early": 20}, ()),  # counted too rarely is still counted
        ({"unknown_accounts": 3, "unknown_own": 20}, ()),
        ({"unknown_accounts": 3, "unknown_own": 21}, (MUCH_UNKNOWN,)),
        ({"counted_stores": 4}, (FEW_STORES,)),
        ({"stores": 3, "counted_stores": 3}, ()),  # who has three stores cannot count five
        ({"stores": 0, "counted_stores": 0}, ()),
        ({"measured": 0, "estimated": 0}, (NOTHING_KNOWN,)),
        ({"accounts": 0, "measured": 0, "estimated": 0}, ()),
        ({"measured": 10, "estimated": 90, "unknown_own": 50, "counted_stores": 1},
         (LITTLE_MEASURED, MUCH_UNKNOWN, FEW_STORES)),
    ],
)  # fmt: skip
def test_what_is_thin(change: dict[str, int], thin: tuple[str, ...]) -> None:
    assert thinness(Known(**{**ENOUGH, **change})) == thin


AMOUNTS = st.integers(0, 10**12)
KNOWN = st.builds(
    Known,
    accounts=st.integers(0, 1_000), unknown_accounts=st.integers(0, 1_000), measured=AMOUNTS, early=AMOUNTS,
    estimated=AMOUNTS, own=AMOUNTS, unknown_own=AMOUNTS,
    stores=st.integers(0, 9), counted_stores=st.integers(0, 9),
)  # fmt: skip


@given(KNOWN)
def test_the_parts_of_what_is_known_make_the_whole(known: Known) -> None:
    parts = (known.measured_part, known.early_part, known.estimated_part)
    if known.total:
        assert sum(part or 0 for part in parts) == pytest.approx(1)
    else:
        assert parts == (None, None, None)


@given(KNOWN, KNOWN)
def test_two_territories_together_are_their_sums(one: Known, other: Known) -> None:
    both = one.plus(other)
    assert both.total == one.total + other.total
    assert both.plus(Known()) == both
