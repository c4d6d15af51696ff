"""``/segmentation/comparison/``: the sales list beside the potential list, and why for an opened row."""

from itertools import zip_longest
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ka_crm.lib import shown
from segmentation.models import SegmentationRun
from segmentation.queries.lists import (
    KEPT,
    LONGEST,
    MARKS,
    MISFILED,
    MISSED,
    coverage,
    largest_by_sales,
    potential_list,
    sales_list,
)
from segmentation.queries.results import Level, Row, level_of, results_of
from segmentation.queries.why import why_customer, why_store
from segmentation.views import wording
from segmentation.views.comparison_parts import (
    MOST_PRINTED,
    dimension_of,
    metrics,
    printed_dimension,
    table_of,
    view_tabs,
)
from segmentation.views.paper_lines import paper_lines
from segmentation.views.shared import asks_for_part, page_context, viewer_of, with_run
from segmentation.views.why import customer_context, store_context


@require_GET
@with_run
def comparison(request: HttpRequest, run: SegmentationRun) -> HttpResponse:
    """Show both lists; htmx gets the lists alone, with the panel of the opened row."""
    context = page_context(request, run)
    level: Level = context["level"]
    if "level" not in request.GET and run.settings.get("selection_level") == "store":
        level = "stores"
        context["level"] = level
    rows = results_of(level, run, viewer_of(request))
    sums = coverage(rows)
    context |= {
        "sums": sums,
        "missed": _counted(sums.missed_by_quadrant),
        "misfiled": _counted(sums.misfiled_by_quadrant),
    }
    by = dimension_of(request.GET.get("by"))
    context |= {
        "by": by,
        "view_tabs": view_tabs(request, level, by),
        "metrics": metrics(sums, level),
        "download_query": f"level={level}&by={by}" if by else request.GET.urlencode(),
    }
    if not sums.size:
        context["left_only"] = largest_by_sales(rows, level, 30)
        return render(request, "segmentation/comparison.html", context)
    if by:
        context["table"] = table_of(rows, level, by)
        return render(request, "segmentation/comparison.html", context)
    context |= _lists(request, run, rows, level)
    context["marks"] = _mark_items(request, sums, context["mark"])
    if asks_for_part(request, "comparison-lists"):
        return render(request, "segmentation/_comparison_lists.html", context)
    other: Level = "stores" if level == "customers" else "customers"
    context["other_level"] = other
    context["other_sums"] = coverage(results_of(other, run, viewer_of(request)))
    if not context["opened"]:
        context["printed"] = table_of(rows, level, printed_dimension(viewer_of(request)), MOST_PRINTED)
    return render(request, "segmentation/comparison.html", context)


def _counted(by_quadrant: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"quadrant": key, "word": wording.QUADRANTS[key], "count": by_quadrant[key]}
        for key in wording.QUADRANTS
        if by_quadrant.get(key)
    ]


def _lists(request: HttpRequest, run: SegmentationRun, rows: Any, level: Level) -> dict[str, Any]:
    mark = request.GET.get("mark", "")
    mark = mark if mark in MARKS else ""
    left = [] if mark == MISSED else sales_list(rows, level, mark)
    right = [] if mark == MISFILED else potential_list(rows, level, mark)
    opened, opened_category = request.GET.get("open", ""), request.GET.get("category", "")
    many = level == "stores" and len(run.summary.get("stores") or {}) > 1
    lines: list[dict[str, Any]] = []
    place: int | None = None
    for index, (own, total) in enumerate(zip_longest(left, right)):
        for side in (own, total):
            if side is not None:
                _dress(side, level, many)
        is_here = bool(opened) and any(
            side is not None and side["code"] == opened and opened_category in ("", side.get("category_code"))
            for side in (total, own)
        )
        if is_here and (place is None or (total is not None and total["code"] == opened)):
            place = index
        lines.append({"own": own, "total": total, "panel": None})
    query = request.GET.copy()
    query.pop("open", None)
    query.pop("category", None)
    if place is not None:
        chosen = _chosen(lines[place], opened)
        lines[place]["panel"] = _panel(request, run, level, chosen)
    return {
        "lines": lines,
        "mark": mark,
        "opened": opened if place is not None else "",
        "many_categories": many,
        "paper_lines": paper_lines(lines) if place is None else None,
        "is_cut": len(left) >= LONGEST or len(right) >= LONGEST,
        "base_query": query.urlencode(),
        "close_url": f"?{query.urlencode()}",
        "side": "sales" if request.GET.get("side") == "sales" or mark == MISFILED else "potential",
        "phone_rows": left if request.GET.get("side") == "sales" or mark == MISFILED else right,
    }


def _chosen(line: dict[str, Any], code: str) -> Row:
    total: Row | None = line["total"]
    found = total if total is not None and total["code"] == code else line["own"]
    assert found is not None
    return found


def _dress(row: Row, level: Level, many: bool) -> None:
    """Add what the row shows: the moved ranks, and a key that is the same in both lists."""
    row["key"] = f"{row['code']}/{row.get('category_code', '')}" if many else row["code"]
    row["mark_word"] = ""
    if row["list_mark"] in (MISSED, MISFILED):
        quadrant = wording.QUADRANTS.get(row["quadrant"], row["quadrant"])
        row["mark_word"] = f"{wording.MARKS[row['list_mark']]} · {quadrant}"
    climbed = (row["rank_own"] or 0) - (row["rank_potential"] or 0)
    row["arrow"] = f"↑{climbed}" if climbed > 0 else f"↓{-climbed}" if climbed < 0 else "="
    row["is_below"] = (
        row["share"] is not None and row["market_share"] is not None and row["share"] < row["market_share"]
    )


def _panel(request: HttpRequest, run: SegmentationRun, level: Level, row: Row) -> dict[str, Any] | None:
    viewer = viewer_of(request)
    if level == "customers":
        why = why_customer(run, viewer, row["code"])
        return customer_context(why) if why else None
    why = why_store(run, viewer, row["code"], row["category_code"])
    return store_context(why) if why else None


def _mark_items(request: HttpRequest, sums: Any, mark: str) -> list[dict[str, Any]]:
    counts = {"": None, KEPT: sums.kept, MISSED: sums.missed, MISFILED: sums.misfiled}
    labels = {"": _("All"), KEPT: _("Kept"), MISSED: _("Missed"), MISFILED: _("Misfiled")}
    level = level_of(request.GET.get("level"))
    items = []
    for key, count in counts.items():
        url = f"{reverse('segmentation:comparison')}?level={level}" + (f"&mark={key}" if key else "")
        label = labels[key] if count is None else f"{labels[key]} {shown.number_text(count)}"
        items.append({"label": label, "url": url, "active": key == mark})
    return items
