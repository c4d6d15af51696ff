"""``/segmentation/runs/``: the list of runs, a run with its settings, movement between any two."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ka_crm.criteria.wording import SETTINGS, setting_text
from segmentation.models import SegmentationRun
from segmentation.queries import complete_runs, current_run, previous_run
from segmentation.queries.moves import flows_between, grouped_moves, moved_rows
from segmentation.queries.overview import headline, quadrant_sums
from segmentation.queries.results import customer_results, level_of
from segmentation.rules.quadrants import QUADRANTS
from segmentation.views import wording
from segmentation.views.shared import (
    before_any_run,
    for_readers,
    level_items,
    recompute_progress,
    viewer_of,
)

MOST = 100


@require_GET
@for_readers
def run_list(request: HttpRequest) -> HttpResponse:
    """Show the newest runs; any two can be compared."""
    runs = list(complete_runs()[:MOST])
    if not runs:
        return render(request, "segmentation/no_run.html", before_any_run(viewer_of(request)))
    for run in runs:
        run.warning_texts = wording.warning_texts(run)  # type: ignore[attr-defined]
    context = {"runs": runs, **before_any_run(viewer_of(request)), "job": recompute_progress()}
    return render(request, "segmentation/runs.html", context)


@require_GET
@for_readers
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one run: when, by whom, with which settings, what came out."""
    run = _run(pk)
    viewer = viewer_of(request)
    rows = customer_results(run, viewer)
    sums = quadrant_sums(rows, "customers")
    return render(
        request,
        "segmentation/run.html",
        {
            "run": run,
            "run_line": wording.run_line(run),
            "warning_texts": wording.warning_texts(run),
            "head": headline(rows),
            "sums": [sums[name] for name in QUADRANTS],
            "settings": [
                {"key": key, "label": label, "value": setting_text(run.settings[key], key)}
                for key, label in SETTINGS.items()
                if key in run.settings
            ],
            "before": previous_run(run),
        },
    )


@require_GET
@for_readers
def movement(request: HttpRequest) -> HttpResponse:
    """Show what moved between two runs; ``flow=attack-defend`` keeps one flow."""
    after = _chosen(request, "to") or current_run()
    if after is None:
        return render(request, "segmentation/no_run.html", before_any_run(viewer_of(request)))
    before = _chosen(request, "from") or previous_run(after)
    level = level_of(request.GET.get("level"))
    context: dict[str, Any] = {
        "run": after,
        "before": before,
        "level": level,
        "levels": level_items(request, level),
        "runs": list(complete_runs()[:MOST]),
        "download": request.GET.urlencode(),
    }
    if before is not None:
        context |= _moves(request, before, after)
    return render(request, "segmentation/movement.html", context)


def _moves(request: HttpRequest, before: SegmentationRun, after: SegmentationRun) -> dict[str, Any]:
    viewer, level = viewer_of(request), level_of(request.GET.get("level"))
    flow = flow_of(request.GET.get("flow", ""))
    flows = flows_between(level, before, after, viewer)
    moved = moved_rows(level, before, after, viewer, flow=flow)
    query = f"from={before.pk}&to={after.pk}&level={level}"
    if flow is None:
        groups = [{"label": wording.MOVES[name], "rows": rows} for name, rows in grouped_moves(moved).items()]
        count = sum(item.count for item in flows if not item.stayed and item.before and item.after)
    else:
        count = sum(item.count for item in flows if (item.before, item.after) == flow)
        groups = [{"label": flow_words(flow), "rows": moved}] if moved else []
    return {
        "flows": [item for item in flows if not item.stayed],
        "moved_count": sum(item.count for item in flows if not item.stayed),
        "groups": groups,
        "is_cut": count > len(moved),
        "flow_words": flow_words(flow) if flow else "",
        "chart_url": f"{reverse('dashboards:movement')}?{query}",
        "base_url": f"{reverse('segmentation:movement')}?{query}",
    }


def flow_of(text: str) -> tuple[str, str] | None:
    """Return (from, to) of "attack-defend", empty text for "none"; ``None`` where it names no flow."""
    before, dash, after = text.partition("-")
    known = (*QUADRANTS, "none")
    if not dash or before not in known or after not in known:
        return None
    return ("" if before == "none" else before, "" if after == "none" else after)


def flow_words(flow: tuple[str, str]) -> str:
    """Return a flow in words."""
    before, after = (str(wording.QUADRANTS[name]) if name else "" for name in flow)
    if not before:
        return _("New, now %(after)s") % {"after": after}
    if not after:
        return _("Gone, was %(before)s") % {"before": before}
    if before == after:
        return _("Stayed %(after)s") % {"after": after}
    return _("%(before)s → %(after)s") % {"before": before.capitalize(), "after": after}


def _chosen(request: HttpRequest, key: str) -> SegmentationRun | None:
    text = request.GET.get(key, "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return _run(int(text))


def _run(pk: int) -> SegmentationRun:
    run = complete_runs().filter(pk=pk).first()
    if run is None:
        raise Http404
    return run
