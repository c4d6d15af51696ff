"""The proposed service in words, each line with its reason and with what was agreed instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ka_crm.lib.shown import number_text
from segmentation.rules.phrases import CELL_NOTES
from segmentation.rules.strategy import Proposal
from segmentation.views.wording import QUADRANTS

REVIEWS = {
    "monthly": gettext_lazy("monthly"),
    "quarterly": gettext_lazy("every quarter"),
    "half-yearly": gettext_lazy("every half year"),
    "yearly": gettext_lazy("once a year"),
}
LABELS = {
    "meetings": gettext_lazy("Buyer meetings a month"),
    "store_visits": gettext_lazy("Visits a month, each store"),
    "sponsor": gettext_lazy("Executive sponsor"),
    "review": gettext_lazy("Review"),
    "credit_days": gettext_lazy("Credit days"),
    "delivery_priority": gettext_lazy("Delivery priority"),
}


@dataclass(frozen=True)
class StrategyLine:
    """One line: what is proposed and why, and what was chosen instead (empty: as proposed)."""

    key: str
    label: str
    proposed: str
    chosen: str
    reason: str


def strategy_lines(proposal: Proposal | None, service: Mapping[str, Any]) -> list[StrategyLine]:
    """Return the lines of a plan's service; without a proposal only what was chosen."""
    proposed = _proposed(proposal) if proposal else {}
    reasons = _reasons(proposal) if proposal else {}
    lines = []
    for key, label in LABELS.items():
        chosen = words_of(key, service[key]) if key in service else ""
        if chosen or key in proposed:
            has_changed = chosen != proposed.get(key)
            lines.append(
                StrategyLine(
                    key,
                    str(label),
                    proposed.get(key, ""),
                    chosen if has_changed else "",
                    reasons.get(key, ""),
                )
            )
    return lines


def words_of(key: str, value: Any) -> str:
    """Return one part of a service in words."""
    if key == "sponsor":
        return _("yes") if value else _("not needed")
    if key == "review":
        return str(REVIEWS.get(str(value), value))
    if key == "credit_days" and value is None:
        return _("not decided yet")
    if value is None:
        return _("no store measured yet")
    return _plain(value)


def note_of(proposal: Proposal | None) -> str:
    """Return the sentence of the cell: what to do with such an account."""
    return _(CELL_NOTES[proposal.note]) if proposal and proposal.note in CELL_NOTES else ""


def _proposed(proposal: Proposal) -> dict[str, str]:
    visits = proposal.store_visits
    values = {
        "meetings": proposal.meetings,
        "store_visits": visits.each if visits else None,
        "sponsor": proposal.has_sponsor,
        "review": proposal.review,
        "credit_days": proposal.credit_days,
        "delivery_priority": proposal.delivery_priority,
    }
    return {key: words_of(key, value) for key, value in values.items()}


def _reasons(proposal: Proposal) -> dict[str, str]:
    by_cell = _("by cell %(cell)s") % {"cell": proposal.cell}
    return {
        "meetings": _meetings_reason(proposal),
        "store_visits": _visits_reason(proposal),
        "sponsor": _sponsor_reason(proposal),
        "review": by_cell,
        "credit_days": _credit_reason(proposal, by_cell),
        "delivery_priority": _("by cell %(cell)s; 1 is served first") % {"cell": proposal.cell},
    }


def _credit_reason(proposal: Proposal, by_cell: str) -> str:
    if proposal.credit_days is None:
        return _("nobody has set them; the method suggests %(days)s for cell %(cell)s") % {
            "days": proposal.suggested_credit_days,
            "cell": proposal.cell,
        }
    if proposal.credit_days != proposal.cell_credit_days:
        return _("cell %(cell)s: %(days)s; solvency allows %(allowed)s") % {
            "cell": proposal.cell,
            "days": proposal.cell_credit_days,
            "allowed": proposal.credit_days,
        }
    return by_cell


def _meetings_reason(proposal: Proposal) -> str:
    cell = _("cell %(cell)s: %(n)s") % {"cell": proposal.cell, "n": _plain(proposal.cell_meetings)}
    quadrant = str(QUADRANTS.get(proposal.quadrant, "")).capitalize()
    if proposal.extra_meetings:
        cell += _("; %(quadrant)s: +%(n)s") % {"quadrant": quadrant, "n": _plain(proposal.extra_meetings)}
    if proposal.least_meetings > proposal.cell_meetings + proposal.extra_meetings:
        cell += _("; %(quadrant)s: at least %(n)s") % {
            "quadrant": quadrant,
            "n": _plain(proposal.least_meetings),
        }
    return cell


def _visits_reason(proposal: Proposal) -> str:
    visits = proposal.store_visits
    if visits is None:
        return _("counted per store, by the quadrant of each")
    parts = ", ".join(
        f"{count} {QUADRANTS.get(name, name)} × {_plain(each)}" for name, count, each in visits.parts
    )
    total = ngettext("%(total)s in %(n)s store", "%(total)s in %(n)s stores", visits.stores) % {
        "total": _plain(visits.total),
        "n": number_text(visits.stores),
    }
    return f"{total}: {parts}"


def _sponsor_reason(proposal: Proposal) -> str:
    askers = [proposal.cell] if proposal.sponsor_by_cell else []
    if proposal.sponsor_by_quadrant:
        askers.append(str(QUADRANTS[proposal.quadrant]).capitalize())
    return (
        _("asked for by %(askers)s") % {"askers": ", ".join(askers)}
        if askers
        else _("neither cell nor quadrant asks for one")
    )


def _plain(value: Any) -> str:
    """A number with as many decimals as it has, two at most."""
    number = round(float(value), 2)
    decimals = 0 if number == int(number) else (1 if round(number, 1) == number else 2)
    return number_text(number, decimals)
