"""Who is looked at in a preview of criteria: customers or stores of a run, under any settings, in memory."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from accounts.models import Customer, Region, Store
from ka_crm.criteria.rules.settings import LIST_SETTINGS, CriteriaSettings, settings_from
from ka_crm.lib.bulk import NULL, read_integers
from ka_crm.lib.periods import Window
from ka_crm.people.models import User
from segmentation import access
from segmentation.computation import Computed, compute
from segmentation.inputs import BoolArray, FloatArray, IntArray
from segmentation.models import SegmentationRun
from segmentation.operations import previous_quadrants
from segmentation.rules.ka_candidates import AccountNumbers
from segmentation.rules.ka_preview import TextArray

CUSTOMERS, STORES = "customer", "store"
_NUMBERS = ("potential", "own_sales", "gap_amount", "net_sales", "gross_profit", "has_sales")


@dataclass(frozen=True)
class Population:
    """All customers of a run under some settings, or all its stores, ordered by id (``customer``).

    ``flagged`` and ``watched`` are the ids of stores surely, and perhaps, below the market.
    """

    customer: IntArray
    numbers: AccountNumbers
    quadrant: TextArray
    cell: TextArray
    flagged: IntArray
    watched: IntArray


@dataclass(frozen=True)
class Owners:
    """Customers, or stores, that are not archived, ordered by id: their KAM and their region (0: none)."""

    unit: IntArray
    kam: IntArray
    region: IntArray

    def within(self, region: str) -> BoolArray:
        """Return who belongs to a region; to the company, whose name is empty, belongs everybody."""
        if not region:
            return np.ones(len(self.unit), dtype=bool)
        ids = list(Region.objects.filter(name=region).values_list("pk", flat=True))
        return np.isin(self.region, ids)


def population_of(run: SegmentationRun, settings: CriteriaSettings, level: str = CUSTOMERS) -> Population:
    """Return everybody under some settings: the run's own rows where they were computed with the same,
    else computed in memory over the data of the run's as-of date."""
    stamp = str(run.completed_at)
    if _computing(settings.as_json()) == _computing(settings_from(run.settings).as_json()):
        return _stored_stores(run.pk, stamp) if level == STORES else _stored_customers(run.pk, stamp)
    defaults = CriteriaSettings().as_json()
    shared = settings.as_json() | {name: defaults[name] for name in LIST_SETTINGS}
    return _computed(run.pk, stamp, json.dumps(shared))[level]


def owners_of(level: str) -> Owners:
    """Return who answers for whom now, and where they are."""
    if level == STORES:
        rows = read_integers(
            "SELECT s.id, COALESCE(c.kam_id, 0), COALESCE(s.region_id, c.region_id, 0) FROM accounts_store s "
            "JOIN accounts_customer c ON c.id = s.customer_id "
            "WHERE s.archived_at IS NULL AND c.archived_at IS NULL ORDER BY s.id"
        )
    else:
        rows = read_integers(
            "SELECT id, COALESCE(kam_id, 0), COALESCE(region_id, 0) FROM accounts_customer "
            "WHERE archived_at IS NULL ORDER BY id"
        )
    return Owners(*rows)


def ids_seen(viewer: User, level: str) -> IntArray | None:
    """Return the ids that a viewer may see, rising; ``None`` for everybody."""
    if viewer.role in access.SEE_ALL:
        return None
    rows: Any = (Store if level == STORES else Customer).objects
    found = rows.visible_to(viewer).filter(archived_at__isnull=True)
    return np.array(sorted(found.values_list("pk", flat=True)), dtype=np.int64)


def _computing(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in LIST_SETTINGS}


@lru_cache(maxsize=2)
def _stored_customers(run_id: int, stamp: str) -> Population:
    """The rows of a complete run, which never change; ``stamp`` keeps another database's run apart."""
    columns = ", ".join(
        f"CASE WHEN {name} THEN 1 ELSE 0 END" if name == "has_sales" else name for name in _NUMBERS
    )
    table = read_integers(
        f"SELECT customer_id, {columns} FROM segmentation_customerresult WHERE run_id = %s "
        "ORDER BY customer_id",
        [run_id],
    )
    customer, sells = table[0], table[-1]
    potential, own, gap, net, profit = (_floats(column) for column in table[1:-1])
    rows = SegmentationRun.objects.get(pk=run_id).customer_results.order_by("customer_id")
    words = list(rows.values_list("customer__code", "quadrant", "cell", "cv"))
    numbers = AccountNumbers(
        code=_words(row[0] for row in words),
        potential=potential, own=own, gap=gap, net_sales=net,
        gross_profit=np.where(sells > 0, profit, np.nan),
        variation=np.array([row[3] for row in words], dtype=np.float64),
    )  # fmt: skip
    quadrant, cell = _words(row[1] for row in words), _words(row[2] for row in words)
    return Population(customer, numbers, quadrant, cell, *_stored_marks(run_id))


@lru_cache(maxsize=2)
def _stored_stores(run_id: int, stamp: str) -> Population:
    rows = SegmentationRun.objects.get(pk=run_id).store_results.order_by("store_id", "category_id")
    names = ("store_id", "potential", "own_sales", "gap_amount")
    table = np.array(list(rows.values_list(*names)), dtype=np.float64).reshape(-1, len(names))
    words = list(rows.values_list("store__code", "quadrant"))
    return _by_store(
        table[:, 0].astype(np.int64), _words(row[0] for row in words), table[:, 1], table[:, 2], table[:, 3],
        _words(row[1] for row in words), _stored_marks(run_id),
    )  # fmt: skip


def _stored_marks(run_id: int) -> tuple[IntArray, IntArray]:
    rows = SegmentationRun.objects.get(pk=run_id).store_results
    flagged = rows.filter(flagged=True).values_list("store_id", flat=True)
    watched = rows.filter(status="below_watch", flagged=False).values_list("store_id", flat=True)
    return _marks(np.array(list(flagged), dtype=np.int64), np.array(list(watched), dtype=np.int64))


@lru_cache(maxsize=4)
def _computed(run_id: int, stamp: str, values: str) -> dict[str, Population]:
    """Computed over the same day as the run; a second look at the same settings costs nothing."""
    run = SegmentationRun.objects.get(pk=run_id)
    settings = settings_from(json.loads(values))
    held = previous_quadrants() if settings.quadrant_hold else None
    found = compute(Window(run.as_of, settings.window_months), settings, held)
    stores = found.stores.evaluation
    marks = _marks(
        found.stores.evidence.store[stores.flagged],
        found.stores.evidence.store[(stores.status == "below_watch") & ~stores.flagged],
    )
    by_store = _by_store(
        found.stores.evidence.store, found.store_code, np.round(stores.potential.amount),
        np.round(found.store_own), np.round(stores.gap_amount), found.store_side.quadrant, marks,
    )  # fmt: skip
    return {CUSTOMERS: _customers_of(found, marks), STORES: by_store}


def _customers_of(computed: Computed, marks: tuple[IntArray, IntArray]) -> Population:
    customers, accounts = computed.customers, computed.accounts
    profit = computed.gross_profit
    known = np.full(len(customers.customer), np.nan) if profit is None else profit.astype(np.float64)
    numbers = AccountNumbers(
        code=customers.code,
        potential=np.round(accounts.potential),
        own=computed.own_sales.astype(np.float64),
        gap=np.round(accounts.gap),
        net_sales=customers.months.sum(axis=1).astype(np.float64),
        gross_profit=np.where(customers.has_sales, known, np.nan),
        variation=computed.xyz.cv,
    )
    return Population(customers.customer, numbers, computed.customer_side.quadrant, computed.cell, *marks)


def _by_store(
    store: IntArray,
    code: TextArray,
    potential: FloatArray,
    own: FloatArray,
    gap: FloatArray,
    quadrant: TextArray,
    marks: tuple[IntArray, IntArray],
) -> Population:
    """Rows of store and category as rows of stores: amounts add up, the largest category's quadrant counts.

    Profit and regularity are not known of a store, so that its score is of potential and gap.
    """
    largest = np.lexsort((-np.nan_to_num(potential, nan=-1.0), store))
    unit, first = np.unique(store[largest], return_index=True)
    rows = largest[first]
    place = np.searchsorted(unit, store)
    unknown = np.full(len(unit), np.nan)
    sold = _sums(own, place, len(unit))
    numbers = AccountNumbers(
        code=code[rows], potential=_sums(potential, place, len(unit)), own=sold,
        gap=np.nan_to_num(_sums(gap, place, len(unit))), net_sales=sold, gross_profit=unknown,
        variation=unknown,
    )  # fmt: skip
    return Population(unit, numbers, quadrant[rows], np.full(len(unit), "", dtype="<U2"), *marks)


def _sums(values: FloatArray, place: IntArray, n: int) -> FloatArray:
    """Sums of what is known; unknown where nothing is."""
    known = np.isfinite(values)
    sums = np.bincount(place[known], weights=values[known], minlength=n)
    return np.where(np.bincount(place[known], minlength=n) > 0, sums, np.nan)


def _marks(flagged: IntArray, watched: IntArray) -> tuple[IntArray, IntArray]:
    """Each store once; one that is flagged in any category is not only watched."""
    stores = np.unique(flagged)
    return stores, np.setdiff1d(watched, stores)


def _floats(column: IntArray) -> FloatArray:
    return np.where(column == NULL, np.nan, column.astype(np.float64))


def _words(words: Any) -> TextArray:
    return np.array(list(words), dtype=np.str_)


def forget() -> None:
    """Forget everybody that this process keeps, as after a start."""
    for kept in (_stored_customers, _stored_stores, _computed):
        kept.cache_clear()
