"""Load against the golden numbers, travel spread, relationships lost, service given, solvency."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.load import LOAD_WEIGHTS, NORM, WORKABLE, band_of, load_of, load_of_accounts
from segmentation.rules.ninebox import MINIMUM_MEETINGS, capacity_check
from segmentation.rules.relationships import Lost, Talks, lost_relationships, strength_of
from segmentation.rules.service_given import service_given
from segmentation.rules.solvency import allowed_days
from segmentation.rules.travel import spread_of

GOLDEN = json.loads((Path(__file__).parents[2] / "data/golden/kam.json").read_text(encoding="utf-8"))


def test_the_load_is_the_published_one():
    found = load_of(GOLDEN["accounts"])
    assert (found.count, found.load, found.band) == (GOLDEN["count"], GOLDEN["load"], GOLDEN["band"])
    assert found.utilisation == pytest.approx(GOLDEN["utilisation"], abs=1e-6)


def test_weights_norm_and_band_are_the_published_ones():
    assert GOLDEN["norm"] == NORM
    assert list(WORKABLE) == GOLDEN["parameters"]["band_ok"]
    assert {**GOLDEN["weights"], "explore": GOLDEN["parameters"]["explore_weight"]} == LOAD_WEIGHTS


@pytest.mark.parametrize(
    ("load", "band"), [(0, "low"), (5.99, "low"), (6, "ok"), (11, "ok"), (11.25, "high")]
)
def test_both_ends_of_the_band_are_workable(load, band):
    assert band_of(load) == band


def test_an_unknown_quadrant_weighs_nothing():
    assert load_of_accounts(["attack", "", "attack"]).load == 2.5


@given(st.lists(st.sampled_from([*LOAD_WEIGHTS, ""])), st.lists(st.sampled_from([*LOAD_WEIGHTS, ""])))
def test_moving_accounts_neither_makes_nor_loses_load(mine, theirs):
    both = load_of_accounts([*mine, *theirs])
    assert both.load == load_of_accounts(mine).load + load_of_accounts(theirs).load
    assert both.count == len(mine) + len(theirs)


_rows = st.lists(st.tuples(st.floats(0, 10), st.floats(0, 1e6)), min_size=1, max_size=30)


@given(_rows, st.floats(0, 100), st.floats(5, 240))
def test_the_cut_takes_the_lowest_gaps_and_no_more_than_it_must(rows, hours, minutes):
    meetings, gap = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    plan = capacity_check(meetings, minutes, hours, gap)
    left = [place for place in np.flatnonzero(meetings > MINIMUM_MEETINGS + 1e-9) if place not in plan.cut]
    assert plan.hours_after_cut <= hours + 1e-6 or not left
    assert (plan.meetings >= np.minimum(meetings, MINIMUM_MEETINGS) - 1e-9).all()
    if len(plan.cut):
        assert all(gap[place] >= gap[plan.cut].max() for place in left)
        spared = (meetings[plan.cut[-1]] - MINIMUM_MEETINGS) * minutes / 60
        assert plan.hours_after_cut + spared > hours - 1e-6, "the last one had to be cut"
    untouched = np.setdiff1d(np.arange(len(meetings)), plan.cut)
    assert (plan.meetings[untouched] == meetings[untouched]).all()


def test_the_spread_is_the_mean_way_to_the_middle():
    found = spread_of(np.array([42.0, 42.0, np.nan]), np.array([-93.0, -92.0, -91.0]))
    assert found.stores == 2
    assert found.km == pytest.approx(41.3, abs=0.2)  # half of 82.6 km along the 42nd parallel


def test_stores_across_the_date_line_are_neighbours():
    assert spread_of(np.array([0.0, 0.0]), np.array([179.9, -179.9])).km == pytest.approx(11.1, abs=0.1)


def test_without_a_place_there_is_no_spread():
    assert spread_of(np.array([np.nan]), np.array([1.0])).km is None
    assert spread_of(np.array([0.0, 0.0]), np.array([0.0, 180.0])).km is None
    assert spread_of(np.array([42.0]), np.array([-93.0])).km == pytest.approx(0, abs=1e-6)


def test_people_whom_the_next_manager_knows_are_not_lost():
    talks = [Talks(1, 7, 5), Talks(2, 7, 2), Talks(3, 7, 1), Talks(3, 8, 1), Talks(4, 9, 3)]
    assert lost_relationships(talks, 7, 8) == Lost(strong=1, some=1, weak=0)
    assert lost_relationships(talks, 7, 9).count == 3
    assert lost_relationships(talks, None, 8) == Lost()
    assert (Lost(1, 2, 3) + Lost(1, 0, 0)).count == 7


@pytest.mark.parametrize(("talks", "word"), [(1, "weak"), (2, "some"), (3, "some"), (4, "strong")])
def test_a_talk_each_quarter_is_a_strong_relationship(talks, word):
    assert strength_of(talks) == word


@pytest.mark.parametrize(
    ("needed", "given", "word"),
    [
        (4, 12, "planned"),
        (4, 9, "planned"),  # a quarter less
        (4, 8, "under"),
        (4, 15, "planned"),
        (4, 16, "over"),
        (0.25, 0, "planned"),  # less than one visit is missing
        (0.25, 2, "over"),
        (0, 0, "planned"),
        (0, 1, "over"),
        (float("nan"), 5, ""),
    ],
)
def test_a_difference_counts_from_a_quarter_and_from_one_visit_on(needed, given, word):
    assert str(service_given(np.array([float(needed)]), np.array([float(given)]), 3)[0]) == word


@given(st.floats(0, 31), st.integers(0, 100), st.integers(0, 20))
def test_more_visits_never_make_service_less(needed, given, more):
    order = ["under", "planned", "over"]
    words = service_given(np.array([needed, needed]), np.array([given, given + more], dtype=float), 3)
    assert order.index(words[0]) <= order.index(words[1])


@pytest.mark.parametrize(
    ("assessment", "is_late", "days"),
    [
        ("", False, None),
        ("unknown", False, None),
        ("yes", False, None),
        ("partly", False, 30),
        ("no", False, 0),
        ("yes", True, 0),
    ],
)
def test_solvency_bounds_credit_days(assessment, is_late, days):
    assert allowed_days(assessment, is_long_overdue=is_late) == days
