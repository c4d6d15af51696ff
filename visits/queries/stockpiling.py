"""What customers bought in promotions against what their own stores are expected to sell."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When

from accounts.models import Customer
from ka_crm.people.models import User
from purchases.queries.sales import sales_lines_seen_by
from visits.models import ShelfPrice
from visits.queries.loaded import loaded
from visits.rules.diversion import BEFORE_DAYS, Hoarding, hoarding, hoarding_over, own_store_forecast

#: Promotions looked at, the newest ones.
MOST_WINDOWS = 24
MOST_CUSTOMERS = 100
_WEEK = 7


@dataclass(frozen=True)
class Window:
    """The days of an approved promotion, as far as they have passed."""

    pk: int
    product_id: int
    product: str
    customer_id: int | None
    region_id: int | None
    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Stockpiler:
    """A customer, its index over all promotions, and each promotion's; units in ten-thousandths."""

    customer: Customer
    total: Hoarding
    windows: tuple[tuple[Window, Hoarding], ...]


def promotion_windows(*, first: dt.date, today: dt.date) -> list[Window]:
    """Return the promotions that ran from ``first`` on, newest first; days to come are no part of them."""
    rows = ShelfPrice.objects.filter(
        loaded(),
        Q(to_on__isnull=False) & Q(to_on__gte=first),
        is_promotion=True,
        archived_at__isnull=True,
        from_on__lte=today,
    )
    return [
        Window(row.pk, row.product_id, row.product.name, row.customer_id, row.region_id, row.from_on,
               min(row.to_on or today, today))
        for row in rows.select_related("product").order_by("-from_on", "-pk")[:MOST_WINDOWS]
    ]  # fmt: skip


def stockpilers(viewer: User, windows: list[Window]) -> list[Stockpiler]:
    """Return the customers that bought in promotions, the highest index first; those that cannot be
    compared last. One query for each promotion (24 at most) and one for the customers."""
    found: dict[int, list[tuple[Window, Hoarding]]] = defaultdict(list)
    for window in windows:
        for row in _bought(viewer, window):
            if not row["during"]:
                continue
            forecast = own_store_forecast(
                days=window.days,
                last_year=row["last_year"] or 0,
                before=row["before"] or 0,
                before_last_year=row["before_last_year"] or 0,
            )
            found[row["customer"]].append((window, hoarding(row["during"], forecast)))
    customers = Customer.objects.visible_to(viewer).in_bulk(list(found))
    rows = [
        Stockpiler(customers[pk], hoarding_over(one for _window, one in parts), tuple(parts))
        for pk, parts in found.items()
        if pk in customers
    ]
    return sorted(rows, key=lambda row: (-(row.total.index or -1.0), row.customer.name))


def _bought(viewer: User, window: Window) -> Any:
    """Units by customer: in the promotion, on the same days a year ago, and before both."""
    year = dt.timedelta(364)  # whole weeks, so that weekdays compare
    before = (window.first - dt.timedelta(BEFORE_DAYS), window.first - dt.timedelta(1))
    periods = {
        "during": (window.first, window.last),
        "last_year": (window.first - year, window.last - year),
        "before": before,
        "before_last_year": (before[0] - year, before[1] - year),
    }
    lines = sales_lines_seen_by(viewer).filter(
        product=window.product_id, date__gte=before[0] - year, date__lte=window.last
    )
    if window.customer_id:
        lines = lines.filter(customer=window.customer_id)
    if window.region_id:
        lines = lines.filter(customer__region=window.region_id)
    sums = {
        name: Sum(
            Case(When(date__range=days, then=F("quantity")), default=Value(0), output_field=IntegerField())
        )
        for name, days in periods.items()
    }
    return lines.order_by().values("customer").annotate(**sums)


def units_by_week(
    customers: list[int], products: list[int], *, first: dt.date, last: dt.date, viewer: User
) -> dict[int, list[int]]:
    """Return what each customer bought of these products week by week from ``first`` on; one query."""
    weeks = (last - first).days // _WEEK + 1
    found: dict[int, list[int]] = {pk: [0] * weeks for pk in customers}
    rows = (
        sales_lines_seen_by(viewer)
        .filter(customer__in=customers, product__in=products, date__gte=first, date__lte=last)
        .order_by()
        .values_list("customer", "date")
        .annotate(units=Sum("quantity"))
    )
    for customer, day, units in rows:
        found[customer][(day - first).days // _WEEK] += units or 0
    return found
