"""The market share that a store is compared with."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.rules.market import computed_market_share, market_share_for

GOLDEN = json.loads(
    (Path(__file__).parents[2] / "data/golden/share_expected.json").read_text(encoding="utf-8")
)["computed_market_share"]
POTENTIAL, SHARE = np.array(GOLDEN["potential"]), np.array(GOLDEN["share"])
ONE_MARKET = np.zeros(5, dtype=np.int64)


def test_large_stores_weigh_more_in_the_published_market_share() -> None:
    market = computed_market_share(POTENTIAL, SHARE, ONE_MARKET, leave_out=False)
    assert market == pytest.approx([GOLDEN["value"]] * 5, abs=1e-6)
    assert SHARE.mean() == pytest.approx(GOLDEN["unweighted_mean"])


def test_a_store_is_left_out_of_the_market_it_is_compared_with() -> None:
    market = computed_market_share(POTENTIAL, SHARE, ONE_MARKET, leave_out=True, min_stores=4)
    others = (POTENTIAL * SHARE)[1:].sum() / POTENTIAL[1:].sum()
    assert market[0] == pytest.approx(others)


def test_fewer_than_five_other_stores_give_no_market_share() -> None:
    assert np.isnan(computed_market_share(POTENTIAL, SHARE, ONE_MARKET, leave_out=True)).all()
    assert np.isfinite(computed_market_share(POTENTIAL, SHARE, ONE_MARKET, leave_out=False)).all()


def test_an_unmeasured_store_is_compared_with_the_measured_ones_of_its_own_market() -> None:
    potential = np.array([*POTENTIAL, np.nan, 500.0])
    share = np.array([*SHARE, np.nan, 0.9])
    market = computed_market_share(potential, share, np.array([0] * 6 + [1]), leave_out=True)
    assert market[5] == pytest.approx(GOLDEN["value"], abs=1e-6)
    assert np.isnan(market[6])


def test_one_store_in_a_market_has_its_configured_benchmark_only() -> None:
    nothing = computed_market_share(np.array([10.0]), np.array([0.3]), np.array([0]), leave_out=True)
    value, origin = market_share_for(np.array([0.24]), np.array([np.nan]), nothing)
    assert (value[0], origin[0]) == (0.24, "region")


def test_region_comes_before_country_and_country_before_computed() -> None:
    nan = np.nan
    region, country = np.array([0.1, nan, nan, nan]), np.array([0.2, 0.2, nan, nan])
    computed = np.array([0.3, 0.3, 0.3, nan])
    value, origin = market_share_for(region, country, computed)
    assert list(origin) == ["region", "country", "computed", ""]
    assert value == pytest.approx([0.1, 0.2, 0.3, nan], nan_ok=True)


def test_computed_may_be_asked_for_in_spite_of_a_benchmark() -> None:
    value, origin = market_share_for(np.array([0.1]), np.array([0.2]), np.array([0.3]), source="computed")
    assert (value[0], origin[0]) == (0.3, "computed")


def test_an_empty_company_has_no_market() -> None:
    none = np.zeros(0)
    assert len(computed_market_share(none, none, none.astype(np.int64), leave_out=True)) == 0


@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(0, 1), st.integers(0, 2)), min_size=1, max_size=40))
def test_a_market_share_lies_between_its_smallest_and_largest_store(
    rows: list[tuple[float, float, int]],
) -> None:
    potential, share = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    groups = np.array([row[2] for row in rows])
    market = computed_market_share(potential, share, groups, leave_out=False, min_stores=1)
    for group in set(groups.tolist()):
        inside = share[groups == group]
        assert inside.min() - 1e-9 <= market[groups == group][0] <= inside.max() + 1e-9
