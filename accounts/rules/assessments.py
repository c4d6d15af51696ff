"""Findings with an expiry: need, solvency, decision power, and criteria of the company's own.

A finding holds for twelve months from its day; after that nobody knows any more.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass

NEED, SOLVENCY, DECISION_POWER = "need", "solvency", "decision_power"
#: The three P, in the order in which they are told.
THREE_P = (NEED, SOLVENCY, DECISION_POWER)
#: Beginning of the name of an aspect that is a criterion of the company's own.
OWN = "own:"
UNKNOWN, NO, PARTLY, YES = "unknown", "no", "partly", "yes"
#: What a finding counts; ``None`` is unknown, which is never zero.
LEVELS: dict[str, int | None] = {UNKNOWN: None, NO: 0, PARTLY: 1, YES: 2}
VALID_MONTHS = 12


@dataclass(frozen=True)
class Found:
    """One finding: about what, what, on which day; ``order`` decides between two of one day."""

    aspect: str
    finding: str
    on: dt.date
    order: int = 0


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later; the last of the month where there is none.

    >>> months_later(dt.date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def expires_on(assessed_on: dt.date) -> dt.date:
    """Return the first day on which a finding of this day is unknown again."""
    return months_later(assessed_on, VALID_MONTHS)


def is_expired(assessed_on: dt.date, on: dt.date) -> bool:
    """Return whether a finding of one day counts no more on another."""
    return on >= expires_on(assessed_on)


def levels_on(found: Iterable[Found], on: dt.date) -> dict[str, int | None]:
    """Return 0, 1, 2 or ``None`` for every aspect that was ever assessed up to a day: the newest one counts,
    and one that expired is unknown (an older one does not come back)."""
    newest: dict[str, Found] = {}
    for one in found:
        if one.on <= on:
            kept = newest.get(one.aspect)
            if kept is None or (one.on, one.order) > (kept.on, kept.order):
                newest[one.aspect] = one
    return {aspect: None if is_expired(one.on, on) else LEVELS[one.finding] for aspect, one in newest.items()}


def strategic_score(levels: dict[str, int | None], weights: dict[str, float]) -> float | None:
    """Return the weighted mean (0–2) of the company's own criteria that are known; ``None`` where none is.

    ``weights`` are by the criterion's name; a criterion without weight or answer takes no part.
    """
    known = [
        (weight, level)
        for name, weight in weights.items()
        if (level := levels.get(OWN + name)) is not None and weight > 0
    ]
    total = sum(weight for weight, _ in known)
    return sum(weight * level for weight, level in known) / total if total > 0 else None
