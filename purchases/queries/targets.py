"""What is to be sold in a year, by customer and by key account manager."""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

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
    return {pk: _year(stated.get(pk, {}), year, end) for pk in customer_ids}


def kam_target(kam_id: int, *, year: int, end: dt.date) -> YearTarget:
    """Return what a key account manager is to sell; see ``kam_targets``."""
    return kam_targets([kam_id], year=year, end=end)[kam_id]


def kam_targets(kam_ids: Collection[int], *, year: int, end: dt.date) -> dict[int, YearTarget]:
    """Return the targets of many people, in two queries.

    Who has no target of their own in the year has the sum of the customers they answer for today.
    """
    stated = _months(Q(kam__in=kam_ids), "kam_id", year)
    without = [pk for pk in kam_ids if pk not in stated]
    if without:
        theirs = Q(customer__kam__in=without, customer__archived_at__isnull=True)
        stated |= _months(theirs, "customer__kam_id", year)
    return {pk: _year(stated.get(pk, {}), year, end) for pk in kam_ids}


def _months(whose: Q, key: str, year: int) -> dict[int, Months]:
    """Return {key: {month: amount}}. Of one customer or person, a target without a category stands for
    those of all categories; then customers are added up."""
    rows = Target.objects.counted().filter(
        whose, month__gte=dt.date(year, 1, 1), month__lte=dt.date(year, 12, 31)
    )
    parts: Counter[tuple[int, int | None, dt.date]] = Counter()
    wholes: dict[tuple[int, int | None, dt.date], int] = {}
    for who, customer, month, category, amount in rows.order_by().values_list(
        key, "customer_id", "month", "category_id", "amount"
    ):
        if category is None:
            wholes[who, customer, month] = amount
        else:
            parts[who, customer, month] += amount
    months: dict[int, Months] = {}
    for (who, _, month), amount in {**parts, **wholes}.items():
        of_one = months.setdefault(who, {})
        of_one[month] = of_one.get(month, 0) + amount
    return months


def _year(months: Months, year: int, end: dt.date) -> YearTarget:
    if not months:
        return YearTarget(None, None, {})
    over = [amount for month, amount in months.items() if month < end]
    to_date = sum(over) if over or end <= dt.date(year, 1, 1) else None
    return YearTarget(to_date, sum(months.values()), dict(sorted(months.items())))
