"""What is to be sold in a year, by customer and by key account manager."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Q, Sum

from purchases.models import Target

#: Month → amount in ten-thousandths.
Months = dict[dt.date, int]


@dataclass(frozen=True)
class YearTarget:
    """Targets of one calendar year in ten-thousandths; ``None`` is unknown.

    ``to_date`` adds the months that begin before the end asked for, ``whole_year`` all twelve as far as they
    are stated, ``months`` says which are.
    """

    to_date: int | None
    whole_year: int | None
    months: Months


def customer_target(customer_id: int, *, year: int, end: dt.date) -> YearTarget:
    """Return what is aimed at with a customer; ``end`` is the first day that no longer counts to date."""
    return customer_targets([customer_id], year=year, end=end)[customer_id]


def customer_targets(customer_ids: Collection[int], *, year: int, end: dt.date) -> dict[int, YearTarget]:
    """Return the targets of many customers, in one query."""
    stated = _months(Q(customer__in=customer_ids), "customer_id", year)
    return {pk: _year(_summed([stated.get(pk, {})]), year, end) for pk in customer_ids}


def kam_target(kam_id: int, *, year: int, end: dt.date) -> YearTarget:
    """Return what a key account manager is to sell; see ``kam_targets``."""
    return kam_targets([kam_id], year=year, end=end)[kam_id]


def kam_targets(kam_ids: Collection[int], *, year: int, end: dt.date) -> dict[int, YearTarget]:
    """Return the targets of many people, in two queries.

    Who has no target of their own in the year has the sum of the customers they answer for today.
    """
    own = _months(Q(kam__in=kam_ids), "kam_id", year)
    without = [pk for pk in kam_ids if pk not in own]
    of_customers: dict[int, Months] = defaultdict(dict)
    if without:
        live = Q(customer__kam__in=without, customer__archived_at__isnull=True)
        for (kam, _customer), months in _months(live, "customer__kam_id", year, by_customer=True).items():
            of_customers[kam] = _summed([of_customers[kam], months])
    return {pk: _year(own.get(pk) or of_customers.get(pk, {}), year, end) for pk in kam_ids}


def _months(whose: Q, key: str, year: int, *, by_customer: bool = False) -> dict:  # type: ignore[type-arg]
    """Return {key: {month: amount}}; a target without a category stands for those of all categories."""
    names = (key, "customer_id") if by_customer else (key,)
    rows = (
        Target.objects.counted()
        .filter(whose, month__gte=dt.date(year, 1, 1), month__lte=dt.date(year, 12, 31))
        .order_by()
        .values_list(*names, "month", is_whole=F("category__isnull"))
        .annotate(sum=Sum("amount"))
    )
    whole: dict = defaultdict(dict)  # type: ignore[type-arg]
    parts: dict = defaultdict(dict)  # type: ignore[type-arg]
    for *who, month, is_whole, amount in rows:
        (whole if is_whole else parts)[tuple(who) if by_customer else who[0]][month] = amount
    return {who: {**parts.get(who, {}), **whole.get(who, {})} for who in {*whole, *parts}}


def _summed(several: list[Months]) -> Months:
    sums: Months = {}
    for months in several:
        for month, amount in months.items():
            sums[month] = sums.get(month, 0) + amount
    return dict(sorted(sums.items()))


def _year(months: Months, year: int, end: dt.date) -> YearTarget:
    if not months:
        return YearTarget(None, None, {})
    over = [amount for month, amount in months.items() if month < end]
    to_date = sum(over) if over or end <= dt.date(year, 1, 1) else None
    return YearTarget(to_date, sum(months.values()), dict(sorted(months.items())))
