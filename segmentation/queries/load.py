"""Reads of what account managers carry: key accounts with their weight, meetings and hours.

Sums are grouped by the database, so that they cost the same for a director of 200,000 accounts.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import Customer
from accounts.visibility import territories_of
from ka_crm.people.models import Role, User
from ka_crm.records.queries import business_today
from segmentation import access
from segmentation.models import CustomerResult, KamHours, KeyAccountTerm, SegmentationRun
from segmentation.queries.key_accounts import key_accounts_on
from segmentation.queries.results import customer_results
from segmentation.queries.strategy import strategies_in_force
from segmentation.rules.load import Load, load_of
from segmentation.rules.ninebox import needed_meetings
from segmentation.rules.quadrants import POOL
from segmentation.rules.strategy_set import StrategySet


@dataclass(frozen=True)
class KamLoad:
    """What one account manager carries, of the accounts that the viewer sees.

    Attributes:
        load: of the key accounts; ``accounts`` counts all accounts, ``key_gap_amount`` is money missing to
            market share at the key accounts, ``sales`` and ``key_sales`` are ours, all over the run's
            window, in ten-thousandths.
        meetings: buyer meetings a month that all accounts ask for, ``key_meetings`` those of key accounts.
        hours: what the meetings take; ``available`` what there is; ``has_own_hours`` where it was set for
            this person, in the version ``hours_version`` (0: it was not).
    """

    kam: User
    load: Load
    accounts: int
    key_gap_amount: int
    sales: int
    key_sales: int
    meetings: float
    key_meetings: float
    hours: float
    available: float
    hours_version: int = 0

    @property
    def has_own_hours(self) -> bool:
        """Whether the hours were set for this person."""
        return self.hours_version > 0

    @property
    def fits(self) -> bool:
        """Whether the meetings fit into the hours."""
        return self.hours <= self.available + 1e-9

    @property
    def used(self) -> float:
        """Hours needed as a part of those there are."""
        return self.hours / self.available if self.available else 0.0


@dataclass
class _Sums:
    quadrants: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    accounts: int = 0
    gap: int = 0
    sales: int = 0
    key_sales: int = 0
    meetings: float = 0.0
    key_meetings: float = 0.0


def load_accounts(run: SegmentationRun, viewer: User) -> QuerySet[CustomerResult]:
    """Return the accounts that count for the load, of those that ``viewer`` sees.

    The key accounts of the register today; before anything is registered the large buyers (attack, defend,
    explore) and what class A by our measure holds. This is the only place that decides it.
    """
    registered = Q(customer__in=key_accounts_on(business_today()).order_by().values("customer"))
    before_any = Q(~Exists(KeyAccountTerm.objects.all())) & (Q(quadrant__in=POOL) | Q(abc="A"))
    return customer_results(run, viewer).filter(registered | before_any)


def team_of(viewer: User) -> list[User]:
    """Return the account managers whose load concerns ``viewer``, by name; a KAM's is their own.

    A supervisor's team works in the supervisor's territories. Whoever else answers for an account that the
    viewer sees is listed too.
    """
    return list(_team(viewer).select_related("territory").order_by("name", "pk"))


def hours_of_team(viewer: User, strategies: StrategySet) -> tuple[int, float]:
    """Return how many people the team has and their hours a month together; one query."""
    found = _team(viewer).aggregate(
        people=Count("pk"), own=Count("kam_hours"), hours=Sum("kam_hours__hours_a_month")
    )
    as_everybody = (found["people"] - found["own"]) * strategies.hours_a_month
    return found["people"], as_everybody + (found["hours"] or 0.0)


def _team(viewer: User) -> QuerySet[User]:
    if viewer.role == Role.KAM:
        return User.objects.filter(pk=viewer.pk)
    if viewer.role not in access.MAY_RECOMPUTE:
        return User.objects.none()
    owners = Customer.objects.visible_to(viewer).filter(archived_at__isnull=True, kam__isnull=False)
    members = Q(role=Role.KAM, is_active=True) & _in_territory(viewer)
    return User.objects.filter(members | Q(pk__in=owners.order_by().values("kam")))


def is_of_team(viewer: User, kam: User) -> bool:
    """Return whether ``viewer`` may give accounts to ``kam`` and set their hours."""
    if not kam.is_active or kam.role not in (Role.KAM, Role.SUPERVISOR, Role.DIRECTOR):
        return False
    return viewer.role in access.SEE_ALL or (
        viewer.role == Role.SUPERVISOR
        and bool(viewer.territory_id)
        and kam.territory_id in territories_of(viewer)
        and kam.role != Role.DIRECTOR
    )


def _in_territory(viewer: User) -> Q:
    if viewer.role in access.SEE_ALL:
        return Q()
    return Q(territory__in=territories_of(viewer)) if viewer.territory_id else Q(pk__in=[])


def own_hours(kams: Iterable[User]) -> dict[int, KamHours]:
    """Return the hours that were set for some people, by their id."""
    return {row.user_id: row for row in KamHours.objects.filter(user__in=list(kams))}


def kam_loads(run: SegmentationRun, viewer: User, strategies: StrategySet | None = None) -> list[KamLoad]:
    """Return the load of everybody in the viewer's team, by name; three queries however many accounts."""
    strategies = strategies or strategies_in_force()
    team = team_of(viewer)
    sums: dict[int, _Sums] = defaultdict(_Sums)
    for row in _grouped(run, viewer, strategies):
        one = sums[row["customer__kam"]]
        one.accounts += row["n"]
        one.sales += row["sales"] or 0
        one.meetings += row["meetings"]
        if row["is_key"]:
            one.quadrants[row["quadrant"]] += row["n"]
            one.gap += row["gap"] or 0
            one.key_sales += row["sales"] or 0
            one.key_meetings += row["meetings"]
    hours = own_hours(team)
    return [_load(kam, sums[kam.pk], hours.get(kam.pk), strategies) for kam in team]


def without_kam(run: SegmentationRun, viewer: User) -> list[tuple[str, str]]:
    """Return code and name of the accounts that count and nobody answers for, the largest gap first."""
    rows = load_accounts(run, viewer).filter(customer__kam__isnull=True).order_by("-gap_amount", "pk")
    return list(rows.values_list("customer__code", "customer__name"))


def meetings_of(cells: list[str], quadrants: list[str], strategies: StrategySet) -> Any:
    """Return the buyer meetings a month of accounts, by cell and quadrant."""
    return needed_meetings(
        np.array(cells, dtype="<U2"), np.array(quadrants, dtype="<U8"), strategies.cells, strategies.quadrants
    )


def _grouped(run: SegmentationRun, viewer: User, strategies: StrategySet) -> list[dict[str, Any]]:
    keys = load_accounts(run, viewer).filter(customer=OuterRef("customer"))
    grouped = (
        customer_results(run, viewer)
        .filter(customer__kam__isnull=False)
        .annotate(is_key=Exists(keys))
        .order_by()
        .values("customer__kam", "cell", "quadrant", "is_key")
        .annotate(n=Count("pk"), gap=Sum("gap_amount"), sales=Sum("net_sales"))
    )
    found: list[dict[str, Any]] = [dict(row) for row in grouped]
    each = meetings_of([row["cell"] for row in found], [row["quadrant"] for row in found], strategies)
    for row, meetings in zip(found, each.tolist(), strict=True):
        row["meetings"] = meetings * row["n"]
    return found


def _load(kam: User, sums: _Sums, hours: KamHours | None, strategies: StrategySet) -> KamLoad:
    return KamLoad(
        kam=kam,
        load=load_of(sums.quadrants),
        accounts=sums.accounts,
        key_gap_amount=sums.gap,
        sales=sums.sales,
        key_sales=sums.key_sales,
        meetings=sums.meetings,
        key_meetings=sums.key_meetings,
        hours=sums.meetings * strategies.minutes_a_meeting / 60,
        available=hours.hours_a_month if hours else strategies.hours_a_month,
        hours_version=hours.version if hours else 0,
    )
