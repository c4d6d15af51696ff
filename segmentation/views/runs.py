"""``/segmentation/runs/``: the list of runs, and a run with its settings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ka_crm.criteria.wording import SETTINGS, setting_text
from segmentation.queries import complete_runs, previous_run
from segmentation.queries.overview import headline, quadrant_sums
from segmentation.queries.results import customer_results
from segmentation.rules.quadrants import QUADRANTS
from segmentation.views import wording
from segmentation.views.shared import (
    before_any_run,
    for_readers,
    recompute_progress,
    run_or_404,
    viewer_of,
)
from segmentation.views.verify import verification_context

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
    run = run_or_404(pk)
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
            **verification_context(request, run),
        },
    )
