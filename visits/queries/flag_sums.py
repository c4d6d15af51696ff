"""Where flags sit, and whether measures work: sums over chains and over kinds of measures."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum, Window
from django.db.models.functions import Cast, RowNumber

from accounts.visibility import store_scope
from ka_crm.people.models import User
from visits.models import Flag, FlagState, Measure, MeasureKind, StoreShare
from visits.queries.flag_lists import BELOW, late_measures
from visits.rules.effect import MIN_CONTROL_STORES, Effect, PooledEffect, pooled_effect


@dataclass
class ChainRow:
    """One customer: stores, how many are below, flagged, late; our share and the market's; gap a month."""

    code: str
    name: str
    stores: int
    below: int
    gap_amount: int
    share: float | None
    market_share: float | None
    flagged: int = 0
    uninspected: int = 0
    worst: list[StoreShare] = field(default_factory=list)


@dataclass(frozen=True)
class Remedy:
    """What measures of one kind were worth: pooled effect, cost and number of flags without a control."""

    kind: str
    label: Any
    pooled: PooledEffect | None
    taken: int
    without_control: int
    cost: Any


def chain_rows(
    shares: "QuerySet[StoreShare]", flags: "QuerySet[Flag]", limit: int, worst: int = 0, stores: int = 1
) -> list[ChainRow]:
    """Return the customers with stores below market share, the largest gap first.

    ``worst`` stores of each come along; customers with fewer than ``stores`` are left out. Two queries,
    three with the worst stores.
    """
    below = Q(status__in=BELOW)
    measured = Q(share__isnull=False, potential_amount__gt=0)
    size = Cast("potential_amount", FloatField())
    found = (
        shares.order_by()
        .values("store__customer", code=F("store__customer__code"), name=F("store__customer__name"))
        .annotate(
            stores=Count("store", distinct=True),
            below=Count("store", filter=below, distinct=True),
            gap=Sum("gap_amount", filter=below),
            weight=Sum(size, filter=measured),
            owned=Sum(size * F("share"), filter=measured),
            weight_market=Sum(size, filter=measured & Q(market_share__isnull=False)),
            market=Sum(size * F("market_share"), filter=measured & Q(market_share__isnull=False)),
        )
        .filter(below__gt=0, stores__gte=stores)
        .order_by("-gap", "code")[:limit]
    )
    rows = {
        row["store__customer"]: ChainRow(
            code=row["code"],
            name=row["name"],
            stores=row["stores"],
            below=row["below"],
            gap_amount=row["gap"] or 0,
            share=row["owned"] / row["weight"] if row["weight"] else None,
            market_share=row["market"] / row["weight_market"] if row["weight_market"] else None,
        )
        for row in found
    }
    _count_flags(rows, flags)
    if worst and rows:
        _put_worst(rows, shares, worst)
    return list(rows.values())


def _count_flags(rows: dict[int, ChainRow], flags: "QuerySet[Flag]") -> None:
    counted = (
        flags.exclude(state=FlagState.CLOSED)
        .filter(store__customer__in=list(rows))
        .order_by()
        .values_list("store__customer")
        .annotate(n=Count("pk"), new=Count("pk", filter=Q(state=FlagState.FLAGGED)))
    )
    for customer, n, new in counted:
        rows[customer].flagged, rows[customer].uninspected = n, new


def _put_worst(rows: dict[int, ChainRow], shares: "QuerySet[StoreShare]", worst: int) -> None:
    place = Window(
        RowNumber(), partition_by=[F("store__customer")], order_by=[F("gap_amount").desc(), F("pk")]
    )
    found = shares.filter(status__in=BELOW, store__customer__in=list(rows)).annotate(place=place)
    for share in found.filter(place__lte=worst).select_related("store").order_by("place"):
        rows[share.store.customer_id].worst.append(share)


def chain_choices(shares: "QuerySet[StoreShare]") -> list[tuple[str, str]]:
    """Return (code, name) of the customers with more than one store below, for the filter."""
    found = (
        shares.filter(status__in=BELOW)
        .order_by()
        .values_list("store__customer__code", "store__customer__name")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .order_by("-n")[:40]
    )
    return sorted(((code, name) for code, name, _n in found), key=lambda pair: pair[1].lower())


def remedies(viewer: User) -> list[Remedy]:
    """Return what measures of each kind were worth in closed flags that the viewer may see; one query.

    Only effects against enough comparable stores are pooled. A flag counts once for each kind taken in it.
    """
    rows = Measure.objects.filter(
        store_scope(viewer, "flag__store__"),
        flag__state=FlagState.CLOSED,
        done_on__isnull=False,
        cancelled_at__isnull=True,
    ).values_list(
        "kind", "flag_id", "cost", "flag__effect__control_stores",
        "flag__effect__effect", "flag__effect__low", "flag__effect__high",
    )  # fmt: skip
    effects: dict[str, dict[int, Effect]] = defaultdict(dict)
    flags: dict[str, set[int]] = defaultdict(set)
    costs: dict[str, Any] = defaultdict(int)
    for kind, flag, cost, control, *found in rows.iterator(chunk_size=2000):
        flags[kind].add(flag)
        costs[kind] += cost or 0
        if None not in found and (control or 0) >= MIN_CONTROL_STORES:
            effects[kind][flag] = Effect(*found)
    return [
        Remedy(
            kind=str(kind),
            label=kind.label,
            pooled=pooled_effect(list(effects[kind].values())),
            taken=len(flags[kind]),
            without_control=len(flags[kind]) - len(effects[kind]),
            cost=costs[kind],
        )
        for kind in MeasureKind
        if flags[kind]
    ]


def late_and_dearest(viewer: User, today: dt.date) -> tuple[int, Measure | None]:
    """Return how many measures are late, and the one in the store with the largest gap."""
    rows = late_measures(today).filter(store_scope(viewer, "flag__store__"))
    dearest = (
        rows.select_related("flag__store__customer", "owner")
        .order_by("-flag__opening_gap_amount", "due_on")
        .first()
    )
    return rows.count() if dearest else 0, dearest
