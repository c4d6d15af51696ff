"""Who has the shelf: shares of suppliers in what was counted, year against year and by month.

Share = a supplier's part of all counted sales of the same months. Years are compared over the same months:
from January to the last counted month of the later year.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ka_crm.lib.periods import month_index, month_start

OURS = "ours"
OTHERS = "others"
#: Suppliers named beside ours; the rest is "others".
NAMED = 5
MONTHS = 12

Key = int | str
"""A competitor's id, ``OURS`` or ``OTHERS``."""


@dataclass(frozen=True)
class ShelfRow:
    """What a supplier (None: we) sold in a month; ten-thousandths, money or pieces, one of them for all."""

    month: dt.date
    competitor: int | None
    value: int


@dataclass(frozen=True)
class ShelfShare:
    """One supplier's share now and in the same months a year before; None where nothing was counted then."""

    key: Key
    now: float
    before: float | None


@dataclass(frozen=True)
class Shelf:
    """Shares of a year's counted months, and by month.

    ``shares``: ours first, then the largest, "others" last. ``months``: the share by key of each of the last
    twelve calendar months, nothing where nothing was counted.
    """

    first: dt.date
    last: dt.date
    shares: list[ShelfShare]
    months: list[tuple[dt.date, dict[Key, float]]]


def shelf_of(rows: Iterable[ShelfRow]) -> Shelf | None:
    """Return who has the shelf; None where nothing was counted or the counts add up to nothing."""
    sums: dict[dt.date, dict[Key, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        sums[row.month][OURS if row.competitor is None else row.competitor] += row.value
    if not sums:
        return None
    last = max(sums)
    now = _added(sums, last.year, last.month)
    if sum(now.values()) <= 0:
        return None
    before = _added(sums, last.year - 1, last.month)
    keys = _named(now)
    shares_now, shares_before = _shares(now, keys), _shares(before, keys)
    shares = [ShelfShare(key, shares_now[key], shares_before.get(key)) for key in keys]
    newest = [month_start(month_index(last) - back) for back in reversed(range(MONTHS))]
    months = [(month, _shares(sums.get(month, {}), keys)) for month in newest]
    return Shelf(dt.date(last.year, 1, 1), last, shares, months)


def _added(sums: dict[dt.date, dict[Key, int]], year: int, until: int) -> dict[Key, int]:
    added: dict[Key, int] = defaultdict(int)
    for month, values in sums.items():
        if month.year == year and month.month <= until:
            for key, value in values.items():
                added[key] += value
    return added


def _named(now: dict[Key, int]) -> list[Key]:
    rivals = sorted((key for key in now if key != OURS), key=lambda key: (-now[key], str(key)))
    return [OURS, *rivals[:NAMED], *([OTHERS] if len(rivals) > NAMED else [])]


def _shares(values: dict[Key, int], keys: list[Key]) -> dict[Key, float]:
    """Return the share of every named supplier; what is not named belongs to "others"."""
    whole = sum(values.values())
    if whole <= 0:
        return {}
    found = {key: values.get(key, 0) / whole for key in keys if key != OTHERS}
    if OTHERS in keys:
        found[OTHERS] = sum(value for key, value in values.items() if key not in found) / whole
    return found
