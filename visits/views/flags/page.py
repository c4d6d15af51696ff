"""The page of one flag, its panel beside a list, and the photos of its inspections."""

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from ka_crm.lib import shown
from ka_crm.people.models import User
from ka_crm.people.viewer import viewer_of
from ka_crm.records.files import file_response
from ka_crm.records.queries import business_today
from visits.models import FindingPhoto, Flag, FlagState
from visits.permissions import may_move_flags, may_read_flags
from visits.queries.flag_rows import FlagRow, share_lines
from visits.queries.flags import FlagLife, flag_seen_by, flags_seen_by, life_of, newest_flag_of
from visits.rechecks import recheck_of
from visits.rules.flag_life import STATES, steps_to_offer
from visits.views.flags.shared import for_readers
from visits.views.flags.words import (
    age_text,
    change_text,
    checks_of,
    counts_text,
    day_text,
    effect_of,
    interval_text,
    points_text,
    visits_to_go,
)


@require_GET
@for_readers
def flag_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the life of one flag; ``?panel=1`` is the same as a fragment for the sheet."""
    viewer = viewer_of(request)
    flag = flag_seen_by(viewer, pk)
    as_panel = bool(request.GET.get("panel")) and bool(request.headers.get("HX-Request"))
    template = "visits/flags/_panel.html" if as_panel else "visits/flags/flag.html"
    return render(request, template, flag_context(flag, viewer))


@require_GET
@for_readers
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out a photo of a finding, to whoever sees the store."""
    shown_photo = get_object_or_404(FindingPhoto.objects.select_related("file", "finding__inspection"), pk=pk)
    if not flags_seen_by(viewer_of(request)).filter(pk=shown_photo.finding.inspection.flag_id).exists():
        raise Http404
    return file_response(shown_photo.file, inline=True)


def flag_card_of(viewer: User, store_id: int, category_id: int | None) -> dict[str, Any] | None:
    """Return what a store's page shows of its flag: the open one, else the one closed last."""
    if category_id is None or not may_read_flags(viewer):
        return None
    flag = newest_flag_of(store_id, category_id, viewer)
    return None if flag is None else flag_context(flag, viewer)


def flag_context(flag: Flag, viewer: User) -> dict[str, Any]:
    """Return everything that the page, the panel and the store's page show of a flag."""
    today = business_today()
    life = life_of(flag)
    row = FlagRow(flag.store, flag.category, life.share, flag, life.inspection)
    row.points = share_lines([row.pair], today).get(row.pair, [])
    return {
        "flag": flag,
        "life": life,
        "share": life.share,
        "today": today,
        "age": age_text(flag, today),
        "points": row.points,
        "interval": interval_text(life.share.low, life.share.high) if life.share else "",
        "counts": counts_text(life.share.basis, life.share.clusters) if life.share else "",
        "visits_needed": row.visits_needed,
        "checks": checks_of(row),
        "steps": steps_to_offer(life.facts) if may_move_flags(viewer) else (),
        "life_steps": life_steps(life, today),
        "effect": effect_of(flag),
        "effect_text": points_text(flag.effect.effect) if effect_of(flag) else "",
        "effect_low": points_text(flag.effect.low) if effect_of(flag) else "",
        "effect_high": points_text(flag.effect.high) if effect_of(flag) else "",
        "recheck": recheck_of(flag) if flag.state != FlagState.CLOSED else None,
        "to_go": visits_to_go(effect_of(flag)) if flag.state == FlagState.RECOVERING else "",
        "may_move": may_move_flags(viewer),
        "viewer": viewer,
        "is_open": flag.state != FlagState.CLOSED,
        "may_measure": life.facts.is_inspected or bool(life.facts.measures_done),
    }


def life_steps(life: FlagLife, today: Any) -> list[dict[str, Any]]:
    """Return the five points of a flag's life, for ``components/life.html``."""
    flag = life.flag
    at = STATES.index(flag.state)
    lines = (
        _flagged(flag, today),
        _inspected(life, today),
        _measures(life, today),
        _recovering(life),
        _closed(life, today),
    )
    # What a step of a finished life left behind counts as done; what an early end skipped does not.
    skipped = [flag.state == FlagState.CLOSED and not found for found in lines]
    return [
        {
            "label": _("Inspected") if place == 1 and at > 1 else FlagState(state).label,
            "state": "current" if place == at else "done" if place < at and not skipped[place] else "next",
            "lines": [line for line in lines[place] if line],
            "url": "",
        }
        for place, state in enumerate(STATES)
    ]


def _flagged(flag: Flag, today: Any) -> list[str]:
    return [
        _("%(day)s, by the rule") % {"day": day_text(flag.opened_on, today)},
        _("%(own)s against %(market)s")
        % {
            "own": shown.percent_text(flag.opening_share),
            "market": shown.percent_text(flag.opening_market_share),
        },
        _("about %(amount)s a month") % {"amount": shown.about_money_text(flag.opening_gap_amount)},
    ]


def _inspected(life: FlagLife, today: Any) -> list[str]:
    one = life.inspection
    if one is None:
        return []
    who = one.by.name if one.by else ""
    found = [item.text for item in one.findings.all() if not item.is_ok and item.text]
    if one.done_on:
        head = f"{day_text(one.done_on, today)}, {who}".rstrip(", ")
        return [head, *found[:2]] if found else [head, _("all three in order")]
    return [_("planned for %(day)s") % {"day": day_text(one.planned_on, today)}, who]


def _measures(life: FlagLife, today: Any) -> list[str]:
    taken = [one for one in life.measures if one.cancelled_at is None]
    lines = []
    for one in taken[:2]:
        day = one.done_on or one.due_on
        text = day_text(day, today) if one.done_on else _("until %(day)s") % {"day": day_text(day, today)}
        lines.append(f"{text}, {one.owner.name}: {one.text}")
    more = len(taken) - 2
    if more > 0:
        lines.append(ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more})
    return lines


def _recovering(life: FlagLife) -> list[str]:
    effect = effect_of(life.flag)
    if effect is None:
        return []
    days = ngettext("%(n)s visit since", "%(n)s visits since", effect.visits_since) % {
        "n": effect.visits_since
    }
    return [change_text(effect), days if effect.basis == "visits" else "", visits_to_go(effect)]


def _closed(life: FlagLife, today: Any) -> list[str]:
    flag, effect = life.flag, effect_of(life.flag)
    if flag.state == FlagState.CLOSED:
        lines = [day_text(flag.closed_on, today), str(flag.get_outcome_display())]
        if effect is not None and effect.effect is not None:
            lines.append(_("effect %(points)s points") % {"points": points_text(effect.effect)})
        return lines
    if effect is not None and effect.control_stores:
        text = ngettext(
            "with the effect against %(n)s store without a flag",
            "with the effect against %(n)s stores without a flag",
            effect.control_stores,
        )
        return [text % {"n": effect.control_stores}]
    return [_("with the effect against stores without a flag")]
