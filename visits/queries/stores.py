"""Reads of what was measured and stated: counts, full counts by month, market shares, estimates."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from accounts.visibility import customer_scope, store_scope, visited_scope
from ka_crm.people.models import User
from purchases.models import Category
from visits.models import CategoryTotal, MarketShare, Observation, PotentialEstimate, StoreShare
from visits.queries.open_rounds import not_of_open_rounds


@dataclass(frozen=True)
class CountedMonth:
    """All brands and ours of a month; ten-thousandths of the unit asked for."""

    month: dt.date
    total: int
    own: int


def estimate_scope(viewer: User) -> Q:
    """Return the condition on estimates that ``viewer`` may see: those of their customers and stores."""
    of_customers = Q(customer__isnull=False) & customer_scope(viewer, "customer__")
    of_stores = Q(store__isnull=False) & store_scope(viewer, "store__")
    return of_customers | of_stores


def estimates_seen_by(viewer: User) -> "QuerySet[PotentialEstimate]":
    """Return the estimates of customers and stores that ``viewer`` may see."""
    return PotentialEstimate.objects.filter(estimate_scope(viewer))


def observations_seen_by(viewer: User) -> "QuerySet[Observation]":
    """Return the counts that hold, in stores that ``viewer`` visits, without controls of open rounds for
    those who are judged by them."""
    return Observation.objects.filter(
        visited_scope(viewer, "store__"), not_of_open_rounds(viewer, "visit"), is_live=True
    )


def category_totals_seen_by(viewer: User) -> "QuerySet[CategoryTotal]":
    """Return the full counts that hold, of stores that ``viewer`` may see."""
    return CategoryTotal.objects.filter(store_scope(viewer, "store__"), is_live=True)


def market_shares() -> "QuerySet[MarketShare]":
    """Return all stated market shares; everybody is compared with them, so everybody sees them."""
    return MarketShare.objects.all()


def categories_of_store(store_id: int) -> list[Category]:
    """Return the categories in which something is known of a store."""
    shares = StoreShare.objects.filter(store=store_id).values("category")
    counts = Observation.objects.filter(store=store_id, is_live=True).values("category")
    totals = CategoryTotal.objects.filter(store=store_id, is_live=True).values("category")
    wanted = Q(pk__in=shares) | Q(pk__in=counts) | Q(pk__in=totals)
    return list(Category.objects.filter(wanted).order_by("name", "code"))


def share_now(store_id: int, category_id: int) -> StoreShare | None:
    """Return where a store stands now in a category."""
    rows = StoreShare.objects.filter(store=store_id, category=category_id).select_related("category")
    return rows.first()


def counts_of(store_id: int, category_id: int, *, viewer: User, limit: int = 30) -> list[Observation]:
    """Return a store's newest counts that ``viewer`` may see, corrected ones included, newest first."""
    rows = Observation.objects.filter(
        not_of_open_rounds(viewer, "visit"), store=store_id, category=category_id
    ).select_related("rep")
    return list(rows.order_by("-date", "-is_live", "-pk")[:limit])


def counted_months(*, in_units: bool, first: dt.date, end: dt.date, whose: Q) -> list[CountedMonth]:
    """Return the months with full counts of the stores meant by ``whose``, oldest first."""
    total, own = ("total_units", "own_units") if in_units else ("total_amount", "own_amount")
    rows = CategoryTotal.objects.filter(
        whose,
        is_live=True,
        month__gte=first,
        month__lt=end,
        **{f"{total}__isnull": False, f"{own}__isnull": False},
    )
    sums = rows.order_by().values("month").annotate(total=Sum(total), own=Sum(own))
    return [CountedMonth(row["month"], row["total"], row["own"]) for row in sums.order_by("month")]


def market_share_text(text: str) -> Q:
    """Return the condition for a text within a market share's category, region or source."""
    return (
        Q(category__name__icontains=text)
        | Q(category__code__icontains=text)
        | Q(region__name__icontains=text)
        | Q(source__icontains=text)
    )


def estimate_text(text: str) -> Q:
    """Return the condition for a text within the name or code of whom an estimate is about."""
    return (
        Q(customer__name__icontains=text)
        | Q(customer__code__icontains=text)
        | Q(store__name__icontains=text)
        | Q(store__code__icontains=text)
        | Q(category__name__icontains=text)
    )
