"""Who has the shelf: shares of suppliers in what was counted, year against year and by month.

Share = a supplier's part of all counted sales of the same months. Years are compared over the same months:
from January to the last counted month of the later year.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ka_crm.lib.periods import month_index, month_start

OURS = "ours"
OTHERS = "others"
#: Suppliers named beside ours; the rest is "others".
NAMED = 5
MONTHS = 12
#: Names that sources give to all they do not name; folded.
UNNAMED = frozenset(
    {"other", "others", "other brands", "other suppliers", "other competitors", "rest", "all others"}
)

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


def is_unnamed(name: str) -> bool:
    """Return whether a supplier's name stands for all that a source does not name."""
    return " ".join(name.casefold().split()) in UNNAMED


def shelf_of(rows: Iterable[ShelfRow], unnamed: Collection[int] = ()) -> Shelf | None:
    """Return who has the shelf; None where nothing was counted or the counts add up to nothing.

    ``unnamed``: competitors that stand for all whom a source does not name; they are part of "others".
    """
    sums: dict[dt.date, dict[Key, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        sums[row.month][_key(row.competitor, unnamed)] += row.value
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


def _key(competitor: int | None, unnamed: Collection[int]) -> Key:
    if competitor is None:
        return OURS
    return OTHERS if competitor in unnamed else competitor


def _added(sums: dict[dt.date, dict[Key, int]], year: int, until: int) -> dict[Key, int]:
    added: dict[Key, int] = defaultdict(int)
    for month, values in sums.items():
        if month.year == year and month.month <= until:
            for key, value in values.items():
                added[key] += value
    return added


def _named(now: dict[Key, int]) -> list[Key]:
    named = (key for key in now if key not in (OURS, OTHERS))
    rivals = sorted(named, key=lambda key: (-now[key], str(key)))
    has_others = OTHERS in now or len(rivals) > NAMED
    return [OURS, *rivals[:NAMED], *([OTHERS] if has_others else [])]


def _shares(values: dict[Key, int], keys: list[Key]) -> dict[Key, float]:
    """Return the share of every named supplier; what is not named belongs to "others"."""
    whole = sum(values.values())
    if whole <= 0:
        return {}
    found = {key: values.get(key, 0) / whole for key in keys if key != OTHERS}
    if OTHERS in keys:
        found[OTHERS] = sum(value for key, value in values.items() if key not in found) / whole
    return found
