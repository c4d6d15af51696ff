"""The answer to one address of a list: the page, its sheet of filters, or its export."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from ka_crm.lib.listing.definition import Listing, Preset
from ka_crm.lib.listing.page import export, filter_sheet, list_page
from ka_crm.lib.listing.state import ListState, read_state

LIST_TEMPLATE = "listing/page.html"
EXPORTS = ("csv", "xlsx")


def list_response(
    request: HttpRequest,
    listing: Listing,
    rows: "QuerySet[Any]",
    *,
    hidden: Q | None = None,
    presets: Sequence[Preset] | None = None,
    template: str = LIST_TEMPLATE,
    more: Callable[[dict[str, Any]], Mapping[str, Any]] | None = None,
) -> HttpResponseBase:
    """Answer with the page of a list, or with one of its parts by ``?export=csv|xlsx`` or ``?part=filters``.

    ``more`` gets the list's context and returns what the page shows besides.
    """
    kind = request.GET.get("export", "")
    if kind in EXPORTS:
        return export(kind, listing.key, listing, request.GET, rows, hidden)
    if request.GET.get("part") == "filters":
        return _filters(request, listing)
    context = list_page(request, listing, rows, hidden=hidden, presets=presets)
    state: ListState = context["state"]
    context |= {
        "sum_cells": _sum_cells(state, context["sums"]),
        "search_pairs": [pair for pair in state.pairs() if pair[0] != "q"],
        "column_pairs": [pair for pair in state.pairs() if pair[0] != "col"],
        "column_choices": _column_choices(state),
        "standard_columns_url": state.query(col=[]),
        "without_search_url": state.query(q=""),
        "view_query": urlencode(state.pairs()),
        "a_tab_is_active": any(tab.active for tab in context["tabs"]),
    }
    if more:
        context |= more(context)
    return render(request, template, context)


def _filters(request: HttpRequest, listing: Listing) -> HttpResponseBase:
    state = read_state(listing, request.GET)
    sheet = filter_sheet(state)
    for item in sheet:
        item["open"] = any(choice["chosen"] for choice in item["choices"])
    chosen = {item.key for item in listing.filters}
    shown = {item["key"] for item in sheet if item["choices"]}
    context = {
        "listing": listing,
        "sheet": sheet,
        "list_url": request.path,
        "filter_pairs": [pair for pair in state.pairs() if pair[0] not in chosen or pair[0] not in shown],
    }
    template = "listing/_filters.html" if request.headers.get("HX-Request") else "listing/filters_page.html"
    return render(request, template, context)


def _sum_cells(state: ListState, sums: Mapping[str, Any]) -> list[dict[str, Any]]:
    cells = []
    for column in state.columns:
        is_share = column.total == "share"
        kind = column.kind if column.total and not is_share else ""
        cells.append({"is_share": is_share, "kind": kind, "value": sums.get(column.total)})
    return cells


def _column_choices(state: ListState) -> list[tuple[Any, bool]]:
    chosen = {column.key for column in state.columns}
    first = [column for column in state.columns if not column.fixed]
    rest = [column for column in state.listing.columns if column.key not in chosen]
    return [(column, column.key in chosen) for column in [*first, *rest]]
