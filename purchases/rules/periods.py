"""Periods of days that must not overlap."""

import datetime as dt
from collections.abc import Hashable, Iterable
from typing import NamedTuple


class Period(NamedTuple):
    """From a day until a day, both included; without an end until further notice. Only periods of the same
    ``group`` are compared; ``key`` names one of them."""

    group: Hashable
    key: Hashable
    first: dt.date
    last: dt.date | None


def overlapping(periods: Iterable[Period]) -> set[Hashable]:
    """Return the keys of periods that share a day with another one of their group.

    >>> day = dt.date.fromisoformat
    >>> june = Period("a", 1, day("2022-06-01"), day("2022-06-30"))
    >>> overlapping([june, Period("a", 2, day("2022-07-01"), None), Period("b", 3, day("2022-06-01"), None)])
    set()
    >>> sorted(overlapping([june, Period("a", 2, day("2022-06-30"), None)]))
    [1, 2]
    """
    groups: dict[Hashable, list[Period]] = {}
    for period in periods:
        groups.setdefault(period.group, []).append(period)
    found: set[Hashable] = set()
    for group in groups.values():
        group.sort(key=lambda period: period.first)
        longest = group[0]
        for period in group[1:]:
            if longest.last is None or period.first <= longest.last:
                found |= {longest.key, period.key}
            if longest.last is not None and (period.last is None or period.last > longest.last):
                longest = period
    return found
