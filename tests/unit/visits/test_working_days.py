"""Days on which stores are visited."""

import datetime as dt

import pytest

from visits.rules.working_days import first_free_day, working_days

MONDAY = dt.date(2022, 10, 31)


def test_a_period_has_its_days_from_monday_to_friday() -> None:
    assert [day.day for day in working_days(MONDAY - dt.timedelta(days=3), MONDAY)] == [28, 31]
    assert working_days(MONDAY, MONDAY - dt.timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("today", "taken", "day"),
    [
        (MONDAY, (), MONDAY),
        (MONDAY, (0,), dt.date(2022, 11, 1)),
        (MONDAY, (0, 1, 2, 3, 4), dt.date(2022, 11, 7)),
        (dt.date(2022, 11, 5), (), dt.date(2022, 11, 7)),
        (MONDAY, tuple(range(90)), MONDAY),
    ],
    ids=["today", "taken today", "taken all week", "a Saturday", "taken for months"],
)
def test_the_first_free_day_is_a_working_day_that_is_not_taken(today, taken, day) -> None:
    assert first_free_day(today, {MONDAY + dt.timedelta(days=n) for n in taken}) == day
