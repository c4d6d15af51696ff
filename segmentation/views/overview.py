"""``/segmentation/``: picture, list, movement, who buys elsewhere, whom to ask first."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ka_crm.jobs.models import UNFINISHED, JobRun
from ka_crm.jobs.operations import start_job
from ka_crm.lib import shown
from segmentation import access
from segmentation.models import SegmentationRun
from segmentation.queries import previous_run
from segmentation.queries.asking import accounts_to_ask, stores_to_ask
from segmentation.queries.channels import key_account_part
from segmentation.queries.overview import Headline, headline, nine_box, quadrant_sums, sorted_amounts
from segmentation.queries.paging import order_of, page_of
from segmentation.queries.results import Level, ResultFilter, results_of
from segmentation.queries.strategy import strategies_in_force
from segmentation.rules.concentration import concentration
from segmentation.views import wording
from segmentation.views.box_service import box_sentence, treatment
from segmentation.views.chips import chips_of, filter_sheet
from segmentation.views.mix import band_context
from segmentation.views.movement import movement_context
from segmentation.views.shared import (
    asks_for_part,
    page_context,
    progress_of,
    recompute_progress,
    viewer_of,
    with_run,
)

TABS = ("picture", "list", "movement", "elsewhere", "ask")
#: Rows of one group of moves on the tab; the page of the movement shows all.
MOVED_PER_GROUP = 10
#: Tint steps of the nine-box: from this part of our sales on.
_TINTS = ((0.4, "t4"), (0.15, "t3"), (0.05, "t2"), (0.01, "t1"))


@require_GET
@with_run
def overview(request: HttpRequest, run: SegmentationRun) -> HttpResponse:
    """Show one tab of the current run."""
    tab = request.GET.get("tab", "picture")
    tab = tab if tab in TABS else "picture"
    context = page_context(request, run)
    level: Level = context["level"]
    rows = results_of(level, run, viewer_of(request))
    head = headline(rows)
    if tab == "picture" and not head.with_potential and level == "customers" and not head.count:
        tab = "ask"
    if asks_for_part(request, "results") and tab in ("list", "elsewhere"):
        return render(request, "segmentation/_list.html", _list_part(request, run, rows, level, tab))
    build = {"picture": _picture, "movement": _movement, "ask": _ask}.get(tab)
    more = build(request, run, rows, level, head) if build else _list_part(request, run, rows, level, tab)
    sums = more.get("sums") or quadrant_sums(rows, level)
    context |= {
        "tab": tab,
        "head": head,
        "sums": sums,
        "tabs": _tabs(level, tab, head, sums["attack"].count, more),
        "job": recompute_progress(),
        "download": _download_query(request, tab, level),
        **more,
    }
    return render(request, "segmentation/overview.html", context)


def _tabs(level: Level, tab: str, head: Headline, attack: int, more: dict[str, Any]) -> list[dict[str, Any]]:
    labels = {
        "picture": (_("Picture"), None),
        "list": (_("List"), head.count),
        "movement": (_("Movement"), more.get("moved_count")),
        "elsewhere": (_("Buy elsewhere"), attack),
        "ask": (_("Ask these stores first"), more.get("ask_count")),
    }
    base = reverse("segmentation:overview")
    beside = {_("Concentration"): "segmentation:mix", _("What we know"): "segmentation:sufficiency"}
    return [
        {
            "label": label,
            "count": None if count is None else shown.number_text(count),
            "url": f"{base}?tab={key}&level={level}" if key != "picture" else f"{base}?level={level}",
            "active": key == tab,
        }
        for key, (label, count) in labels.items()
        if key != "elsewhere" or head.with_potential or key == tab
    ] + [{"label": label, "url": reverse(name)} for label, name in beside.items()]


def _download_query(request: HttpRequest, tab: str, level: Level) -> str:
    query = request.GET.copy()
    for key in ("tab", "after", "before"):
        query.pop(key, None)
    query["level"] = level
    if tab == "elsewhere":
        query["quadrant"] = "attack"
    return query.urlencode()


def _picture(
    request: HttpRequest, run: SegmentationRun, rows: QuerySet[Any], level: Level, head: Headline
) -> dict[str, Any]:
    box = nine_box(rows, level)
    line = float((run.settings.get("abc_thresholds") or [0.8])[0])
    own, _total = sorted_amounts(rows, level)
    base = f"{reverse('segmentation:overview')}?tab=list&level={level}"
    strategies = strategies_in_force()

    def cell_url(row: str, column: str) -> str:
        if level == "customers":
            return f"{base}&cell={row}{column}"
        return f"{base}&potential_class={row}&own_class={column}"

    def side_url(key: str, value: str) -> str:
        keys = {"row": "abc", "column": "xyz"} if level == "customers" else _STORE_SIDES
        return f"{base}&{keys[key]}={value}"

    return {
        "box": box,
        "box_rows": [
            {
                "name": name,
                "rule": _row_rule(name, run, level),
                "sum": box.rows[name],
                "url": side_url("row", name),
                "cells": [
                    {
                        "cell": cell,
                        "url": cell_url(name, column),
                        "tint": next((tint for part, tint in _TINTS if cell.own_part >= part), ""),
                        "treatment": treatment(cell.code, strategies, is_short=column == "N")
                        if level == "customers"
                        else "",
                        "label": cell.code if level == "customers" else "",
                        "narrow": column == "N",
                    }
                    for column in box.columns
                    for cell in [box.cells[name + column]]
                ],
            }
            for name in box.rows
        ],
        "box_columns": [
            {
                "name": name,
                "word": _column_word(name, level),
                "sum": box.sums[name],
                "url": side_url("column", name),
            }
            for name in box.columns
        ],
        "never_url": f"{base}&cell=CZ&never=1",
        "capacity_sentence": box_sentence(box, viewer_of(request), strategies)
        if level == "customers"
        else "",
        "concentration": concentration(own, line),
        "concentration_line": line,
        "ka_band": band_context(key_account_part(rows)),
        "sums": quadrant_sums(rows, level),
    }


_STORE_SIDES = {"row": "potential_class", "column": "own_class"}


def _row_rule(name: str, run: SegmentationRun, level: Level) -> str:
    first, second = (run.settings.get("abc_thresholds") or [0.8, 0.15])[:2]
    parts = {"A": first, "B": second, "C": max(1 - first - second, 0.0)}
    values = {"part": shown.percent_text(round(parts[name], 4), 0)}
    if level == "stores":
        return {
            "A": _("first %(part)s of all they buy"),
            "B": _("next %(part)s"),
            "C": _("last %(part)s"),
        }[name] % values
    measure = run.summary.get("measure") or run.settings.get("abc_measure")
    first_words = {
        "gross_profit": _("first %(part)s of our gross profit"),
        "contribution": _("first %(part)s of our contribution"),
        "potential": _("first %(part)s of all they buy"),
    }.get(measure, _("first %(part)s of our sales"))
    return {"A": first_words, "B": _("next %(part)s"), "C": _("last %(part)s")}[name] % values


def _column_word(name: str, level: Level) -> str:
    if level == "stores":
        return {"A": _("large for us"), "B": _("middling for us"), "C": _("small for us")}[name]
    return {"X": _("regular"), "Y": _("variable"), "Z": _("irregular"), "N": _("new")}[name]


def _list_part(
    request: HttpRequest, run: SegmentationRun, rows: QuerySet[Any], level: Level, tab: str
) -> dict[str, Any]:
    filters = ResultFilter.from_query(request.GET)
    found = filters.applied(rows, level)
    if tab == "elsewhere":
        found = found.filter(quadrant="attack")
    order = order_of(request.GET.get("sort"))
    page = page_of(found, level, order, request.GET.get("after", ""), request.GET.get("before", ""))
    return {
        "run": run,
        "level": level,
        "tab": tab,
        "page": page,
        "order": order,
        "found_count": found.count(),
        "chips": chips_of(request, filters, viewer_of(request)),
        "sheet": filter_sheet(request, filters, level, viewer_of(request)),
        "many_categories": level == "stores" and len(run.summary.get("stores") or {}) > 1,
        "next_url": _page_url(request, "after", page.after),
        "previous_url": _page_url(request, "before", page.before),
    }


def _page_url(request: HttpRequest, key: str, cursor: str | None) -> str:
    if not cursor:
        return ""
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[key] = cursor
    return f"?{query.urlencode()}"


def _movement(
    request: HttpRequest, run: SegmentationRun, rows: QuerySet[Any], level: Level, head: Headline
) -> dict[str, Any]:
    before = previous_run(run)
    if before is None:
        return {"before": None}
    return movement_context(viewer_of(request), level, before, run, shown_per_group=MOVED_PER_GROUP)


def _ask(
    request: HttpRequest, run: SegmentationRun, rows: QuerySet[Any], level: Level, head: Headline
) -> dict[str, Any]:
    viewer = viewer_of(request)
    stores = stores_to_ask(run, viewer)
    accounts = [] if stores else accounts_to_ask(run, viewer)
    for row in stores:
        row["reason_texts"] = wording.reason_texts(row["reasons"])
    return {"ask_stores": stores, "ask_accounts": accounts, "ask_count": len(stores) or len(accounts)}


@require_POST
def recompute(request: HttpRequest) -> HttpResponse:
    """Start a recomputation; a second click finds the one that runs."""
    viewer = viewer_of(request)
    if not access.may_recompute(viewer):
        raise PermissionDenied
    job = start_job(kind="recompute", key="", by=viewer)
    if asks_for_part(request):
        return render(request, "components/job_progress.html", {"job": progress_of(job), "quiet": True})
    messages.success(request, _("The recomputation has started."))
    return redirect("segmentation:overview")


@require_GET
def recompute_progress_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the progress line again; when it is done the page loads the new run."""
    if not access.reads_results(viewer_of(request)):
        raise PermissionDenied
    job = get_object_or_404(JobRun, pk=pk, kind="recompute")
    response = render(request, "components/job_progress.html", {"job": progress_of(job), "quiet": True})
    if job.state == "done" and job.state not in UNFINISHED:
        response["HX-Refresh"] = "true"
    return response
