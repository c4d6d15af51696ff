"""What the page of one customer shows, read from precomputed rows."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpRequest

from accounts.models import Customer
from accounts.visibility import store_scope
from ka_crm.lib.periods import Window, month_index, month_start
from ka_crm.people.models import User
from ka_crm.records.queries import business_today
from purchases.queries import MonthSum, first_month_of_sales, monthly_sales_of
from segmentation.models import CustomerResult, SegmentationRun, StoreResult

SHOWN_MONTHS = 24


@dataclass(frozen=True)
class MonthRow:
    """One month beside the same month a year before; ten-thousandths."""

    month: dt.date
    net_amount: int
    year_before: int | None
    quantity: int
    profit: int | None

    @property
    def change(self) -> float | None:
        """Growth against the same month a year before, as a fraction."""
        if not self.year_before or self.year_before < 0:
            return None
        return self.net_amount / self.year_before - 1


@dataclass
class CustomerPage:
    """One customer as one viewer sees it, with its result of the current run."""

    request: HttpRequest
    customer: Customer
    viewer: User
    run: SegmentationRun | None
    result: CustomerResult | None

    @cached_property
    def window(self) -> Window:
        return window_of(self.run, business_today())

    @cached_property
    def counts(self) -> dict[str, int]:
        return store_counts(self.customer, self.viewer, self.run)

    @cached_property
    def months(self) -> list[MonthRow]:
        return months_of(self.customer, self.window)


def result_of(customer: Customer, run: SegmentationRun | None) -> CustomerResult | None:
    """Return what the run found out about a customer."""
    return CustomerResult.objects.filter(run=run, customer=customer).first() if run else None


def window_of(run: SegmentationRun | None, today: dt.date) -> Window:
    """Return the months that the page speaks of: the run's, else the twelve before today's month."""
    return Window(run.as_of, run.window_months) if run else Window(today, 12)


@dataclass(frozen=True)
class SalesChange:
    """The window's sales, and those of its months that can be compared with the year before."""

    now: int
    comparable_now: int
    before: int
    months: int
    is_whole: bool

    @property
    def change(self) -> float | None:
        """Growth over the comparable months, as a fraction."""
        return self.comparable_now / self.before - 1 if self.before > 0 else None


def sales_change(months: list[MonthRow], window: Window) -> SalesChange | None:
    """Return the window's sales beside the same months a year before, ``None`` where nothing was sold.

    Months of which the year before is unknown (the data begin later) are left out of the comparison.
    """
    inside = [row for row in months if row.month >= window.first_month]
    if not inside:
        return None
    known = [row for row in inside if row.year_before is not None]
    return SalesChange(
        now=sum(row.net_amount for row in inside),
        comparable_now=sum(row.net_amount for row in known),
        before=sum(row.year_before or 0 for row in known),
        months=len(known),
        is_whole=len(known) == window.months,
    )


def months_of(customer: Customer, window: Window) -> list[MonthRow]:
    """Return the newest 24 months up to the window's end, oldest first, empty months included."""
    end = month_index(window.end)
    first = end - SHOWN_MONTHS - 12
    found = {
        month_index(row.month): row
        for row in monthly_sales_of(customer.pk, first=month_start(first), end=window.end)
    }
    if not found:
        return []
    earliest = min(found)
    begin = first_month_of_sales()
    known_from = month_index(begin) if begin else earliest
    return [_month_row(index, found, known_from) for index in range(max(end - SHOWN_MONTHS, earliest), end)]


def stores_by_gap(
    customer: Customer, viewer: User, run: SegmentationRun | None, limit: int
) -> list[dict[str, Any]]:
    """Return the customer's stores that lose us most, one row per store and category."""
    if run is None:
        return []
    rows = StoreResult.objects.filter(
        store_scope(viewer, "store__"), run=run, store__customer=customer, store__archived_at__isnull=True
    )
    found = rows.order_by("-gap_amount", "-potential", "pk").values(
        "share", "market_share", "potential", "gap_amount", "quadrant", "status",
        code=F("store__code"), name=F("store__name"), city=F("store__city"),
    )  # fmt: skip
    return [{**row, "short": short_name(row["name"], customer.name)} for row in found[:limit]]


def short_name(store: str, customer: str) -> str:
    """Return a store's name without its customer's, where it begins with it: "Hy-Vee, Waukee" is "Waukee"."""
    rest = store[len(customer) :].strip(" ,-–#") if store.lower().startswith(customer.lower()) else ""
    return rest or store


def store_counts(customer: Customer, viewer: User, run: SegmentationRun | None) -> dict[str, int]:
    """Return how many stores there are, and how sure it is that they lie below market share."""
    stores = customer.stores.filter(store_scope(viewer), archived_at__isnull=True).count()
    if run is None:
        return {"stores": stores}
    rows = StoreResult.objects.filter(
        store_scope(viewer, "store__"), run=run, store__customer=customer, store__archived_at__isnull=True
    )
    found = rows.aggregate(
        surely=Count("pk", filter=Q(status="below_confirmed")),
        probably=Count("pk", filter=Q(status="below_watch")),
        early=Count("pk", filter=Q(status="insufficient")),
        fine=Count("pk", filter=Q(status="ok")),
    )
    return {"stores": stores, **found}


def _month_row(index: int, found: dict[int, MonthSum], known_from: int) -> MonthRow:
    now, before = found.get(index), found.get(index - 12)
    known_before = index - 12 >= known_from
    cost = now.cost_amount if now else None
    return MonthRow(
        month=month_start(index),
        net_amount=now.net_amount if now else 0,
        year_before=before.net_amount if before else (0 if known_before else None),
        quantity=now.quantity if now else 0,
        profit=now.net_amount - cost if now and cost else None,
    )
