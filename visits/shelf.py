"""Reads who has the shelf at a customer, from the counts of single brands in its stores."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.visibility import store_scope
from ka_crm.people.models import User
from visits.models import BrandCount, BrandPeriod
from visits.rules.shelf import OTHERS, OURS, Key, Shelf, ShelfRow, ShelfShare, is_unnamed, shelf_of

YEARS_BACK = 2


@dataclass(frozen=True)
class NamedShare:
    """A supplier's shares with its name; ``place`` is its place in the picture."""

    name: str
    now: float
    before: float | None
    is_ours: bool
    place: int


@dataclass(frozen=True)
class CustomerShelf:
    """Who has the shelf at a customer. ``left_out``: counts that lack the measure compared."""

    shelf: Shelf
    shares: list[NamedShare]
    in_units: bool
    left_out: int

    @property
    def before_year(self) -> int:
        """The year compared with."""
        return self.shelf.last.year - 1


def brand_counts_seen_by(viewer: User) -> "QuerySet[BrandCount]":
    """Return the counts of brands that hold, in stores that ``viewer`` may see."""
    counted = Q(observation__isnull=True) | Q(observation__is_live=True)
    return BrandCount.objects.filter(store_scope(viewer, "store__"), counted, is_live=True)


def shelf_of_customer(customer: Customer, viewer: User, today: dt.date) -> CustomerShelf | None:
    """Return who has the shelf; None while no brand was counted. Two queries, added up by the database.

    Full months are taken where there are any, else the days of visits: both together would count twice.
    Money is compared where more counts know it than know pieces.
    """
    since = dt.date(today.year - YEARS_BACK, 1, 1)
    rows = brand_counts_seen_by(viewer).filter(store__customer=customer, on__gte=since, on__lte=today)
    months = Q(period=BrandPeriod.MONTH)
    known = rows.order_by().aggregate(
        months=Count("pk", filter=months),
        days=Count("pk", filter=~months),
        month_amounts=Count("amount", filter=months),
        month_units=Count("units", filter=months),
        day_amounts=Count("amount", filter=~months),
        day_units=Count("units", filter=~months),
    )
    side = "month" if known["months"] else "day"
    in_units = known[f"{side}_units"] > known[f"{side}_amounts"]
    measure = "units" if in_units else "amount"
    counted = rows.filter(period=side, **{f"{measure}__isnull": False}).order_by()
    # A month's row stands on its first day already; telling months from days is slow in thousands of rows.
    summed = counted.annotate(month=F("on") if side == "month" else TruncMonth("on"))
    sums = list(
        summed.values("month", "competitor", "competitor__name").annotate(sum=Sum(measure)).order_by("month")
    )
    names: dict[Key, str] = {
        row["competitor"]: row["competitor__name"] for row in sums if row["competitor"] is not None
    }
    unnamed = {key for key, name in names.items() if isinstance(key, int) and is_unnamed(name)}
    shelf = shelf_of((ShelfRow(row["month"], row["competitor"], row["sum"]) for row in sums), unnamed)
    if shelf is None:
        return None
    left_out = known[f"{side}s"] - known[f"{side}_{'units' if in_units else 'amounts'}"]
    return CustomerShelf(shelf, _named(shelf.shares, names), in_units, left_out)


def shelf_months(customer: Customer, viewer: User) -> "QuerySet[BrandCount, Any]":
    """Return what every supplier sold by month in the stores of a customer, for a file, oldest first."""
    rows = brand_counts_seen_by(viewer).filter(store__customer=customer).order_by()
    by_month = rows.annotate(month=TruncMonth("on")).values(
        "month", "period", "competitor__name", "category__name"
    )
    return by_month.annotate(units=Sum("units"), amount=Sum("amount")).order_by(
        "month", "period", "category__name", "competitor__name"
    )


def _named(shares: list[ShelfShare], names: dict[Key, str]) -> list[NamedShare]:
    names = {**names, OURS: _("We"), OTHERS: _("Others")}
    return [
        NamedShare(names[share.key], share.now, share.before, share.key == OURS, place)
        for place, share in enumerate(shares)
    ]
