"""Assessments expire after twelve months; the newest of an aspect counts; unknown is never zero."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.assessments import (
    Found,
    expires_on,
    is_expired,
    levels_on,
    months_later,
    strategic_score,
)

DAY = dt.date(2022, 3, 15)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (dt.date(2022, 3, 15), 12, dt.date(2023, 3, 15)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2023, 8, 31), 6, dt.date(2024, 2, 29)),
        (dt.date(2022, 12, 1), 1, dt.date(2023, 1, 1)),
    ],
)
def test_the_same_day_some_months_later_or_the_last_of_the_month(day, months, later):
    assert months_later(day, months) == later


def test_an_assessment_holds_to_the_day_before_its_anniversary():
    assert not is_expired(DAY, dt.date(2023, 3, 14))
    assert is_expired(DAY, dt.date(2023, 3, 15))


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 1, 1)))
def test_no_assessment_holds_longer_than_a_year(day):
    assert 365 <= (expires_on(day) - day).days <= 366


def test_the_newest_counts_and_what_was_found_later_that_day():
    found = [
        Found("need", "yes", DAY, 1),
        Found("need", "no", DAY, 2),
        Found("solvency", "partly", DAY - dt.timedelta(days=9), 3),
        Found("solvency", "yes", DAY + dt.timedelta(days=9), 4),  # not known yet on the day
    ]
    assert levels_on(found, DAY) == {"need": 0, "solvency": 1}


def test_an_expired_one_is_unknown_and_an_older_one_does_not_come_back():
    found = [Found("need", "yes", dt.date(2020, 1, 1)), Found("need", "no", dt.date(2021, 1, 1))]
    assert levels_on(found, dt.date(2022, 1, 1)) == {"need": None}


def test_unknown_takes_back_what_was_found():
    found = [Found("need", "yes", DAY, 1), Found("need", "unknown", DAY, 2)]
    assert levels_on(found, DAY) == {"need": None}


@pytest.mark.parametrize(
    ("levels", "score"),
    [
        ({"own:reach": 2, "own:fit": 0}, 2 * 3 / 4),
        ({"own:reach": 2}, 2.0),
        ({"own:reach": None}, None),
        ({}, None),
        ({"reach": 2}, None),
    ],
)
def test_the_own_criteria_make_a_weighted_mean_of_what_is_known(levels, score):
    assert strategic_score(levels, {"reach": 3.0, "fit": 1.0}) == score
