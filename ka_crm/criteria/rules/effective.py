"""Which version of the criteria holds on a day."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Period:
    """When a version holds: both days included; ``last`` is ``None`` while nothing follows."""

    number: int
    first: dt.date
    last: dt.date | None = None


class NoVersionForDate(LookupError):
    """No version holds on the day, so nothing may be selected for it."""


def version_on(periods: Iterable[Period], day: dt.date) -> int:
    """Return the number of the version that holds on a day, the newest where several do.

    Raises ``NoVersionForDate`` where none does: a selection without criteria is refused, not guessed.
    """
    holding = [one.number for one in periods if one.first <= day and (one.last is None or day <= one.last)]
    if not holding:
        raise NoVersionForDate(f"No criteria hold on {day.isoformat()}.")
    return max(holding)
