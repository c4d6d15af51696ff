"""Lists of stores below market share and of their flags: filtered, ranked by the money missing, in pages.

Stores come from their present ``StoreShare``; what is flagged has its ``Flag`` beside it. Whatever the size
of the lists, a page costs the same number of queries.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.visibility import store_scope
from ka_crm.lib.keyset import BadCursor, KeysetPage, keyset_page
from ka_crm.people.models import User
from ka_crm.people.queries import territory_ids_below
from visits.models import Flag, FlagState, Measure, StoreShare
from visits.models.store_share import ShareStatus

BELOW = (ShareStatus.BELOW_CONFIRMED, ShareStatus.BELOW_WATCH)
LARGEST = 10
PAGE = 30
#: Views of stores by their share, and of flags by their state.
SHARE_VIEWS: dict[str, tuple[str, ...]] = {
    "largest": BELOW,
    "all": BELOW,
    "early": (ShareStatus.INSUFFICIENT,),
}
FLAG_VIEWS = ("open", "late", "closed")
VIEWS = (*SHARE_VIEWS, *FLAG_VIEWS)


@dataclass(frozen=True)
class FlagFilter:
    """What a list is narrowed to; unknown values match nothing, never everything.

    ``age``: flagged at least so many weeks ago; ``state``: of the flag.
    """

    values: Mapping[str, str]
    KEYS = ("chain", "territory", "category", "state", "age", "kam", "q")

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "FlagFilter":
        """Read the filters out of an address; empty ones are no filters."""
        found = {key: query.get(key, "").replace("\x00", "\ufffd").strip()[:200] for key in cls.KEYS}
        return cls({key: value for key, value in found.items() if value})

    def on_stores(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Narrow rows that have ``store`` and ``category`` by everything that is not about the flag."""
        for key, text in self.values.items():
            if key in ("chain", "category"):
                path = "store__customer__code" if key == "chain" else "category__code"
                rows = rows.filter(**{path: text})
            elif key == "q":
                rows = rows.filter(Q(store__name__icontains=text) | Q(store__code__icontains=text))
            elif key in ("territory", "kam"):
                rows = rows.filter(self._numbered(key, text))
        return rows

    def on_flags(self, today: dt.date) -> Q:
        """Return the condition on the flag itself."""
        condition = Q()
        if "state" in self.values:
            condition &= Q(state=self.values["state"])
        if "age" in self.values:
            weeks = self.values["age"]
            is_number = weeks.isascii() and weeks.isdigit() and len(weeks) < 5
            day = today - dt.timedelta(weeks=int(weeks)) if is_number else None
            condition &= Q(opened_on__lte=day) if day else Q(pk__in=[])
        return condition

    def _numbered(self, key: str, text: str) -> Q:
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            return Q(pk__in=[])
        if key == "kam":
            return Q(store__customer__kam=int(text))
        below = territory_ids_below(int(text))
        inherited = Q(store__territory__isnull=True, store__customer__territory__in=below)
        return Q(store__territory__in=below) | inherited


@dataclass(frozen=True)
class ListSums:
    """Counts of the tabs; money is a month, in ten-thousandths."""

    largest: int
    below: int
    surely: int
    too_early: int
    gap_amount: int
    open: int
    late: int
    closed: int


def shares_seen_by(viewer: User) -> "QuerySet[StoreShare]":
    """Return where the stores that ``viewer`` may see stand; archived ones are left out."""
    return StoreShare.objects.filter(
        store_scope(viewer, "store__"),
        store__archived_at__isnull=True,
        store__customer__archived_at__isnull=True,
    )


def share_rows(viewer: User, filters: FlagFilter, today: dt.date) -> "QuerySet[StoreShare]":
    """Return stores by their share, narrowed; filters about flags keep those that have such a flag open."""
    rows = filters.on_stores(shares_seen_by(viewer))
    about_flag = filters.on_flags(today)
    if about_flag:
        flags = Flag.objects.filter(store=OuterRef("store"), category=OuterRef("category"))
        rows = rows.filter(Exists(flags.exclude(state=FlagState.CLOSED).filter(about_flag)))
    return rows


def flag_rows(viewer: User, filters: FlagFilter, today: dt.date) -> "QuerySet[Flag]":
    """Return flags with their present gap a month as ``gap`` (0 where the store is no longer below)."""
    rows = Flag.objects.filter(
        store_scope(viewer, "store__"),
        filters.on_flags(today),
        store__archived_at__isnull=True,
        store__customer__archived_at__isnull=True,
    )
    share = StoreShare.objects.filter(store=OuterRef("store"), category=OuterRef("category"))
    gap = Coalesce(Subquery(share.values("gap_amount")[:1]), 0)
    found: QuerySet[Flag] = filters.on_stores(rows).annotate(gap=gap)
    return found


def with_gap_from(flags: "QuerySet[Flag]", least: int) -> "QuerySet[Flag]":
    """Return those of ``flag_rows`` with at least this gap a month."""
    return flags.filter(Q(gap__gte=least)) if least else flags


def late_measures(today: dt.date) -> "QuerySet[Measure]":
    """Return measures that should be done by now, of any open flag."""
    rows = Measure.objects.filter(due_on__lt=today, done_on__isnull=True, cancelled_at__isnull=True)
    return rows.exclude(flag__state=FlagState.CLOSED)


def list_sums(
    shares: "QuerySet[StoreShare]", flags: "QuerySet[Flag]", today: dt.date, least: int
) -> ListSums:
    """Return the counts of all tabs; two queries."""
    by_status: dict[str, dict[str, Any]] = {
        row["status"]: dict(row)
        for row in shares.order_by()
        .values("status")
        .annotate(n=Count("pk"), gap=Sum("gap_amount"), large=Count("pk", filter=Q(gap_amount__gte=least)))
    }

    def total(name: str, *statuses: str) -> int:
        return sum(int(by_status[status][name] or 0) for status in statuses if status in by_status)

    late = Exists(late_measures(today).filter(flag=OuterRef("pk")))
    counted = flags.order_by().aggregate(
        open=Count("pk", filter=~Q(state=FlagState.CLOSED)),
        late=Count("pk", filter=Q(late)),
        closed=Count("pk", filter=Q(state=FlagState.CLOSED)),
    )
    return ListSums(
        largest=min(LARGEST, total("large", *BELOW)),
        below=total("n", *BELOW),
        surely=total("n", ShareStatus.BELOW_CONFIRMED),
        too_early=total("n", ShareStatus.INSUFFICIENT),
        gap_amount=total("gap", *BELOW),
        **counted,
    )


def rows_of_view(
    view: str, shares: "QuerySet[StoreShare]", flags: "QuerySet[Flag]", today: dt.date, least: int
) -> tuple["QuerySet[Any]", tuple[str, ...]]:
    """Return the rows of a view (shares or flags) and their order."""
    if view in SHARE_VIEWS:
        rows = shares.filter(status__in=SHARE_VIEWS[view])
        if view == "largest":
            rows = rows.filter(gap_amount__gte=least)
        return rows, ("-potential_amount",) if view == "early" else ("-gap_amount",)
    if view == "closed":
        return flags.filter(state=FlagState.CLOSED), ("-closed_on",)
    opened = flags.exclude(state=FlagState.CLOSED)
    if view == "late":
        opened = opened.filter(Exists(late_measures(today).filter(flag=OuterRef("pk"))))
    return opened, ("-gap",)


def page_of(
    rows: "QuerySet[Any]", order: tuple[str, ...], size: int, after: str = "", before: str = ""
) -> KeysetPage:
    """Return one page; a cursor that makes no sense gives the first one."""
    found = rows.select_related(*_related(rows))
    try:
        return keyset_page(found, order=order, size=size, after=after, before=before)
    except BadCursor:
        return keyset_page(found, order=order, size=size)


def column_sums(flags: "QuerySet[Flag]") -> dict[str, tuple[int, int]]:
    """Return for each state of flags their number and the money a month; one query."""
    rows = flags.order_by().values("state").annotate(n=Count("pk"), money=Sum("gap"))
    return {row["state"]: (row["n"], row["money"] or 0) for row in rows}


def column_rows(flags: "QuerySet[Flag]", state: str, limit: int) -> list[Flag]:
    """Return the first flags of a column: the largest gaps, of closed ones the newest."""
    rows = flags.filter(state=state).select_related(*_related(flags))
    order = ("-closed_on", "-pk") if state == FlagState.CLOSED else (F("gap").desc(), "pk")
    return list(rows.order_by(*order)[:limit])


def _related(rows: "QuerySet[Any]") -> tuple[str, ...]:
    shared = ("store__customer__kam", "category")
    return (*shared, "supervisor", "effect") if rows.model is Flag else shared
