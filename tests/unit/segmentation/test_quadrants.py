"""Quadrants: the published example, edge cases, the hold band, and what must always hold."""

import csv
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.abc import abc_classes
from segmentation.rules.quadrants import (
    POOL,
    QUADRANTS,
    TREATMENTS,
    is_measured,
    quadrants,
    share_index,
)

GOLDEN = Path(__file__).parents[2] / "data/golden"
M = 0.24
NAN = float("nan")


def published_stores() -> list[dict[str, str]]:
    with (GOLDEN / "matrix_expected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float:
    return float(text) if text else NAN


def quadrant_of(
    share: float, potential: float, high: bool, previous: str | None = None, cut: float | None = None
) -> str:
    old = np.array([previous]) if previous is not None else None
    return str(
        quadrants(
            np.array([share]), M, np.array([potential]), np.array([high]), previous is not None, old, cut
        )[0]
    )


def test_thirteen_stores_get_the_published_class_index_and_quadrant() -> None:
    rows = published_stores()
    potential = np.array([int(row["potential"]) for row in rows])
    own = np.array([number(row["own"]) for row in rows])
    share = np.where(potential > 0, own / np.maximum(potential, 1), np.nan)
    classes = abc_classes(potential, [row["code"] for row in rows], (Decimal("0.80"), Decimal("0.15")))

    assert list(classes.abc_class) == [row["pot_class"] for row in rows]
    expected_index = [number(row["index"]) for row in rows]
    assert share_index(share, M) == pytest.approx(expected_index, abs=1e-6, nan_ok=True)
    found = quadrants(share, M, potential, classes.abc_class == "A")
    assert list(found) == [row["quadrant"] for row in rows]


@pytest.mark.parametrize(
    ("share", "potential", "high", "quadrant"),
    [
        pytest.param(NAN, 100, True, "explore", id="a_large_buyer_of_unknown_share_is_explored"),
        pytest.param(NAN, 100, False, "monitor", id="a_small_buyer_of_unknown_share_is_monitored"),
        pytest.param(NAN, 0, False, "monitor", id="no_potential_is_monitored"),
        pytest.param(0.5, 0, True, "monitor", id="potential_0_is_never_large"),
        pytest.param(NAN, NAN, True, "monitor", id="unknown_potential_is_monitored"),
        pytest.param(0.24, 100, True, "defend", id="exactly_at_market_share_is_defended"),
        pytest.param(0.24, 100, False, "maintain", id="exactly_at_market_share_is_maintained"),
        pytest.param(0.2399, 100, True, "attack", id="just_below_is_attacked"),
    ],
)
def test_edge_cases(share: float, potential: float, high: bool, quadrant: str) -> None:
    assert quadrant_of(share, potential, high) == quadrant


def test_no_potential_or_no_share_wears_the_unmeasured_badge() -> None:
    share, potential = np.array([0.1, NAN, 0.1, 0.1]), np.array([100.0, 100.0, 0.0, NAN])
    assert list(is_measured(share, M, potential)) == [True, False, False, False]
    assert not is_measured(share, NAN, potential).any()


def test_without_a_market_share_a_large_buyer_is_explored() -> None:
    found = quadrants(np.array([0.5]), np.array([NAN]), np.array([100]), np.array([True]))
    assert found[0] == "explore"


@pytest.mark.parametrize(
    ("index", "previous", "quadrant"),
    [
        (1.04, "attack", "attack"),
        (1.06, "attack", "defend"),
        (0.96, "defend", "defend"),
        (0.94, "defend", "attack"),
        (0.96, "explore", "attack"),
        (0.96, "", "attack"),
    ],
)
def test_a_share_close_to_the_market_s_keeps_the_old_side(index: float, previous: str, quadrant: str) -> None:
    assert quadrant_of(index * M, 200, True, previous, 100.0) == quadrant


@pytest.mark.parametrize(
    ("potential", "high", "previous", "quadrant"),
    [
        (95, False, "attack", "attack"),
        (89, False, "attack", "monitor"),
        (108, True, "monitor", "monitor"),
        (111, True, "monitor", "attack"),
        (108, True, "", "attack"),
    ],
)
def test_a_potential_close_to_the_cut_keeps_the_old_side(
    potential: float, high: bool, previous: str, quadrant: str
) -> None:
    assert quadrant_of(0.10, potential, high, previous, 100.0) == quadrant


def test_crossing_one_line_far_counts_although_the_other_is_held() -> None:
    assert quadrant_of(0.40, 95, False, "attack", 100.0) == "defend"


def test_without_the_hold_band_the_past_does_not_matter() -> None:
    found = quadrants(
        np.array([1.04 * M]), M, np.array([200]), np.array([True]), False, np.array(["attack"]), 100
    )
    assert found[0] == "defend"


def test_every_quadrant_has_a_treatment_and_the_money_adds_up() -> None:
    assert set(TREATMENTS) == set(QUADRANTS)
    assert sum(row.suggested_promotion_share for row in TREATMENTS.values()) == pytest.approx(1)
    assert all(row.promotion_share is None for row in TREATMENTS.values())


maybe = st.floats(0, 1) | st.just(NAN)
rows = st.lists(
    st.tuples(maybe, maybe, st.floats(0, 1e6) | st.just(NAN), st.booleans()), min_size=1, max_size=30
)


@given(rows, st.sampled_from(["", *QUADRANTS]), st.booleans())
def test_every_store_is_in_exactly_one_quadrant(
    stores: list[tuple[float, float, float, bool]], previous: str, hold: bool
) -> None:
    share, market, potential = (np.array([row[place] for row in stores]) for place in range(3))
    high = np.array([row[3] for row in stores])
    old = np.full(len(stores), previous)
    found = quadrants(share, market, potential, high, hold, old, cut=1_000.0)
    assert len(found) == len(stores)
    assert set(found) <= set(QUADRANTS)
    assert set(found[(np.nan_to_num(potential) == 0)]) <= {"monitor"}
    if not hold:
        assert (np.isin(found, POOL) == (high & (np.nan_to_num(potential) > 0))).all()
