"""Months as numbers, and the window of whole months before a date."""

import datetime as dt
from dataclasses import dataclass


def month_index(day: dt.date) -> int:
    """Return year × 12 + month − 1: consecutive months are consecutive numbers."""
    return day.year * 12 + day.month - 1


def month_start(index: int) -> dt.date:
    """Return the first day of the month with this index."""
    return dt.date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True)
class Window:
    """The ``months`` whole months before the month of ``as_of``; the open month never counts."""

    as_of: dt.date
    months: int

    @property
    def first_index(self) -> int:
        return month_index(self.as_of) - self.months

    @property
    def first_month(self) -> dt.date:
        return month_start(self.first_index)

    @property
    def end(self) -> dt.date:
        """First day that no longer belongs to the window."""
        return self.as_of.replace(day=1)

    @property
    def last_day(self) -> dt.date:
        return self.end - dt.timedelta(days=1)

    def starts(self) -> list[dt.date]:
        """First days of the months, oldest first."""
        return [month_start(self.first_index + i) for i in range(self.months)]
