"""``/``: what each role needs first."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from ka_crm.pages.context import today_of
from ka_crm.pages.home_today import managers_with_duties, today_context
from ka_crm.people.models import Role, User
from ka_crm.records.queries import business_today
from segmentation.api.pictures import short_name
from segmentation.models import SegmentationRun
from segmentation.queries import current_run, previous_run
from segmentation.queries.asking import accounts_to_ask, stores_to_ask
from segmentation.queries.home import (
    SIZE,
    high_classes_of,
    largest_gaps,
    last_count_of,
    rows_per_kam,
    telling_names,
)
from segmentation.queries.lists import largest_by_sales
from segmentation.queries.moves import grouped_moves, moved_rows
from segmentation.queries.overview import headline
from segmentation.queries.results import customer_results
from segmentation.queries.selection import changed_counts
from segmentation.views import wording
from segmentation.views.shared import before_any_run, viewer_of
from visits.views.day import day_context
from visits.views.flags.lists import largest_store_gaps

ASK_ON_HOME = 14
#: Rows of one group of moves on the first page; the rest is one click away.
MOVED_ON_HOME = 4


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page of the viewer's role."""
    viewer = viewer_of(request)
    if viewer.role == Role.FINANCE:
        return render(request, "pages/home_nothing.html", {"role": viewer.role})
    if viewer.role == Role.REP:
        return render(request, "visits/today.html", day_context(viewer, viewer, business_today()))
    run = current_run()
    if run is None:
        return render(request, "pages/home_start.html", before_any_run(viewer))
    today = today_of(request)
    if viewer.role == Role.KAM:
        return render(request, "pages/home_kam.html", _kam(run, viewer, today))
    if viewer.role == Role.SUPERVISOR:
        return render(request, "pages/home_supervisor.html", _supervisor(run, viewer, today))
    return render(request, "pages/home_director.html", _director(run, viewer))


def _head(run: SegmentationRun, rows: Any) -> dict[str, Any]:
    return {
        "run": run,
        "window": wording.window_text(run),
        "head": headline(rows),
    }


def _director(run: SegmentationRun, viewer: User) -> dict[str, Any]:
    rows = customer_results(run, viewer)
    context = {**_head(run, rows), "selection": changed_counts(viewer)}
    if not context["head"].with_potential:
        return context | _without_totals(run, viewer, rows)
    names = telling_names(rows, high_classes_of(run))
    for row in names:
        row["short"] = short_name(row["name"])
    telling = names[0] if names else None
    return {
        **context,
        **_moved(run, viewer),
        "telling": telling,
        "evidence": ngettext("%(n)s month", "%(n)s months", run.window_months) % {"n": run.window_months},
        "next_names": names[1:],
        "last_count": last_count_of(telling["code"]) if telling else None,
        "slope_url": reverse("dashboards:home"),
        "scatter_url": f"{reverse('dashboards:scatter')}?level=customers&small=1",
    }


def _without_totals(run: SegmentationRun, viewer: User, rows: Any) -> dict[str, Any]:
    """Own sales alone: the left list, and whom to ask so that there is a right one."""
    ask_stores = stores_to_ask(run, viewer, ASK_ON_HOME)
    for row in ask_stores:
        row["reason_texts"] = wording.reason_texts(row["reasons"])
    return {
        "left_only": largest_by_sales(rows, "customers", ASK_ON_HOME),
        "ask_stores": ask_stores,
        "ask_accounts": [] if ask_stores else accounts_to_ask(run, viewer, ASK_ON_HOME),
    }


def _moved(run: SegmentationRun, viewer: User) -> dict[str, Any]:
    """What moved among the large buyers since the run before, and the market share's own move."""
    before = previous_run(run)
    if before is None:
        return {"before": None}
    moved = moved_rows("customers", before, run, viewer, large_only=True)
    groups = [
        {
            "label": wording.MOVES[name],
            "rows": found[:MOVED_ON_HOME],
            "count": len(found),
            "rest": max(len(found) - MOVED_ON_HOME, 0),
        }
        for name, found in grouped_moves(moved).items()
    ]
    return {
        "before": before,
        "before_head": headline(customer_results(before, viewer)),
        "groups": groups,
        "moved_count": len(moved),
    }


def _kam(run: SegmentationRun, viewer: User, today: dt.date) -> dict[str, Any]:
    rows = customer_results(run, viewer)
    accounts = largest_gaps(rows, "customers")
    months = max(run.window_months, 1)
    for row in accounts:
        row["gap_month"] = row["gap_amount"] // months
    ask_stores = stores_to_ask(run, viewer, SIZE)
    for row in ask_stores:
        row["reason_texts"] = wording.reason_texts(row["reasons"])
    return {
        **_head(run, rows),
        "selection": changed_counts(viewer),
        **today_context(viewer, today),
        **largest_store_gaps(viewer, today),
        "accounts": accounts,
        "ask_stores": ask_stores,
    }


def _supervisor(run: SegmentationRun, viewer: User, today: dt.date) -> dict[str, Any]:
    rows = customer_results(run, viewer)
    managers = managers_with_duties(rows_per_kam(rows), viewer, today)
    return {
        **_head(run, rows),
        "selection": changed_counts(viewer),
        **largest_store_gaps(viewer, today),
        "managers": managers,
    }
