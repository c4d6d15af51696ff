"""Periods that share a day are found, however many there are."""

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.rules.periods import Period, overlapping

DAY = dt.date(2022, 1, 1)


def period(key, first, last, group="a"):
    end = None if last is None else DAY + dt.timedelta(days=last)
    return Period(group, key, DAY + dt.timedelta(days=first), end)


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([], set()),
        ([(0, 9), (10, 19)], set()),
        ([(0, 9), (9, 19)], {0, 1}),
        ([(5, 5), (5, 5)], {0, 1}),
        ([(0, None), (10, None)], {0, 1}),
        ([(10, 19), (0, None)], {0, 1}),
        ([(0, 99), (10, 19), (20, 29)], {0, 1, 2}),
        ([(0, 9), (20, 29), (5, 6), (30, None)], {0, 2}),
    ],
)
def test_a_shared_day_is_an_overlap_and_neighbouring_days_are_none(periods, expected):
    assert overlapping(period(key, *days) for key, days in enumerate(periods)) == expected


def test_other_groups_are_not_compared():
    assert overlapping([period(0, 0, None), period(1, 0, None, "b")]) == set()


spans = st.tuples(st.integers(0, 30), st.none() | st.integers(0, 10), st.sampled_from("ab"))


@given(st.lists(spans, max_size=12))
def test_it_finds_what_comparing_all_pairs_finds(spans):
    periods = [
        period(key, first, None if length is None else first + length, group)
        for key, (first, length, group) in enumerate(spans)
    ]
    expected = set()
    for one, other in combinations(periods, 2):
        shares_a_day = (one.last is None or other.first <= one.last) and (
            other.last is None or one.first <= other.last
        )
        if one.group == other.group and shares_a_day:
            expected |= {one.key, other.key}
    assert overlapping(periods) == expected
