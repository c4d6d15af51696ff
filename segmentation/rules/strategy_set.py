"""All service strategies together: read from plain values with every mistake named, and written back. Pure.

Cells decide buyer meetings an account, sponsor, review, credit days and delivery priority; quadrants decide
extra and least meetings, store visits a store and a sponsor of their own. With them go the hours that a KAM
has for buyers and the minutes that a meeting takes, which the capacity check multiplies.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from segmentation.rules.ninebox import DEFAULT_STRATEGIES, CellStrategy
from segmentation.rules.quadrants import QUADRANTS, TREATMENTS, Treatment

REVIEWS = ("monthly", "quarterly", "half-yearly", "yearly")
#: Hours a month that a KAM has for buyers, and minutes of one meeting with the way there (own choice).
HOURS_A_MONTH, MINUTES_A_MEETING = 80.0, 90.0
#: Smallest and largest value of every number; whole numbers are those in ``WHOLE``.
LIMITS: dict[str, tuple[float, float]] = {
    "meetings": (0, 31),
    "credit_days": (0, 365),
    "delivery_priority": (1, 9),
    "extra_meetings": (0, 31),
    "least_meetings": (0, 31),
    "store_visits": (0, 31),
    "hours_a_month": (1, 400),
    "minutes_a_meeting": (5, 600),
}
WHOLE = ("credit_days", "delivery_priority")
CELL_FIELDS = ("meetings", "sponsor", "review", "credit_days", "delivery_priority")
QUADRANT_FIELDS = ("extra_meetings", "least_meetings", "store_visits", "sponsor")
GENERAL = ("hours_a_month", "minutes_a_meeting")
#: Keys of what is wrong with a value.
NO_NUMBER, NOT_WHOLE, OUT_OF_RANGE, NO_REVIEW, NO_YES_OR_NO, NOT_KNOWN = (
    "no_number", "not_whole", "out_of_range", "no_review", "no_yes_or_no", "not_known",
)  # fmt: skip


class InvalidStrategies(ValueError):
    """Some values cannot be: ``errors`` maps ``AX.meetings`` to the key of what is wrong."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{key}: {value}" for key, value in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True)
class StrategySet:
    """The strategies of all cells and quadrants.

    Attributes:
        hours_a_month: hours that a KAM without hours of their own has for meetings with buyers.
        minutes_a_meeting: what one meeting takes, the way included.
    """

    cells: Mapping[str, CellStrategy]
    quadrants: Mapping[str, Treatment]
    hours_a_month: float = HOURS_A_MONTH
    minutes_a_meeting: float = MINUTES_A_MEETING

    def as_values(self) -> dict[str, Any]:
        """Return everything that can be changed, as plain values by flat keys such as ``AX.meetings``."""
        found: dict[str, Any] = {}
        for cell, row in self.cells.items():
            found |= {
                f"{cell}.meetings": row.visits_per_month,
                f"{cell}.sponsor": row.has_sponsor,
                f"{cell}.review": row.review,
                f"{cell}.credit_days": row.credit_days,
                f"{cell}.delivery_priority": row.delivery_priority,
            }
        for name, treatment in self.quadrants.items():
            found |= {
                f"{name}.extra_meetings": treatment.extra_meetings,
                f"{name}.least_meetings": treatment.min_meetings,
                f"{name}.store_visits": treatment.store_visits,
                f"{name}.sponsor": treatment.has_sponsor,
            }
        return {**found, "hours_a_month": self.hours_a_month, "minutes_a_meeting": self.minutes_a_meeting}


DEFAULT_SET = StrategySet(DEFAULT_STRATEGIES, TREATMENTS)


def known_keys() -> list[str]:
    """Return all flat keys in the order of the page."""
    keys = [f"{cell}.{field}" for cell in DEFAULT_STRATEGIES for field in CELL_FIELDS]
    keys += [f"{name}.{field}" for name in QUADRANTS for field in QUADRANT_FIELDS]
    return [*keys, *GENERAL]


def strategy_set_from(values: Mapping[str, Any]) -> StrategySet:
    """Return the strategies that plain values say; what they leave out keeps its default.

    Raises:
        InvalidStrategies: with every mistake, by its key.
    """
    known = set(known_keys())
    errors = {key: NOT_KNOWN for key in values if key not in known}
    read: dict[str, Any] = {}
    for key, value in values.items():
        if key in known:
            reason, read[key] = _read(key.rpartition(".")[2], value)
            if reason:
                errors[key] = reason
    if errors:
        raise InvalidStrategies(errors)
    full = {**DEFAULT_SET.as_values(), **read}
    return StrategySet(
        {cell: _cell(row, full) for cell, row in DEFAULT_STRATEGIES.items()},
        {name: _treatment(row, full) for name, row in TREATMENTS.items()},
        float(full["hours_a_month"]),
        float(full["minutes_a_meeting"]),
    )


def changed_keys(before: StrategySet, after: StrategySet) -> dict[str, tuple[Any, Any]]:
    """Return what differs between two sets: flat key → (before, after)."""
    old, new = before.as_values(), after.as_values()
    return {key: (old[key], new[key]) for key in new if old[key] != new[key]}


def _cell(row: CellStrategy, values: Mapping[str, Any]) -> CellStrategy:
    days = values[f"{row.cell}.credit_days"]
    return replace(
        row,
        visits_per_month=float(values[f"{row.cell}.meetings"]),
        has_sponsor=values[f"{row.cell}.sponsor"],
        review=values[f"{row.cell}.review"],
        credit_days=None if days is None else int(days),
        delivery_priority=int(values[f"{row.cell}.delivery_priority"]),
    )


def _treatment(row: Treatment, values: Mapping[str, Any]) -> Treatment:
    return replace(
        row,
        extra_meetings=float(values[f"{row.quadrant}.extra_meetings"]),
        min_meetings=float(values[f"{row.quadrant}.least_meetings"]),
        store_visits=float(values[f"{row.quadrant}.store_visits"]),
        has_sponsor=values[f"{row.quadrant}.sponsor"],
    )


def _read(field: str, value: Any) -> tuple[str, Any]:
    """Return what is wrong ("" if nothing) and the value, typed."""
    if field == "sponsor":
        return ("", value) if isinstance(value, bool) else (NO_YES_OR_NO, None)
    if field == "review":
        return ("", value) if value in REVIEWS else (NO_REVIEW, None)
    if value is None and field == "credit_days":
        return "", None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return NO_NUMBER, None
    low, high = LIMITS[field]
    if not low <= value <= high:
        return OUT_OF_RANGE, None
    return (NOT_WHOLE, None) if field in WHOLE and value != int(value) else ("", value)
