"""Days on which stores are visited: Monday to Friday."""

import datetime as dt
from collections.abc import Container

_FRIDAY = 4
_AHEAD = 60


def working_day(day: dt.date) -> dt.date:
    """Return the day itself, or the Monday after a weekend."""
    return day if day.weekday() <= _FRIDAY else day + dt.timedelta(days=7 - day.weekday())


def working_days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the days from Monday to Friday of a period."""
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() <= _FRIDAY]


def first_free_day(today: dt.date, taken: Container[dt.date]) -> dt.date:
    """Return the first working day from today on that is not taken; the next one if all of 60 days are."""
    days = working_days(today, today + dt.timedelta(days=_AHEAD))
    return next((day for day in days if day not in taken), working_day(today))
