"""Reads of products and of what customers bought."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from accounts.visibility import customer_scope
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.people.models import User
from purchases.models import MonthlySales, Product, SalesLine

COUNTED = Q(batch__state=BatchState.COMMITTED)


@dataclass(frozen=True)
class MonthSum:
    """What a customer bought from us in a month; ten-thousandths, cost unknown where a line has none."""

    month: dt.date
    net_amount: int
    quantity: int
    cost_amount: int | None


def monthly_sales_of(
    customer_id: int, *, first: dt.date, end: dt.date, category_id: int | None = None
) -> list[MonthSum]:
    """Return the months from ``first`` to before ``end`` in which a customer bought, oldest first."""
    rows = MonthlySales.objects.filter(COUNTED, customer=customer_id, month__gte=first, month__lt=end)
    if category_id:
        rows = rows.filter(category=category_id)
    sums = rows.values("month").annotate(
        net=Sum("net_amount"), units=Sum("quantity"), cost=Sum("cost_amount"), without=Sum("uncosted_lines")
    )
    return [
        MonthSum(row["month"], row["net"], row["units"], None if row["without"] else row["cost"])
        for row in sums.order_by("month")
    ]


def first_month_of_sales() -> dt.date | None:
    """Return the first month with sales of anybody: what lies before it is unknown, not nothing."""
    first = MonthlySales.objects.filter(COUNTED).order_by("month").values_list("month", flat=True).first()
    return first


def product_text(text: str) -> Q:
    """Return the condition for a text within a product's name, code or brand."""
    return Q(name__icontains=text) | Q(code__icontains=text) | Q(brand__icontains=text)


def products() -> "QuerySet[Product]":
    """Return all products; everybody may see what is sold."""
    return Product.objects.all()


def sales_lines_seen_by(viewer: User) -> "QuerySet[SalesLine]":
    """Return the lines that count, of customers that ``viewer`` may see.

    Batches that do not count are few; leaving them out lets pages walk along the primary key.
    """
    uncounted = ImportBatch.objects.exclude(state=BatchState.COMMITTED).values("pk")
    return SalesLine.objects.filter(customer_scope(viewer, "customer__"), superseded_by__isnull=True).exclude(
        batch__in=uncounted
    )
