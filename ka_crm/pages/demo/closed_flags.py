"""Flags of the demo company that came to an end: who inspected, what was done and how it ended is made up.

The stores, their shares before and after, and so the effects, are real: stores that were surely below
market share in the winter and have no flag open today.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum

from accounts.models import Store
from ka_crm.lib.money import SCALE
from ka_crm.pages.demo.people import pick
from ka_crm.people.queries import supervisors_by_territory
from visits.effects import refresh_effects
from visits.models import (
    CategoryTotal,
    CheckPart,
    Finding,
    Flag,
    FlagEffect,
    FlagOutcome,
    FlagState,
    Inspection,
    Measure,
    MeasureKind,
    StoreShare,
)
from visits.models.store_share import ShareStatus
from visits.rules.effect import SpanShare, span_share

OPENED, INSPECTED, DONE, CLOSED = (
    dt.date(2022, 4, 1),
    dt.date(2022, 4, 13),
    dt.date(2022, 5, 9),
    dt.date(2022, 10, 17),
)
YEAR = (dt.date(2021, 4, 1), dt.date(2022, 3, 1))
#: So many flags, of stores that buy at least so much a month (ten-thousandths).
MOST, LEAST_A_MONTH = 24, 1_000 * SCALE
_MONTHS = 12


class _Remedy(NamedTuple):
    kind: MeasureKind
    text: str
    cost: int
    part: CheckPart
    found: str


_REMEDIES = (
    _Remedy(MeasureKind.DISPLAY, "Second facing at eye level", 120, CheckPart.DISPLAY, "Bottom shelf only."),
    _Remedy(MeasureKind.STAFF, "Evening training of the staff", 340, CheckPart.STAFF, "Rival offered."),
    _Remedy(MeasureKind.PROMOTION, "Tasting on two Fridays", 480, CheckPart.PROMOTION, "No promotion stood."),
    _Remedy(MeasureKind.DISPLAY, "Own rack by the till", 210, CheckPart.DISPLAY, "One facing of 20."),
    _Remedy(MeasureKind.PRICE, "Shelf price put right", 0, CheckPart.PROMOTION, "Price tag of last year."),
)
_LEARNED = {
    FlagOutcome.RECOVERED: "The buyer keeps it as it is now.",
    FlagOutcome.IMPROVED: "Worth another talk in spring.",
    FlagOutcome.NO_EFFECT: "The buyer is bound to another supplier.",
}


def load_closed_flags(*, report: Callable[[str, int], None]) -> None:
    """Create the closed flags with their inspections, measures and effects; nothing the second time."""
    opened = Flag.objects.exclude(opening_market_share=None).order_by("pk").first()
    if opened is None or Flag.objects.filter(state=FlagState.CLOSED).exists():
        return
    report("Flags that were closed (generated)", _load(float(opened.opening_market_share or 0)))


def _load(market_share: float) -> int:
    supervisors = supervisors_by_territory()
    flags = 0
    for store, category_id, span, amount in list(_surely_below(market_share)):
        person_id = supervisors.get(store.territory_id or store.customer.territory_id or 0)
        kam = store.customer.kam
        if person_id is None or kam is None:
            continue
        flag = Flag.objects.create(
            store=store,
            category_id=category_id,
            state=FlagState.RECOVERING,
            opened_on=OPENED,
            opening_share=span.share,
            opening_low=span.low,
            opening_high=span.high,
            opening_market_share=market_share,
            opening_gap_amount=round(amount / _MONTHS * (market_share - (span.share or 0))),
            supervisor_id=person_id,
            moved_on=DONE,
            is_generated=True,
        )
        _treat(flag, _REMEDIES[pick(f"remedy {store.code}", len(_REMEDIES))], person_id, kam.pk)
        _close(flag)
        flags += 1
        if flags == MOST:
            break
    return flags


def _surely_below(market_share: float) -> Iterator[tuple[Store, int, SpanShare, int]]:
    """Yield stores without a flag that were surely below for a year, the largest first."""
    counted_since = CategoryTotal.objects.filter(is_live=True, month__gt=DONE, total_units__gt=0)
    rows = (
        CategoryTotal.objects.filter(is_live=True, month__range=YEAR, store__archived_at__isnull=True)
        .filter(store__in=counted_since.values("store"))
        .exclude(store__in=Flag.objects.values("store"))
        .order_by()
        .values("store", "category")
        .annotate(amount=Sum("total_amount"))
        .filter(amount__gte=LEAST_A_MONTH * _MONTHS)
        .order_by("-amount", "store")
    )
    found = list(rows)
    stores = Store.objects.select_related("customer__kam").in_bulk([row["store"] for row in found])
    for row in found:
        months = CategoryTotal.objects.filter(
            store=row["store"], category=row["category"], is_live=True, month__range=YEAR
        ).values_list("total_units", "own_units")
        span = span_share(
            [(total / SCALE, own / SCALE) for total, own in months if total and own is not None],
            in_units=True,
        )
        if span.high is not None and span.high < market_share:
            yield stores[row["store"]], row["category"], span, row["amount"]


def _treat(flag: Flag, remedy: _Remedy, supervisor_id: int, owner_id: int) -> None:
    shift = dt.timedelta(days=pick(f"shift {flag.store_id}", 9))
    inspection = Inspection.objects.create(
        flag=flag, by_id=supervisor_id, planned_on=INSPECTED + shift, done_on=INSPECTED + shift
    )
    for part in (CheckPart.DISPLAY, CheckPart.PROMOTION, CheckPart.STAFF):
        is_ok = part != remedy.part
        Finding.objects.create(
            inspection=inspection, part=part, is_ok=is_ok, text="" if is_ok else remedy.found
        )
    Measure.objects.create(
        flag=flag,
        kind=remedy.kind,
        text=remedy.text,
        owner_id=owner_id,
        due_on=DONE + shift + dt.timedelta(days=3),
        done_on=DONE + shift,
        done_note="As planned.",
        cost=Decimal(remedy.cost) if remedy.cost else None,
    )


def _close(flag: Flag) -> None:
    refresh_effects([flag])
    effect = FlagEffect.objects.get(flag=flag)
    if StoreShare.objects.filter(store=flag.store_id, status=ShareStatus.OK).exists():
        outcome = FlagOutcome.RECOVERED
    elif (effect.effect or 0) > 0:
        outcome = FlagOutcome.IMPROVED
    else:
        outcome = FlagOutcome.NO_EFFECT
    flag.state, flag.outcome, flag.outcome_text = FlagState.CLOSED, outcome, _LEARNED[outcome]
    flag.closed_on = flag.moved_on = CLOSED + dt.timedelta(days=pick(f"closed {flag.store_id}", 10))
    flag.save()
