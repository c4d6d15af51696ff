"""Reads of the service that accounts got in the last three months, against what the strategies ask for.

What an agreed plan of this year says instead of the strategy counts as asked for.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
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
from segmentation.rules.service_given import OVER, UNDER, service_given
from segmentation.rules.strategy_set import StrategySet
from visits.models import Observation, Visit

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


@dataclass
class ServiceList:
    """Accounts by verdict, and the rows that were asked for, the largest gap first."""

    under: int = 0
    over: int = 0
    planned: int = 0
    rows: list[ServiceRow] = field(default_factory=list)


def service_list(
    run: SegmentationRun,
    viewer: User,
    today: dt.date,
    strategies: StrategySet,
    *,
    filters: Mapping[str, str],
    verdict: str = "",
) -> ServiceList:
    """Return the accounts whose service differs from the strategy; five queries however many accounts.

    ``verdict`` is ``under``, ``over`` or empty for both; counts are of all that ``filters`` let through.
    """
    found = ServiceList()
    for row in _rows(run, viewer, today, strategies, narrowed(customer_results(run, viewer), filters)):
        word = row.verdict
        if word == UNDER:
            found.under += 1
        elif word == OVER:
            found.over += 1
        else:
            found.planned += 1
        if word in (UNDER, OVER) and verdict in ("", word):
            found.rows.append(row)
    found.rows.sort(key=lambda row: (-row.gap_amount, row.name, row.code))
    return found


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


def _rows(
    run: SegmentationRun,
    viewer: User,
    today: dt.date,
    strategies: StrategySet,
    results: QuerySet[CustomerResult],
) -> Iterator[ServiceRow]:
    table = list(
        results.annotate(agreed=_agreed(today.year)).order_by("customer_id").values_list(
            "customer_id", "customer__code", "customer__name", "customer__kam__name", "cell", "quadrant",
            "gap_amount", "agreed",
        )
    )  # fmt: skip
    talks = _talks(results, today)
    visited = _visited(viewer, today)
    stores = _stores(run, viewer, strategies)
    asked = meetings_of([row[4] for row in table], [row[5] for row in table], strategies)
    met = np.zeros(len(table))
    needed, given = np.full(len(table), np.nan), np.zeros(len(table))
    for place, (pk, *_rest, agreed) in enumerate(table):
        plan = agreed or {}
        if isinstance(plan.get("meetings"), int | float):
            asked[place] = plan["meetings"]
        met[place] = talks.get(pk, (0, 0))[0]
        count, visits = stores.get(pk, (0, 0.0))
        if count:
            each = plan.get("store_visits")
            needed[place] = each * count if isinstance(each, int | float) else visits
        given[place] = visited.get(pk, 0)
    meetings, shops = service_given(asked, met, MONTHS), service_given(needed, given, MONTHS)
    for place, (pk, code, name, kam, cell, quadrant, gap, _agreed_service) in enumerate(table):
        yield ServiceRow(
            code=code,
            name=name,
            kam=kam or "",
            cell=cell,
            quadrant=quadrant,
            gap_amount=gap,
            meetings=float(asked[place]),
            met=int(met[place]),
            calls=talks.get(pk, (0, 0))[1],
            meetings_verdict=str(meetings[place]),
            visits=float(needed[place]) if np.isfinite(needed[place]) else None,
            visited=int(given[place]),
            stores=stores.get(pk, (0, 0.0))[0],
            visits_verdict=str(shops[place]),
        )


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
