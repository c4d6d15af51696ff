"""Reads of the service that accounts got in the last three months, against what the strategies ask for.

What an agreed plan of this year says instead of the strategy counts as asked for.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Count, OuterRef, QuerySet, Subquery

from accounts.models import AccountPlan, Interaction
from accounts.models.interaction import InteractionState
from accounts.models.plan import PlanState
from accounts.visibility import store_scope
from ka_crm.people.models import User
from segmentation.models import CustomerResult, SegmentationRun, StoreResult
from segmentation.queries.capacity import FACE_TO_FACE, MONTHS, three_months_before
from segmentation.queries.load import meetings_of
from segmentation.queries.results import customer_results
from segmentation.rules.ninebox import needed_store_visits
from segmentation.rules.quadrants import QUADRANTS
from segmentation.rules.service_given import OVER, UNDER, FloatArray, TextArray, service_given
from segmentation.rules.strategy_set import StrategySet
from visits.models import Observation, Visit

IntArray = npt.NDArray[np.int64]
#: Filters of the list: their names in the address and the column they narrow.
FILTERS = {"kam": "customer__kam", "cell": "cell", "quadrant": "quadrant", "abc": "abc"}
_NUMBERS = ("kam",)


@dataclass(frozen=True)
class ServiceRow:
    """One account: meetings and store visits a month asked for, and given within three months.

    ``stores`` have a quadrant and so a need; ``verdict`` is ``under``, ``planned`` or ``over``, of meetings
    and of store visits apart; ``gap_amount`` is money over the run's window, in ten-thousandths.
    """

    code: str
    name: str
    kam: str
    cell: str
    quadrant: str
    gap_amount: int
    meetings: float
    met: int
    calls: int
    meetings_verdict: str
    visits: float | None
    visited: int
    stores: int
    visits_verdict: str

    @property
    def meetings_given(self) -> float:
        """Meetings a month."""
        return self.met / MONTHS

    @property
    def visits_given(self) -> float:
        """Store visits a month."""
        return self.visited / MONTHS

    @property
    def verdict(self) -> str:
        """The worse of both: too little before too much."""
        both = (self.meetings_verdict, self.visits_verdict)
        return next((word for word in (UNDER, OVER) if word in both), "planned")


@dataclass(frozen=True)
class ServiceList:
    """Accounts by verdict; ``count`` of them were asked for, ``rows`` are the wanted part of these."""

    under: int
    over: int
    planned: int
    count: int
    rows: list[ServiceRow]


def service_list(
    run: SegmentationRun,
    viewer: User,
    today: dt.date,
    strategies: StrategySet,
    *,
    filters: Mapping[str, str],
    verdict: str = "",
    first: int = 0,
    limit: int | None = None,
) -> ServiceList:
    """Return the accounts whose service differs from the strategy, the largest gap first; five queries.

    ``verdict`` is ``under``, ``over`` or empty for both; the other counts are of all that ``filters`` let
    through. ``first`` and ``limit`` choose a part of the rows; past the end it is the first part.
    """
    table = _Table.read(run, viewer, today, strategies, narrowed(customer_results(run, viewer), filters))
    is_under = (table.meetings_verdict == UNDER) | (table.visits_verdict == UNDER)
    is_over = ~is_under & ((table.meetings_verdict == OVER) | (table.visits_verdict == OVER))
    wanted = np.flatnonzero({UNDER: is_under, OVER: is_over}.get(verdict, is_under | is_over))
    wanted = wanted[np.argsort(-table.gap[wanted], kind="stable")]
    start = first if first < len(wanted) else 0
    part = wanted[start:] if limit is None else wanted[start : start + limit]
    under, over = int(is_under.sum()), int(is_over.sum())
    return ServiceList(
        under=under,
        over=over,
        planned=len(table.rows) - under - over,
        count=len(wanted),
        rows=[table.row(int(place)) for place in part],
    )


def narrowed(rows: QuerySet[CustomerResult], filters: Mapping[str, str]) -> QuerySet[CustomerResult]:
    """Return the rows that fit the filters; a value that cannot be matches nothing."""
    for name, field_name in FILTERS.items():
        value = filters.get(name, "")
        if not value:
            continue
        if name in _NUMBERS and not (value.isdecimal() and len(value) < 19):
            return rows.none()
        rows = rows.filter(**{field_name: value})
    return rows


@dataclass(frozen=True)
class _Table:
    """All accounts that the filters let through, as arrays of one order: by name."""

    rows: list[Any]
    gap: IntArray
    asked: FloatArray
    needed: FloatArray
    given: FloatArray
    meetings_verdict: TextArray
    visits_verdict: TextArray
    talks: Mapping[int, tuple[int, int]]
    stores: Mapping[int, tuple[int, float]]

    @classmethod
    def read(
        cls,
        run: SegmentationRun,
        viewer: User,
        today: dt.date,
        strategies: StrategySet,
        results: QuerySet[CustomerResult],
    ) -> "_Table":
        rows = list(
            results.annotate(agreed=_agreed(today.year))
            .order_by("customer__name", "customer_id")
            .values_list(
                "customer_id", "customer__code", "customer__name", "customer__kam__name", "cell", "quadrant",
                "gap_amount", "agreed",
            )
        )  # fmt: skip
        talks, visited = _talks(results, today), _visited(viewer, today)
        stores = _stores(run, viewer, strategies)
        asked = meetings_of([row[4] for row in rows], [row[5] for row in rows], strategies)
        met = np.array([talks.get(row[0], (0, 0))[0] for row in rows], dtype=np.float64)
        given = np.array([visited.get(row[0], 0) for row in rows], dtype=np.float64)
        needed = np.full(len(rows), np.nan)
        for place, (pk, *_rest, agreed) in enumerate(rows):
            count, visits = stores.get(pk, (0, 0.0))
            each = None
            if agreed:
                asked[place] = _number(agreed.get("meetings"), asked[place])
                each = _number(agreed.get("store_visits"), None)
            if count:
                needed[place] = visits if each is None else each * count
        return cls(
            rows=rows,
            gap=np.array([row[6] for row in rows], dtype=np.int64),
            asked=asked,
            needed=needed,
            given=given,
            meetings_verdict=service_given(asked, met, MONTHS),
            visits_verdict=service_given(needed, given, MONTHS),
            talks=talks,
            stores=stores,
        )

    def row(self, place: int) -> ServiceRow:
        """Return one account."""
        pk, code, name, kam, cell, quadrant, gap, _agreed_service = self.rows[place]
        met, calls = self.talks.get(pk, (0, 0))
        return ServiceRow(
            code=code,
            name=name,
            kam=kam or "",
            cell=cell,
            quadrant=quadrant,
            gap_amount=gap,
            meetings=float(self.asked[place]),
            met=met,
            calls=calls,
            meetings_verdict=str(self.meetings_verdict[place]),
            visits=float(self.needed[place]) if np.isfinite(self.needed[place]) else None,
            visited=int(self.given[place]),
            stores=self.stores.get(pk, (0, 0.0))[0],
            visits_verdict=str(self.visits_verdict[place]),
        )


def _number(value: Any, otherwise: Any) -> Any:
    return value if isinstance(value, int | float) else otherwise


def _talks(results: QuerySet[CustomerResult], today: dt.date) -> dict[int, tuple[int, int]]:
    """Return (meetings face to face, other talks) of the last three months, by customer."""
    rows = Interaction.objects.kept().filter(
        state=InteractionState.DONE,
        on__gt=three_months_before(today),
        on__lte=today,
        customer__in=results.order_by().values("customer"),
    )
    found: dict[int, tuple[int, int]] = {}
    for customer, channel, count in (
        rows.exclude(channel="note").order_by().values_list("customer", "channel").annotate(n=Count("pk"))
    ):
        met, other = found.get(customer, (0, 0))
        is_met = channel in FACE_TO_FACE
        found[customer] = (met + count, other) if is_met else (met, other + count)
    return found


def _visited(viewer: User, today: dt.date) -> dict[int, int]:
    """Return store visits of the last three months by customer: a store and day with a visit or a count."""
    since, scope = three_months_before(today), store_scope(viewer, "store__")
    counted = Observation.objects.filter(scope, is_live=True, date__gt=since, date__lte=today)
    visited = Visit.objects.filter(scope, on__gt=since, on__lte=today)
    days = counted.order_by().values_list("store__customer", "store", "date")
    found: dict[int, int] = {}
    for customer, _store, _day in days.union(
        visited.order_by().values_list("store__customer", "store", "on")
    ):
        found[customer] = found.get(customer, 0) + 1
    return found


def _stores(run: SegmentationRun, viewer: User, strategies: StrategySet) -> dict[int, tuple[int, float]]:
    """Return (stores with a quadrant, visits a month that they ask for) by customer.

    A store of several categories counts once, by the quadrant that asks for most visits.
    """
    names = np.array(QUADRANTS)
    each = dict(zip(QUADRANTS, needed_store_visits(names, strategies.quadrants).tolist(), strict=True))
    rows = StoreResult.objects.filter(
        store_scope(viewer, "store__"), run=run, store__archived_at__isnull=True
    )
    best: dict[int, tuple[int, float]] = {}
    for customer, store, quadrant in (
        rows.order_by()
        .values_list("store__customer", "store", "quadrant")
        .distinct()
        .iterator(chunk_size=5000)
    ):
        visits = each.get(quadrant)
        if visits is not None and (store not in best or visits > best[store][1]):
            best[store] = (customer, visits)
    found: dict[int, tuple[int, float]] = {}
    for customer, visits in best.values():
        count, total = found.get(customer, (0, 0.0))
        found[customer] = (count + 1, total + visits)
    return found


def _agreed(year: int) -> Subquery:
    """What the agreed plan of the year says of the service of a customer."""
    rows = AccountPlan.objects.kept().filter(customer=OuterRef("customer"), year=year, state=PlanState.AGREED)
    return Subquery(rows.order_by().values("service")[:1])
