"""Result rows of one run that a viewer may see: filtered, ordered, in pages.

Rows of both levels come as dictionaries with the same keys, so that pages, the API and exports need not
care whether they show customers or stores: ``code``, ``name``, ``kam_name``, ``our_sales`` and the fields
of ``PotentialSide``; customers also have their cell, stores their ``city``, ``chain`` and category.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.db.models import F, Q, QuerySet

from accounts.visibility import customer_scope, store_scope
from ka_crm.lib.money import to_scaled
from ka_crm.people.models import User
from ka_crm.people.queries import territory_ids_below
from segmentation.models import CustomerResult, SegmentationRun, StoreResult
from segmentation.queries.groups import NOBODY, evidence_condition, group_condition, is_chain

Level = Literal["customers", "stores"]
LEVELS: tuple[Level, ...] = ("customers", "stores")
Row = dict[str, Any]

#: Our sales in a store in money: what was measured may have been counted in units.
STORE_OURS = F("own_sales")
_SHARED = (
    "id", "potential", "potential_low", "potential_high", "own", "share", "share_low", "share_high",
    "market_share", "status", "flagged", "potential_class", "own_class", "rank_potential", "rank_own",
    "quadrant", "gap_amount", "is_missed", "is_misfiled", "list_mark",
)  # fmt: skip
_CUSTOMER = (
    "net_sales", "gross_profit", "total", "rank", "before", "abc", "abc_note", "xyz", "cell", "cv",
    "months_active", "months_span", "mean", "is_overridden", "has_sales", "measured_share", "stores",
    "stores_below",
)  # fmt: skip
_STORE = ("basis", "in_units", "clusters", "grade", "last_seen_on", "market_share_source")

#: Exact matches that a list understands in its address, by level.
_EXACT: dict[Level, dict[str, str]] = {
    "customers": {
        "cell": "cell",
        "abc": "abc",
        "xyz": "xyz",
        "quadrant": "quadrant",
        "mark": "list_mark",
        "status": "status",
        "potential_class": "potential_class",
        "own_class": "own_class",
        "chain": "customer__code",
    },
    "stores": {
        "quadrant": "quadrant",
        "mark": "list_mark",
        "status": "status",
        "potential_class": "potential_class",
        "own_class": "own_class",
        "chain": "store__customer__code",
        "category": "category__code",
    },
}
_RANGES: dict[str, tuple[str, Callable[[Decimal], float | int]]] = {
    "share_from": ("share__gte", float),
    "share_to": ("share__lte", float),
    "total_from": ("potential__gte", to_scaled),
    "total_to": ("potential__lte", to_scaled),
}
_GROUPS = {"kam", "territory", "territory_only", "region", "channel"}
_OTHERS = {"q", "never", "single", "evidence"}


def customer_results(run: SegmentationRun, viewer: User) -> QuerySet[CustomerResult]:
    """Return the run's customers that ``viewer`` may see; archived ones are left out."""
    return CustomerResult.objects.filter(
        customer_scope(viewer, "customer__"), run=run, customer__archived_at__isnull=True
    )


def store_results(run: SegmentationRun, viewer: User) -> QuerySet[StoreResult]:
    """Return the run's stores (one row per category) that ``viewer`` may see; archived ones are left out."""
    return StoreResult.objects.filter(
        store_scope(viewer, "store__"),
        run=run,
        store__archived_at__isnull=True,
        store__customer__archived_at__isnull=True,
    )


def results_of(level: Level, run: SegmentationRun, viewer: User) -> QuerySet[Any]:
    """Return the rows of one level that ``viewer`` may see."""
    return customer_results(run, viewer) if level == "customers" else store_results(run, viewer)


def level_of(text: str | None, default: Level = "customers") -> Level:
    """Return the level an address names, or the default."""
    return "stores" if text == "stores" else "customers" if text == "customers" else default


@dataclass(frozen=True)
class ResultFilter:
    """What a list is narrowed to, as its address says; unknown values match nothing, never everything."""

    values: Mapping[str, str]

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "ResultFilter":
        """Read the filters out of a query string; empty ones are no filters."""
        known = {*_EXACT["customers"], *_EXACT["stores"], *_RANGES, *_GROUPS, *_OTHERS}
        return cls({key: query[key].strip() for key in sorted(known) if query.get(key, "").strip()})

    def applied(self, rows: QuerySet[Any], level: Level) -> QuerySet[Any]:
        """Return the rows that fit all filters."""
        for key, text in self.values.items():
            rows = rows.filter(self._condition(key, text, level))
        return rows

    def _condition(self, key: str, text: str, level: Level) -> Q:
        prefix = "customer__" if level == "customers" else "store__"
        if key in _GROUPS:
            return _group_condition(key, text, level)
        if key == "single":
            return ~is_chain(level)
        if key == "evidence":
            return evidence_condition(level, text)
        if key == "never":
            return Q(has_sales=False) if level == "customers" else Q()
        if key == "q":
            return Q(**{f"{prefix}name__icontains": text}) | Q(**{f"{prefix}code__icontains": text})
        if key in _RANGES:
            return _range_condition(key, text)
        if key == "xyz" and level == "customers" and len(text) == 1:
            return Q(xyz=text)
        if key == "potential_class" and text == "C":
            return Q(potential_class__in=["C", ""])  # the box counts unknown totals as small
        field = _EXACT[level].get(key)
        return Q(**{field: text}) if field else Q()


def _group_condition(key: str, text: str, level: Level) -> Q:
    if text != NOBODY and not (text.isdecimal() and len(text) < 19):
        return Q(pk__in=[])
    if key == "territory" and text != NOBODY:
        below = territory_ids_below(int(text))
        if level == "customers":
            return Q(customer__territory__in=below)
        inherited = Q(store__territory__isnull=True, store__customer__territory__in=below)
        return Q(store__territory__in=below) | inherited
    return group_condition(level, key.removesuffix("_only"), text)


def _range_condition(key: str, text: str) -> Q:
    field, convert = _RANGES[key]
    try:
        return Q(**{field: convert(Decimal(text))})
    except (InvalidOperation, ValueError, OverflowError):
        return Q(pk__in=[])


def named_rows(rows: QuerySet[Any], level: Level, *more: str) -> QuerySet[Any]:
    """Return dictionaries with the names and numbers that lists show, one query whatever their number.

    ``more`` names annotations that the dictionaries should carry too.
    """
    if level == "customers":
        return rows.values(
            *_SHARED,
            *_CUSTOMER,
            *more,
            code=F("customer__code"),
            name=F("customer__name"),
            kam_name=F("customer__kam__name"),
            our_sales=F("own_sales"),
        )
    return rows.values(
        *_SHARED,
        *_STORE,
        *more,
        measured=F("total"),
        code=F("store__code"),
        name=F("store__name"),
        city=F("store__city"),
        chain=F("store__customer__name"),
        chain_code=F("store__customer__code"),
        kam_name=F("store__customer__kam__name"),
        category_code=F("category__code"),
        category_name=F("category__name"),
        our_sales=STORE_OURS,
    )
