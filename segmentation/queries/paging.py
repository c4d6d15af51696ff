"""Orders and keyset pages of result rows."""

from typing import Any

from django.db.models import QuerySet

from ka_crm.lib.keyset import BadCursor, KeysetPage, keyset_page
from segmentation.queries.results import Level, named_rows

#: Rows of one page.
PAGE_SIZE = 50
DEFAULT_ORDER = "gap"
#: Orders that lists understand; each ends with the primary key by itself, unknown values come last.
ORDERS: dict[str, tuple[str, ...]] = {
    "gap": ("-gap_amount",),
    "buys": ("-potential",),
    "ours": ("-our_sales",),
    "share": ("share",),
    "name": ("name",),
}


def order_of(text: str | None) -> str:
    """Return the order an address names, or the default: the largest gap first."""
    return text if text in ORDERS else DEFAULT_ORDER


def page_of(
    rows: QuerySet[Any], level: Level, order: str, after: str = "", before: str = "", size: int = PAGE_SIZE
) -> KeysetPage:
    """Return one page of named rows; a cursor that makes no sense gives the first page."""
    named = named_rows(rows, level)
    try:
        return keyset_page(named, order=ORDERS[order_of(order)], size=size, after=after, before=before)
    except BadCursor:
        return keyset_page(named, order=ORDERS[order_of(order)], size=size)


def ordered_rows(rows: QuerySet[Any], level: Level, order: str) -> QuerySet[Any]:
    """Return all named rows in a list's order, for exports."""
    return named_rows(rows, level).order_by(*ORDERS[order_of(order)], "pk")
