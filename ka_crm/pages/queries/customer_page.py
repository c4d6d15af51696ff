"""What the page of one customer shows, read from precomputed rows."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest

from accounts.models import AccountStanding, Customer
from accounts.visibility import store_scope
from ka_crm.lib.periods import Window, month_index, month_start
from ka_crm.people.models import User
from purchases.queries import MonthSum, first_month_of_sales, monthly_sales_of
from segmentation.models import CustomerResult, SegmentationRun, StoreResult
from visits.queries.flags import treated_flags_of

SHOWN_MONTHS = 24
#: Counts of stores by how sure their place against the market is.
CERTAINTIES = {
    "surely": "below_confirmed",
    "probably": "below_watch",
    "early": "insufficient",
    "fine": "ok",
}


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
    """One customer as one viewer sees it, with its result of the current run.

    ``counts`` are those of the customer's stores: how many, and how sure it is that they lie below market
    share.
    """

    request: HttpRequest
    customer: Customer
    viewer: User
    run: SegmentationRun | None
    result: CustomerResult | None
    today: dt.date
    counts: dict[str, int] = field(default_factory=dict)
    tab_counts: dict[str, int] = field(default_factory=dict)

    @property
    def standing(self) -> AccountStanding | None:
        """Where the account stands; ``None`` is not known yet."""
        return getattr(self.customer, "standing", None)

    @cached_property
    def window(self) -> Window:
        return window_of(self.run, self.today)

    @cached_property
    def months(self) -> list[MonthRow]:
        return months_of(self.customer, self.window, begin=getattr(self.customer, "sales_begin", None))


def window_of(run: SegmentationRun | None, today: dt.date) -> Window:
    """Return the months that the page speaks of: the run's, else the twelve before today's month."""
    return Window(run.as_of, run.window_months) if run else Window(today, 12)


@dataclass(frozen=True)
class YearSales:
    """Sales of the whole months of a calendar year beside the same months a year before (ten-thousandths).

    ``before`` is ``None`` where some of those months are not known.
    """

    first: dt.date
    last: dt.date
    now: int
    before: int | None

    @property
    def change(self) -> float | None:
        """Growth against the year before, as a fraction."""
        return self.now / self.before - 1 if self.before and self.before > 0 else None


def year_sales(months: list[MonthRow], window: Window) -> YearSales | None:
    """Return what was sold in the year of the last whole month, ``None`` where nothing was ever sold."""
    last = month_start(month_index(window.end) - 1)
    inside = [row for row in months if row.month.year == last.year]
    if not months:
        return None
    known = [row.year_before for row in inside if row.year_before is not None]
    return YearSales(
        first=last.replace(month=1),
        last=last,
        now=sum(row.net_amount for row in inside),
        before=sum(known) if len(known) == last.month else None,
    )


def months_of(customer: Customer, window: Window, *, begin: dt.date | None = None) -> list[MonthRow]:
    """Return the newest 24 months up to the window's end, oldest first, empty months included.

    ``begin`` is the first month with sales of anybody, read where it is not given.
    """
    end = month_index(window.end)
    first = end - SHOWN_MONTHS - 12
    found = {
        month_index(row.month): row
        for row in monthly_sales_of(customer.pk, first=month_start(first), end=window.end)
    }
    if not found:
        return []
    earliest = min(found)
    begin = begin or first_month_of_sales()
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


def counts_wanted(
    customer: Customer, viewer: User, run: SegmentationRun | None
) -> dict[str, list["QuerySet[Any]"]]:
    """Return what is counted of a customer's stores: how sure it is that they lie below market share, and
    the flagged ones for which something is being done (``treated``)."""
    if run is None:
        return {}
    rows = StoreResult.objects.filter(
        store_scope(viewer, "store__"), run=run, store__customer=customer, store__archived_at__isnull=True
    )
    counted = {name: [rows.filter(status=status)] for name, status in CERTAINTIES.items()}
    return {**counted, "treated": [treated_flags_of(customer, viewer)]}


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
