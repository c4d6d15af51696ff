"""``/flags/``: stores below market share, ranked by the money that is missing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ka_crm.lib import shown
from ka_crm.people.models import Role, Territory
from purchases.models import Category
from segmentation.models import SegmentationRun
from segmentation.queries.below import (
    BELOW,
    CHAINS,
    LARGEST,
    BelowSums,
    below_by_chain,
    below_sums,
    chains_of,
    share_lines,
)
from segmentation.queries.overview import headline
from segmentation.queries.paging import page_of
from segmentation.queries.results import ResultFilter, Row, store_results
from segmentation.views import wording
from segmentation.views.chips import chips_of
from segmentation.views.shared import asks_for_part, viewer_of, with_run

PAGE = 30
VIEWS: dict[str, tuple[str, ...]] = {
    "largest": BELOW,
    "all": BELOW,
    "surely": ("below_confirmed",),
    "probably": ("below_watch",),
    "early": ("insufficient",),
}


@require_GET
@with_run
def flags(request: HttpRequest, run: SegmentationRun) -> HttpResponse:
    """Show the ten largest gaps first; the rest is one click away."""
    viewer = viewer_of(request)
    view = request.GET.get("view", "largest")
    view = view if view in VIEWS else "largest"
    everything = store_results(run, viewer)
    filters = ResultFilter.from_query(
        {
            key: request.GET[key]
            for key in ("chain", "territory", "category", "kam", "q")
            if key in request.GET
        }
    )
    rows = filters.applied(everything, "stores")
    sums = below_sums(rows)
    chosen = rows.filter(status__in=VIEWS[view])
    order = "buys" if view == "early" else "gap"
    size = LARGEST if view == "largest" else PAGE
    page = page_of(chosen, "stores", order, request.GET.get("after", ""), request.GET.get("before", ""), size)
    dressed = dress(page.rows, run)
    months = max(run.window_months, 1)
    context = {
        "run": run,
        "run_line": wording.run_line(run),
        "window": wording.window_text(run),
        "view": view,
        "tabs": _tabs(request, view, sums),
        "sums": sums,
        "rows": dressed,
        "scale_top": scale_top(dressed),
        "head": headline(rows),
        "shown_gap": sum(row["gap_amount"] for row in page.rows) // months,
        "all_gap": sums.gap_amount // months,
        "chains": chain_rows(below_by_chain(rows, CHAINS), months),
        "chips": chips_of(request, filters, viewer),
        "sheet": _sheet(filters, everything, viewer.role),
        "many_categories": len(run.summary.get("stores") or {}) > 1,
        "next_url": _neighbour(request, "after", page.after) if view != "largest" else "",
        "previous_url": _neighbour(request, "before", page.before) if view != "largest" else "",
        "download": request.GET.urlencode(),
        "all_url": _all_url(request),
    }
    if asks_for_part(request, "flag-list"):
        return render(request, "segmentation/_flag_list.html", context)
    return render(request, "segmentation/flags.html", context)


def dress(rows: list[Row], run: SegmentationRun) -> list[Row]:
    """Add to each row its gap a month, its line of twelve points and how many counts it rests on."""
    lines = share_lines(rows, run)
    months = max(run.window_months, 1)
    for row in rows:
        points = lines.get(f"{row['code']}/{row['category_code']}", [])
        row["points"] = points if any(point is not None for point in points) else []
        row["gap_month"] = row["gap_amount"] // months
        row["counts"] = _counts(row)
        row["interval"] = interval_text(row["share_low"], row["share_high"])
        row["is_alone"] = row["chain"] == row["name"]
        row["colour"] = {"below_confirmed": "attack", "below_watch": "explore"}.get(row["status"], "none")
    return rows


def interval_text(low: float | None, high: float | None) -> str:
    """Return "6–18 %", or nothing where a limit is unknown."""
    if low is None or high is None:
        return ""
    return f"{shown.number_text(round(low * 100, 6))}–{shown.percent_text(high, 0)}"


def _counts(row: Row) -> str:
    if not row["clusters"]:
        return ""
    words = _("%(n)s counts") if row["basis"] == "visits" else _("%(n)s months")
    return words % {"n": row["clusters"]}


def scale_top(rows: list[Row]) -> float:
    """Return the largest share of the page's lines, so that all are drawn on one scale."""
    points = [point for row in rows for point in row["points"] if point is not None]
    markets = [row["market_share"] for row in rows if row["market_share"] is not None]
    return max([*points, *markets, 0.05])


def chain_rows(rows: list[Row], months: int) -> list[Row]:
    """Add to each chain its gap a month and whether it is below as a whole."""
    for row in rows:
        row["gap_month"] = (row["gap"] or 0) // months
        known = row["share"] is not None and row["market_share"] is not None
        row["colour"] = "attack" if known and row["share"] < row["market_share"] else "defend"
        row["status"] = "below_confirmed" if row["colour"] == "attack" else "ok"
    return rows


def _tabs(request: HttpRequest, view: str, sums: BelowSums) -> list[dict[str, Any]]:
    counts = {
        "largest": min(LARGEST, sums.below),
        "all": sums.below,
        "surely": sums.surely,
        "probably": sums.probably,
        "early": sums.too_early,
    }
    labels = {
        "largest": _("Largest gaps"),
        "all": _("All below"),
        "surely": _("Surely below"),
        "probably": _("Probably below"),
        "early": _("Too early to tell"),
    }
    tabs = []
    for key, label in labels.items():
        query = request.GET.copy()
        for gone in ("after", "before"):
            query.pop(gone, None)
        query["view"] = key
        tabs.append(
            {
                "label": label,
                "count": shown.number_text(counts[key]),
                "url": f"{reverse('segmentation:flags')}?{query.urlencode()}",
                "active": key == view,
            }
        )
    return tabs


def _sheet(filters: ResultFilter, rows: Any, role: str) -> list[dict[str, Any]]:
    fields = [("chain", _("Chain"), chains_of(rows))]
    if role != Role.KAM:
        territories = [(str(pk), name) for pk, name in Territory.objects.values_list("pk", "name")[:500]]
        fields.append(("territory", _("Territory"), territories))
    categories = [(code, name or code) for code, name in Category.objects.values_list("code", "name")[:200]]
    fields.append(("category", _("Category"), categories))
    return [
        {
            "key": key,
            "label": label,
            "choices": [
                {"value": value, "label": text, "chosen": filters.values.get(key) == value}
                for value, text in choices
            ],
        }
        for key, label, choices in fields
    ]


def _all_url(request: HttpRequest) -> str:
    query = request.GET.copy()
    query["view"] = "all"
    return f"?{query.urlencode()}"


def _neighbour(request: HttpRequest, key: str, cursor: str | None) -> str:
    if not cursor:
        return ""
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[key] = cursor
    return f"?{query.urlencode()}"
