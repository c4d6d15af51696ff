"""Goods outside their territory: lots and routes seen elsewhere, and stockpiling in promotions.

Monitoring only: a result is a reason to ask, never a verdict.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

LotResult = Literal["ok", "diversion", "unknown_lot", "not_judged"]
Path = tuple[int, ...]
"""A territory as the way to it from the root: ``(country, north, city)``."""

HOARDING_ABOVE = 1.3
BEFORE_DAYS = 90
"""Days before a promotion from which growth and the mean rate are taken (own choice)."""
LEAST_GROWTH, MOST_GROWTH = 0.7, 1.5
"""Growth is kept between −30 and +50 %, as in the forecast of promotions."""


@dataclass(frozen=True)
class Hoarding:
    """``index``: promotion purchases / own-store forecast; None where there is nothing to compare with."""

    purchases: float
    forecast: float | None
    index: float | None
    flag: bool


def lot_key(text: str) -> str:
    """Return a lot as it is compared: typed with small letters or blanks it is the same.

    >>> lot_key(" l 77a ")
    'L77A'
    """
    return "".join(text.split()).upper()


def judge_lot(seen_in: Path | None, shipped_to: Iterable[Path]) -> LotResult:
    """Compare where a lot was seen with the territories it was shipped to.

    A territory includes what lies below it: goods for the North may stand in a city of the North, and a
    store known only to lie in the North may have got goods for one of its cities. A lot nobody shipped is
    unknown: ask. A store without a territory is not judged.
    """
    paths = list(shipped_to)
    if not paths:
        return "unknown_lot"
    if not seen_in:
        return "not_judged"
    return (
        "ok" if any(_contains(seen_in, path) or _contains(path, seen_in) for path in paths) else "diversion"
    )


def _contains(outer: Path, inner: Path) -> bool:
    return inner[: len(outer)] == outer


def own_store_forecast(
    *, days: int, last_year: float, before: float, before_last_year: float
) -> float | None:
    """Return what a customer's own stores are expected to sell during a promotion, in the same unit.

    Last year's purchases on the same days × growth; growth is the last 90 days before the promotion
    against the same days a year ago, within −30 and +50 %, 1 where those held nothing. Without purchases
    last year the mean rate of the 90 days before × the days of the promotion; None where those are empty
    too. (Own choice.)

    Args:
        days: of the promotion. last_year: bought on its days a year ago.
        before, before_last_year: bought in the 90 days before it, and in the same days a year ago.
    """
    if last_year > 0:
        growth = before / before_last_year if before_last_year > 0 else 1.0
        return last_year * min(max(growth, LEAST_GROWTH), MOST_GROWTH)
    return before / BEFORE_DAYS * days if before > 0 else None


def hoarding(purchases: float, forecast: float | None) -> Hoarding:
    """Return the stockpiling index of promotion purchases, flagged above 1.3."""
    if forecast is None or forecast <= 0:
        return Hoarding(purchases, None, None, flag=False)
    index = purchases / forecast
    return Hoarding(purchases, forecast, index, flag=index > HOARDING_ABOVE)


def hoarding_over(windows: Iterable[Hoarding]) -> Hoarding:
    """Return the index over several promotions: the sums of those that can be compared."""
    known = [one for one in windows if one.forecast is not None]
    if not known:
        return Hoarding(0.0, None, None, flag=False)
    return hoarding(sum(one.purchases for one in known), sum(one.forecast or 0.0 for one in known))
