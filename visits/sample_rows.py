"""A person's counts against the control's, as pages show them: rows, words, places on a scale."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ka_crm.lib.shown import MINUS, UNKNOWN, number_text, percent_text
from ka_crm.people.models import User
from visits.queries.deviations import SeenPair
from visits.rules.deviation import LEAST_VISITS, OVER, UNDER, Deviation, Difference, deviation

#: The chart of ratios reaches from nothing to twice the control, that of shares 20 points to both sides.
RATIO_WIDTH = 2.0
SHARE_SIDE = 0.2


@dataclass(frozen=True)
class Range:
    """A value with its interval as places on a chart, fractions of its width; ``None`` where unknown
    or where too few visits make an interval of no use."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PersonRow:
    """One person: the comparison, what it says in words, and where it lies on the charts."""

    person: User
    deviation: Deviation
    not_drawn: int
    total_text: str
    share_text: str
    ratio: str
    ratio_interval: str
    points: str
    points_interval: str
    total_range: Range
    share_range: Range

    @property
    def is_named(self) -> bool:
        """Whether anything differs surely."""
        return bool(self.deviation.total.verdict or self.deviation.share.verdict)


def people_rows(pairs: Sequence[SeenPair]) -> list[PersonRow]:
    """Return a row for every person with pairs: those who differ surely first, then by name."""
    by_person: dict[int, list[SeenPair]] = {}
    for pair in pairs:
        by_person.setdefault(pair.person.pk, []).append(pair)
    rows = [row_of_person(found) for found in by_person.values()]
    return sorted(rows, key=lambda row: (not row.is_named, row.person.name, row.person.pk))


def row_of_person(pairs: Sequence[SeenPair]) -> PersonRow:
    """Return the row of one person; only controls in drawn stores count."""
    drawn = [pair.pair for pair in pairs if pair.is_drawn]
    found = deviation(drawn)
    return PersonRow(
        person=pairs[0].person,
        deviation=found,
        not_drawn=len(pairs) - len(drawn),
        total_text=_verdict(
            found.total, _("counts more than the control"), _("counts less than the control")
        ),
        share_text=_verdict(found.share, _("our share too high"), _("our share too low")),
        ratio=percent_text(found.total.value, 0),
        ratio_interval=_interval(found.total, lambda value: percent_text(max(value, 0), 0)),
        points=_points(found.share.value),
        points_interval=_interval(found.share, _points),
        total_range=_range(found.total, 0.0, RATIO_WIDTH),
        share_range=_range(found.share, -SHARE_SIDE, 2 * SHARE_SIDE),
    )


def shown_pairs(pairs: Sequence[SeenPair]) -> list[dict[str, Any]]:
    """Return pairs with their ratio and shares, as the table of pairs shows them."""
    return [
        {
            "seen": one,
            "ratio": one.routine.total / one.control.total_units if one.control.total_units else None,
            "routine_total": round(one.routine.total),
            "routine_own": round(one.routine.own),
            "routine_share": one.routine.own / one.routine.total if one.routine.total else None,
            "control_share": (
                one.control.own_units / one.control.total_units if one.control.total_units else None
            ),
        }
        for one in pairs
    ]


def _verdict(found: Difference, over: str, under: str) -> str:
    if found.verdict:
        return {OVER: over, UNDER: under}[found.verdict]
    if found.visits < LEAST_VISITS:
        more = LEAST_VISITS - found.visits
        return _("too early to tell, %(n)s more to compare") % {"n": more}
    return _("no sure difference")


def _points(value: float | None) -> str:
    """A difference of shares in percentage points, with its sign."""
    if value is None:
        return UNKNOWN
    text = number_text(value * 100, 1)
    return text if text.startswith(MINUS) or round(value * 100, 1) == 0 else f"+{text}"


def _interval(found: Difference, told: Callable[[float], str]) -> str:
    if found.low is None or found.high is None or found.visits < LEAST_VISITS:
        return ""
    return _("%(low)s to %(high)s") % {"low": told(found.low), "high": told(found.high)}


def _range(found: Difference, first: float, width: float) -> Range:
    def place(value: float | None) -> float | None:
        return None if value is None else min(max((value - first) / width, 0.0), 1.0)

    if found.visits < LEAST_VISITS:
        return Range(place(found.value), None, None)
    return Range(place(found.value), place(found.low), place(found.high))
