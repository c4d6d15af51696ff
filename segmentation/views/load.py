"""``/segmentation/load/``: what every account manager carries, and handovers ahead."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ka_crm.lib import shown
from ka_crm.people.models import Role
from segmentation import access
from segmentation.models import SegmentationRun
from segmentation.operations.reassigning import cancel_handover
from segmentation.queries.board import planned_handovers
from segmentation.queries.load import KamLoad, is_of_team, kam_loads, without_kam
from segmentation.rules.load import HIGH, LOAD_WEIGHTS, LOW, NORM, WORKABLE
from segmentation.rules.quadrants import QUADRANTS
from segmentation.views import wording
from segmentation.views.load_rule import meter, on_rule
from segmentation.views.service_tabs import figure, service_tabs
from segmentation.views.shared import for_readers, viewer_of, with_run


@require_GET
@with_run
def load(request: HttpRequest, run: SegmentationRun) -> HttpResponse:
    """Show the loads of the viewer's team by territory."""
    viewer = viewer_of(request)
    loads = kam_loads(run, viewer)
    may_reassign = access.may_reassign(viewer)
    context = {
        "run": run,
        "run_line": wording.run_line(run),
        "tabs": service_tabs("load"),
        "groups": _groups(loads, viewer if may_reassign else None),
        "count": len(loads),
        "sentence": _sentence(loads, is_own=viewer.role == Role.KAM),
        "without_kam": without_kam(run, viewer),
        "planned": planned_handovers(viewer),
        "may_reassign": may_reassign,
        "weights": _weights(),
        "scale": [{"at": on_rule(load), "text": figure(load)} for load in (WORKABLE[0], NORM, WORKABLE[1])],
    }
    return render(request, "segmentation/load.html", context)


@require_POST
@for_readers
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a handover that is planned not take place."""
    viewer = viewer_of(request)
    if not access.may_reassign(viewer):
        raise PermissionDenied
    planned = next((row for row in planned_handovers(viewer) if row.pk == pk and not row.outcome), None)
    if planned is None:
        raise Http404
    cancel_handover(by=viewer, planned=planned)
    messages.success(request, _("%(name)s stays with its manager.") % {"name": planned.customer})
    return redirect("segmentation:load")


def load_row(row: KamLoad) -> dict[str, Any]:
    """Return one manager's load for the page and for the board."""
    parts = [
        f"{row.load.by_quadrant[name]} {wording.QUADRANTS[name]}"
        for name in QUADRANTS
        if row.load.by_quadrant.get(name)
    ]
    return {
        "row": row,
        "kam": row.kam,
        "load": figure(row.load.load),
        "meter": meter(row.load.load),
        "parts": " · ".join(parts),
        "utilisation": row.load.utilisation,
        "hours": shown.number_text(row.hours),
        "available": figure(row.available, 1),
        "word": band_word(row.load.band) if row.load.count else _("no key accounts"),
        "accounts_url": f"{reverse('segmentation:overview')}?tab=list&kam={row.kam.pk}",
    }


def band_word(band: str) -> str:
    """Return what a band means, in a word."""
    return {LOW: _("room for more"), HIGH: _("too much")}.get(band, _("workable"))


def _groups(loads: list[KamLoad], giver: Any) -> list[dict[str, Any]]:
    def place(row: KamLoad) -> tuple[str, int]:
        return (row.kam.territory.name if row.kam.territory else "", row.kam.territory_id or 0)

    groups = []
    for (name, _pk), rows in groupby(sorted(loads, key=lambda row: (*place(row), row.kam.name)), key=place):
        found = list(rows)
        whole = sum(row.load.load for row in found)
        groups.append(
            {
                "name": name or _("no territory"),
                "rows": [
                    {**load_row(row), "may_choose": giver is not None and _may_choose(giver, row)}
                    for row in found
                ],
                "count": len(found),
                "keys": sum(row.load.count for row in found),
                "load": figure(whole),
                "mean": figure(whole / len(found), 1),
            }
        )
    return groups


def _may_choose(giver: Any, row: KamLoad) -> bool:
    """Whether the manager can stand on the board: gives or gets accounts."""
    return row.accounts > 0 or is_of_team(giver, row.kam)


def _sentence(loads: list[KamLoad], *, is_own: bool) -> str:
    if is_own and loads:
        own = loads[0].load
        return _("You carry %(load)s: %(word)s.") % {"load": figure(own.load), "word": band_word(own.band)}
    if not loads:
        return ""
    above = sorted((row for row in loads if row.load.band == HIGH), key=lambda row: -row.load.load)
    below = [row for row in loads if row.load.band == LOW]
    parts = []
    if above:
        names = ", ".join(f"{row.kam} {figure(row.load.load)}" for row in above[:3])
        parts.append(
            ngettext("%(n)s carries too much (%(names)s)", "%(n)s carry too much (%(names)s)", len(above))
            % {"n": shown.number_text(len(above)), "names": names}
        )
    if below:
        parts.append(
            ngettext("%(n)s has room for more", "%(n)s have room for more", len(below))
            % {"n": shown.number_text(len(below))}
        )
    return f"{', '.join(parts)}." if parts else _("Everybody carries a workable load.")


def _weights() -> str:
    return " · ".join(f"{wording.QUADRANTS[name]} {figure(weight)}" for name, weight in LOAD_WEIGHTS.items())
