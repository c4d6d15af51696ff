"""The plan of a year: its steps from draft to closed, how far goals are, what a copy moves on.

Source of the four parts (needs, strategy, communication, evaluation): the mission's account plan. Pure.
"""

import calendar
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

DRAFT, AGREED, CLOSED = "draft", "agreed", "closed"

#: Which act leads from which state to which; whatever is not here is refused.
STEPS: dict[tuple[str, str], str] = {
    (DRAFT, "agree"): AGREED,
    (AGREED, "revise"): DRAFT,
    (AGREED, "close"): CLOSED,
    (CLOSED, "reopen"): AGREED,
}
SCORES = (1, 5)
YEARS = (2000, 2100)

#: What somebody may set other than proposed: its lowest and highest number, in the unit of the name.
SERVICE_LIMITS: dict[str, tuple[Decimal, Decimal]] = {
    "meetings": (Decimal(0), Decimal(31)),  # buyer meetings a month, of the account
    "store_visits": (Decimal(0), Decimal(31)),  # visits a month, of each store
    "credit_days": (Decimal(0), Decimal(365)),
    "delivery_priority": (Decimal(1), Decimal(9)),  # 1 is served first
}
REVIEWS = ("monthly", "quarterly", "half-yearly", "yearly")
_WHOLE = ("credit_days", "delivery_priority")
Service = dict[str, str | int | float | bool]


def next_state(state: str, act: str) -> str | None:
    """Return where ``act`` leads from ``state``; ``None`` where it is not allowed."""
    return STEPS.get((state, act))


def is_open(state: str) -> bool:
    """Return whether a plan's goals, actions and services may still change."""
    return state != CLOSED


def evaluation_lacks(text: str, score: int | None) -> list[str]:
    """Return the fields that a closing evaluation still needs: a text, and a score from 1 to 5."""
    lacks = [] if text.strip() else ["evaluation"]
    is_scored = score is not None and SCORES[0] <= score <= SCORES[1]
    return lacks if is_scored else [*lacks, "evaluation_score"]


def a_year_later(day: dt.date) -> dt.date:
    """Return the same day a year later; the 29th of February becomes the last of February.

    >>> a_year_later(dt.date(2024, 2, 29))
    datetime.date(2025, 2, 28)
    """
    last = calendar.monthrange(day.year + 1, day.month)[1]
    return day.replace(year=day.year + 1, day=min(day.day, last))


def progress(start: Decimal | None, present: Decimal | None, target: Decimal | None) -> float | None:
    """Return how much of the way from ``start`` to ``target`` is done, 0 to 1; ``None`` where unknown.

    (present - start) / (target - start), so that falling towards a lower target is progress too. Without
    a start it is taken as 0. A target that equals the start is reached or not.
    """
    if present is None or target is None:
        return None
    begin = start if start is not None else Decimal(0)
    if target == begin:
        return 1.0 if present == target else 0.0
    return float(min(max((present - begin) / (target - begin), Decimal(0)), Decimal(1)))


def service_problems(service: Mapping[str, object]) -> dict[str, str]:
    """Return what is wrong with an adjusted service, by field: ``unknown``, ``number`` or ``choice``."""
    found = {}
    for name, value in service.items():
        if name in SERVICE_LIMITS:
            if not _fits(name, value):
                found[name] = "number"
        elif name == "review":
            if value not in REVIEWS:
                found[name] = "choice"
        elif name == "sponsor":
            if not isinstance(value, bool):
                found[name] = "choice"
        else:
            found[name] = "unknown"
    return found


def _fits(name: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    number = Decimal(str(value))
    if not number.is_finite() or (name in _WHOLE and number != number.to_integral_value()):
        return False
    low, high = SERVICE_LIMITS[name]
    return low <= number <= high
