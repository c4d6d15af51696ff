"""What a line or card of a flag says, in words."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import date as date_text
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ka_crm.lib import shown
from visits.models import CheckPart, Flag, FlagEffect, FlagState
from visits.models.store_share import ShareStatus
from visits.operations.inspections import PARTS
from visits.queries.flag_rows import FlagRow
from visits.rules.flag_life import RECHECK_AFTER, STATES, is_recheck_due


@dataclass
class Line:
    """One line of the list or card of the board, ready to be written."""

    row: FlagRow
    url: str
    panel_url: str
    word: str
    reached: range
    ahead: range
    next: str
    late: bool
    interval: str
    counts: str
    is_alone: bool
    age: str
    colour: str
    checks: list[dict[str, Any]]
    change: str
    to_go: str


def line_of(row: FlagRow, today: dt.date) -> Line:
    """Return a row with its words."""
    flag, share = row.flag, row.share
    reached = STATES.index(flag.state) + 1 if flag else 0
    text, late = next_thing(row, today)
    url = (
        reverse("flags:flag", args=[flag.pk])
        if flag
        else f"{reverse('stores:store', args=[row.store.code])}?category={row.category.code}"
    )
    effect = effect_of(flag)
    return Line(
        row=row,
        url=url,
        panel_url=f"{url}?panel=1" if flag else "",
        word=str(FlagState(flag.state).label) if flag else _("Watched"),
        reached=range(reached),
        ahead=range(len(STATES) - reached),
        next=text,
        late=late,
        interval=interval_text(share.low, share.high) if share else "",
        counts=counts_text(share.basis, share.clusters) if share else "",
        is_alone=row.store.customer.name == row.store.name,
        age=age_text(flag, today) if flag else "",
        colour=_colour(share.status if share else ""),
        checks=checks_of(row),
        change=change_text(effect),
        to_go=visits_to_go(effect),
    )


def next_thing(row: FlagRow, today: dt.date) -> tuple[str, bool]:
    """Return what comes next for a store, and whether it is late."""
    flag = row.flag
    if flag is None:
        return _watched(row), False
    if flag.state == FlagState.FLAGGED:
        return (_("nobody assigned"), True) if flag.supervisor is None else (_("to be inspected"), False)
    if flag.state == FlagState.INSPECTING:
        return _inspecting(row, today)
    if flag.state == FlagState.MEASURES:
        return _measuring(row, today)
    if flag.state == FlagState.RECOVERING:
        effect = effect_of(flag)
        return visits_to_go(effect) or change_text(effect), False
    return str(flag.get_outcome_display()), False


def _watched(row: FlagRow) -> str:
    needed = row.visits_needed
    if needed:
        text = ngettext("visit once more to be sure", "visit %(n)s times more to be sure", needed)
        return text % {"n": needed}
    if row.share and row.share.status == ShareStatus.BELOW_CONFIRMED:
        return _("one more count flags it")
    if row.share and row.share.basis == "totals":
        return _("next month's full count tells more")
    return _("too close to market share to tell")


def _inspecting(row: FlagRow, today: dt.date) -> tuple[str, bool]:
    one = row.inspection
    if one is None:
        return _("to be inspected"), False
    if one.done_on:
        return _("inspected, no measure yet"), False
    who = one.by.name if one.by else _("nobody")
    late = one.planned_on is not None and one.planned_on < today
    return f"{who}, {day_text(one.planned_on, today)}", late


def _measuring(row: FlagRow, today: dt.date) -> tuple[str, bool]:
    measure = row.measure
    if measure is None:
        return _("no measure yet"), False
    if measure.done_on:
        return _("done %(day)s, now watch it") % {"day": day_text(measure.done_on, today)}, False
    late = (today - measure.due_on).days
    if late > 0:
        days = ngettext("%(n)s day late", "%(n)s days late", late) % {"n": late}
        return _("due %(day)s, %(late)s") % {"day": day_text(measure.due_on, today), "late": days}, True
    return _("%(what)s, due %(day)s") % {
        "what": str(measure.get_kind_display()).lower(),
        "day": day_text(measure.due_on, today),
    }, False


def day_text(day: dt.date | None, today: dt.date) -> str:
    """Write a day shortly: "today", "3 Nov", with its year only where it is another one."""
    if day is None:
        return shown.UNKNOWN
    if day == today:
        return _("today")
    return str(date_text(day, "j M" if day.year == today.year else "j M Y"))


def age_text(flag: Flag, today: dt.date) -> str:
    """Write how long a flag has been open: days in its first two weeks, then weeks."""
    end = flag.closed_on or today
    days = max((end - flag.opened_on).days, 0)
    if days == 0 and flag.closed_on is None:
        return _("new")
    return _("%(n)s d") % {"n": days} if days < 14 else _("%(n)s wk") % {"n": days // 7}


def interval_text(low: float | None, high: float | None) -> str:
    """Return "6–18 %", or nothing where a limit is unknown."""
    if low is None or high is None:
        return ""
    return f"{shown.number_text(round(low * 100, 6))}–{shown.percent_text(high, 0)}"


def counts_text(basis: str, clusters: int) -> str:
    """Say how many counts a share rests on."""
    if not clusters:
        return ""
    if basis == "visits":
        return ngettext("%(n)s visit", "%(n)s visits", clusters) % {"n": clusters}
    return ngettext("%(n)s month", "%(n)s months", clusters) % {"n": clusters}


def points_text(value: float | None) -> str:
    """Write a difference of shares in points with its sign: "+4.1"."""
    if value is None:
        return shown.UNKNOWN
    text = shown.number_text(abs(value) * 100, 1)
    return f"{'+' if value >= 0 else shown.MINUS}{text}"


def effect_of(flag: Flag | None) -> FlagEffect | None:
    """Return a flag's effect, if it was computed."""
    return getattr(flag, "effect", None) if flag else None


def change_text(effect: FlagEffect | None) -> str:
    """Say "9 → 12 %" of a flag with measures done."""
    if effect is None or effect.before_share is None or effect.after_share is None:
        return ""
    before = shown.number_text(effect.before_share * 100)
    return f"{before} → {shown.percent_text(effect.after_share, 0)}"


def visits_to_go(effect: FlagEffect | None) -> str:
    """Say how many visits are missing for the re-check, or that it is time for it."""
    if effect is None:
        return ""
    months = effect.visits_after if effect.basis == "totals" else 0
    if is_recheck_due(effect.visits_since, months):
        return _("time to check again")
    missing = RECHECK_AFTER - effect.visits_since
    return ngettext("%(n)s visit to go", "%(n)s visits to go", missing) % {"n": missing}


def checks_of(row: FlagRow) -> list[dict[str, Any]]:
    """Return the three parts of an inspection: looked at or not, in order or not."""
    if row.inspection is None:
        return []
    found = {one.part: one for one in row.inspection.findings.all()}
    return [
        {
            "part": str(part),
            "label": CheckPart(part).label,
            "is_done": part in found,
            "is_ok": part in found and found[part].is_ok,
        }
        for part in PARTS
    ]


def _colour(status: str) -> str:
    return {ShareStatus.BELOW_CONFIRMED: "attack", ShareStatus.BELOW_WATCH: "explore"}.get(status, "none")  # type: ignore[call-overload, no-any-return]
