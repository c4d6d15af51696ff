"""The list of flags, its download, the board, the chains, and whether measures worked."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ka_crm.lib.bulk import chunked
from ka_crm.lib.exports import csv_response, xlsx_response
from ka_crm.lib.money import from_scaled
from ka_crm.people.models import User
from ka_crm.people.viewer import viewer_of
from visits.models import FlagState
from visits.permissions import may_move_flags
from visits.queries.flag_lists import (
    LARGEST,
    PAGE,
    VIEWS,
    FlagFilter,
    column_rows,
    column_sums,
    flag_rows,
    list_sums,
    page_of,
    rows_of_view,
    share_rows,
    with_gap_from,
)
from visits.queries.flag_rows import FlagRow, dressed
from visits.queries.flag_sums import chain_rows, late_and_dearest, remedies
from visits.queries.flags import facts_of_many, minimum_gap
from visits.rules.flag_life import STATES, steps_to_offer
from visits.views.flags.shared import Asked, asked_for, for_readers, head_of, query_of
from visits.views.flags.words import Line, line_of

CARDS = 8
CHAINS_BESIDE = 6
CHAINS = 40
WORST = 3


@require_GET
@for_readers
def flag_list(request: HttpRequest) -> HttpResponseBase:
    """Show the ten largest gaps first; the rest is one click away."""
    asked = asked_for(request)
    view = _view(request)
    rows, order = rows_of_view(view, asked.shares, asked.flags, asked.today, asked.least)
    size = LARGEST if view == "largest" else PAGE
    page = page_of(rows, order, size, request.GET.get("after", ""), request.GET.get("before", ""))
    lines = [line_of(row, asked.today) for row in dressed(page.rows, asked.today)]
    late, dearest = late_and_dearest(asked.viewer, asked.today)
    context = {
        **head_of(request, asked, "list", view),
        "lines": lines,
        "scale_top": scale_top(lines),
        "shown_gap": sum(line.row.gap_amount for line in lines),
        "late_count": late,
        "may_choose": may_move_flags(asked.viewer) and view in ("open", "late"),
        "dearest": dearest,
        "dearest_days": (asked.today - dearest.due_on).days if dearest else 0,
        "chains": chain_lines(asked, CHAINS_BESIDE),
        "remedies": remedies(asked.viewer),
        "next_url": query_of(request, after=page.after) if page.after and view != "largest" else "",
        "previous_url": query_of(request, before=page.before) if page.before and view != "largest" else "",
        "all_url": query_of(request, view="all"),
        "small_url": query_of(request, small="1"),
    }
    return render(request, "visits/flags/list.html", context)


@require_GET
@for_readers
def board(request: HttpRequest) -> HttpResponseBase:
    """Show flags in five columns, the largest gap first; cards are dragged along the guard table."""
    asked = asked_for(request)
    sums = column_sums(asked.flags)
    chosen = request.GET.get("column", "")
    chosen = chosen if chosen in STATES else STATES[0]
    wanted = with_gap_from(asked.flags, asked.least)
    found = {
        state: column_rows(asked.flags if state == FlagState.CLOSED else wanted, state, CARDS)
        for state in STATES
    }
    rows = dressed([flag for flags in found.values() for flag in flags], asked.today)
    facts = facts_of_many([row.flag for row in rows if row.flag])
    cards: dict[str, list[dict[str, Any]]] = {state: [] for state in STATES}
    for row in rows:
        flag = row.flag
        if flag is not None:
            steps = steps_to_offer(facts[flag.pk])
            cards[flag.state].append({"line": line_of(row, asked.today), "flag": flag, "steps": steps})
    columns: list[dict[str, Any]] = [
        {
            "state": state,
            "label": FlagState(state).label,
            "count": sums.get(state, (0, 0))[0],
            "money": sums.get(state, (0, 0))[1],
            "reached": range(place + 1),
            "ahead": range(len(STATES) - place - 1),
            "cards": cards[state],
            "more": max(sums.get(state, (0, 0))[0] - len(cards[state]), 0),
            "more_url": reverse("flags:list") + _column_query(request, state),
            "phone_url": query_of(request, column=state),
            "is_chosen": state == chosen,
        }
        for place, state in enumerate(STATES)
    ]
    lines = [card["line"] for column in columns for card in column["cards"]]
    context = {
        **head_of(request, asked, "board"),
        "columns": columns,
        "scale_top": scale_top(lines),
        "small_url": query_of(request, small="1"),
    }
    return render(request, "visits/flags/board.html", context)


@require_GET
@for_readers
def chains(request: HttpRequest) -> HttpResponseBase:
    """Show the flagged stores of one customer together: chains decide centrally."""
    asked = asked_for(request)
    context = {**head_of(request, asked, "chains"), "chains": chain_lines(asked, CHAINS, WORST, stores=2)}
    return render(request, "visits/flags/chains.html", context)


@require_GET
@for_readers
def remedies_page(request: HttpRequest) -> HttpResponseBase:
    """Show what measures of each kind were worth, against stores without a flag."""
    return render(request, "visits/flags/remedies.html", {"remedies": remedies(viewer_of(request))})


@require_GET
@for_readers
def download(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Answer with all rows of the list as it is filtered, as CSV or XLSX."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    asked = asked_for(request)
    view = _view(request)
    rows, order = rows_of_view(view, asked.shares, asked.flags, asked.today, asked.least)
    header = [
        _("code"), _("store"), _("city"), _("chain"), _("category"), _("account manager"), _("our share"),
        _("limit below"), _("limit above"), _("market share"), _("certainty"), _("gap a month"), _("state"),
        _("flagged on"), _("supervisor"), _("next"),
    ]  # fmt: skip
    related = ("store__customer__kam", "category")
    found = rows.select_related(*related).order_by(*order, "pk")
    if view == "largest":
        found = found[:LARGEST]
    respond = csv_response if kind == "csv" else xlsx_response
    return respond(f"flags-{asked.today.isoformat()}", header, _table(found, asked.today))


def largest_store_gaps(viewer: User, today: dt.date) -> dict[str, Any]:
    """Return what ``visits/flags/_list.html`` shows on a first page: the ten largest gaps."""
    least, nothing = minimum_gap(), FlagFilter({})
    shares, flags = share_rows(viewer, nothing, today), flag_rows(viewer, nothing, today)
    rows, order = rows_of_view("largest", shares, flags, today, least)
    lines = [line_of(row, today) for row in dressed(page_of(rows, order, LARGEST).rows, today)]
    late, dearest = late_and_dearest(viewer, today)
    return {
        "lines": lines,
        "view": "largest",
        "sums": list_sums(shares, flags, today, least),
        "scale_top": scale_top(lines),
        "shown_gap": sum(line.row.gap_amount for line in lines),
        "all_url": f"{reverse('flags:list')}?view=all",
        "many_categories": len({line.row.category.pk for line in lines}) > 1,
        "is_first_page": True,
        "evaluated_at": True,
        "today": today,
        "late_count": late,
        "dearest": dearest,
        "may_move": may_move_flags(viewer),
    }


def chain_lines(asked: Asked, limit: int, worst: int = 0, stores: int = 1) -> list[dict[str, Any]]:
    """Return chains with the colour of their share."""
    lines = []
    for row in chain_rows(asked.shares, asked.flags, limit, worst, stores):
        known = row.share is not None and row.market_share is not None
        is_below = known and row.share < row.market_share  # type: ignore[operator]
        lines.append({"row": row, "certainty": "below_confirmed" if is_below else "ok"})
    return lines


def scale_top(lines: Iterable[Line]) -> float:
    """Return the largest share of the page's lines, so that all are drawn on one scale."""
    found = list(lines)
    points = [point for line in found for point in line.row.points if point is not None]
    markets = [
        line.row.share.market_share for line in found if line.row.share and line.row.share.market_share
    ]
    return max([*points, *markets, 0.05])


def _view(request: HttpRequest) -> str:
    view = request.GET.get("view", "largest")
    return view if view in VIEWS else "largest"


def _column_query(request: HttpRequest, state: str) -> str:
    if state == FlagState.CLOSED:
        return query_of(request, view="closed", column="")
    return query_of(request, view="open", state=state, column="")


def _table(rows: Any, today: dt.date) -> Iterable[list[Any]]:
    for chunk in chunked(rows.iterator(chunk_size=2000), 2000):
        for row in dressed(chunk, today):
            yield _cells(row, today)


def _cells(row: FlagRow, today: dt.date) -> list[Any]:
    line, share, flag = line_of(row, today), row.share, row.flag
    customer = row.store.customer
    return [
        row.store.code, row.store.name, row.store.city, customer.name, row.category.code,
        customer.kam.name if customer.kam else "", *(
            (share.share, share.low, share.high, share.market_share, share.get_status_display(),
             from_scaled(share.gap_amount))
            if share else (None,) * 6
        ),
        line.word, flag.opened_on if flag else None,
        flag.supervisor.name if flag and flag.supervisor else "", line.next,
    ]  # fmt: skip
