"""One page of a list, its sums and counts, and its export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from ka_crm.lib import exports
from ka_crm.lib.keyset import BadCursor, KeysetPage, keyset_page
from ka_crm.lib.listing.definition import Column, Listing, Preset
from ka_crm.lib.listing.state import ListState, read_state
from ka_crm.lib.money import from_scaled

CHUNK = 2000


@dataclass(frozen=True)
class Head:
    """Head of one column: the address that sorts by it and how it is sorted now."""

    column: Column
    url: str
    direction: str


@dataclass(frozen=True)
class Cell:
    """What one column says of one row; ``word`` is the value in words."""

    column: Column
    value: Any
    word: Any


@dataclass(frozen=True)
class ShownRow:
    """One row: all that was read, keyed without the path's underscores, and its cells."""

    data: Mapping[str, Any]
    cells: list[Cell]


@dataclass(frozen=True)
class Tab:
    """A view as a tab, with the number of rows that it would show."""

    label: Any
    url: str
    count: int
    active: bool
    key: str = ""
    saved_id: int | None = None


def list_page(
    request: HttpRequest,
    listing: Listing,
    rows: "QuerySet[Any]",
    *,
    hidden: Q | None = None,
    presets: Sequence[Preset] | None = None,
) -> dict[str, Any]:
    """Return the context of a list page: rows, heads, tabs with counts, chips, sums, neighbours.

    ``rows`` is what the viewer may see, with its annotations; ``hidden`` what every view leaves out unless
    its filter asks for it (archived records). Two queries, plus one for each chip of a related record.
    """
    state = read_state(listing, request.GET)
    tabs = list(listing.presets if presets is None else presets)
    states = [read_state(listing, QueryDict(tab.query)) for tab in tabs]
    numbers = rows.aggregate(**_aggregates(listing, state, states, hidden))
    page = _page(listing, state, matching(rows, state, hidden))
    total = numbers["rows_matching"]
    start = min(state.start, max(total, 1))
    return {
        "listing": listing,
        "state": state,
        "rows": [shown_row(state.columns, row) for row in page.rows],
        "heads": [_head(state, column) for column in state.columns],
        "columns": state.columns,
        "tabs": [
            Tab(
                label=tab.label,
                url=other.query(),
                count=numbers[f"tab_{index}"],
                active=other.canonical() == state.canonical(),
                key=tab.key,
            )
            for index, (tab, other) in enumerate(zip(tabs, states, strict=True))
        ],
        "chips": state.chips(),
        "total": total,
        "sums": {key: numbers[f"sum_{key}"] for key in listing.sums},
        "start": start,
        "end": start + len(page.rows) - 1,
        "previous_url": _neighbour(state, "before", page.before, max(start - listing.page_size, 1)),
        "next_url": _neighbour(state, "after", page.after, start + len(page.rows)),
        "export_csv": _with(state.query(), "export=csv"),
        "export_xlsx": _with(state.query(), "export=xlsx"),
        "filter_url": _with(state.query(), "part=filters"),
    }


def shown_row(columns: Sequence[Column], row: Mapping[str, Any]) -> ShownRow:
    """Return a row with its cells."""
    cells = [Cell(column, row[column.path], column.words.get(row[column.path], "")) for column in columns]
    return ShownRow(row, cells)


def matching(rows: "QuerySet[Any]", state: ListState, hidden: Q | None = None) -> "QuerySet[Any]":
    """Return the rows that a view shows, without order."""
    return rows.filter(_wanted(state, hidden))


def filter_sheet(state: ListState) -> list[dict[str, Any]]:
    """Return all filters with what may be chosen, for the sheet of filters."""
    return [
        {
            "key": item.key,
            "label": item.label,
            "choices": [
                {"value": value, "label": label, "chosen": value in state.values.get(item.key, [])}
                for value, label in item.choices()
            ],
        }
        for item in state.listing.filters
    ]


def export(
    kind: str, name: str, listing: Listing, data: QueryDict, rows: "QuerySet[Any]", hidden: Q | None = None
) -> HttpResponseBase:
    """Answer with all rows of the view, exactly its columns, as ``csv`` or ``xlsx``."""
    state = read_state(listing, data)
    header = [str(column.export_label or _joined(column)) for column in state.columns]
    found = matching(rows, state, hidden).order_by(*_plain_order(state)).values(*_paths(listing, state))
    lines = (_line(state.columns, row) for row in found.iterator(chunk_size=CHUNK))
    return (
        exports.xlsx_response(name, header, lines)
        if kind == "xlsx"
        else exports.csv_response(name, header, lines)
    )


def _aggregates(
    listing: Listing, state: ListState, tabs: list[ListState], hidden: Q | None
) -> dict[str, Any]:
    """One query for everything: the matching rows and their sums, and the rows of every tab."""
    wanted = _wanted(state, hidden)
    found: dict[str, Any] = {"rows_matching": Count("pk", filter=wanted)}
    for index, tab in enumerate(tabs):
        found[f"tab_{index}"] = Count("pk", filter=_wanted(tab, hidden))
    return found | {f"sum_{key}": build(wanted) for key, build in listing.sums.items()}


def _wanted(state: ListState, hidden: Q | None) -> Q:
    wanted = state.condition()
    if hidden is not None and "archived" not in state.values:
        wanted &= ~hidden
    return wanted or Q(pk__isnull=False)


def _page(listing: Listing, state: ListState, found: "QuerySet[Any]") -> KeysetPage:
    values = found.values(*_paths(listing, state))
    try:
        return keyset_page(
            values, order=state.order, size=listing.page_size, after=state.after, before=state.before
        )
    except BadCursor:
        return keyset_page(values, order=state.order, size=listing.page_size)


def _paths(listing: Listing, state: ListState) -> list[str]:
    found = ["pk", str(state.sort_column.sort_path), *listing.extra_paths]
    for column in state.columns:
        found += column.paths
    return list(dict.fromkeys(found))


def _plain_order(state: ListState) -> list[Any]:
    path = str(state.sort_column.sort_path)
    return [OrderBy(F(path), descending=state.descending, nulls_last=True), "pk"]


def _head(state: ListState, column: Column) -> Head:
    is_sorted = column.key == state.sort.lstrip("-")
    direction = ("descending" if state.descending else "ascending") if is_sorted else ""
    falling = not state.descending if is_sorted else column.falling
    url = state.query(sort=f"-{column.key}" if falling else column.key) if column.sort_path else ""
    return Head(column, url, direction)


def _neighbour(state: ListState, key: str, cursor: str | None, start: int) -> str:
    return _with(state.query(), f"{key}={cursor}&from={start}") if cursor else ""


def _with(query: str, more: str) -> str:
    return query + ("" if query.endswith("?") else "&") + more


def _joined(column: Column) -> str:
    return f"{column.label} {column.second}".strip()


def _line(columns: tuple[Column, ...], row: Mapping[str, Any]) -> list[Any]:
    return [_exported(column, row[column.path]) for column in columns]


def _exported(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.kind in ("money", "units"):
        return from_scaled(value)
    if column.words:
        return str(column.words.get(value, value))
    return value
