"""Everything behind one result: the row, where the lines lie, and the months it was taken from."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, Sum

from ka_crm.criteria.rules.settings import CriteriaSettings, settings_from
from ka_crm.lib.periods import Window
from ka_crm.people.models import User
from segmentation.models import CustomerResult, SegmentationRun, StoreResult
from segmentation.queries.results import customer_results, store_results
from visits.models import CategoryTotal


@dataclass(frozen=True)
class Month:
    """What was bought in one month, from everybody and from us, and ours at market share."""

    on: dt.date
    total: int | None
    own: int | None
    at_market: int | None


@dataclass(frozen=True)
class Lines:
    """Where the classes of a run begin (smallest value inside), and how many were ranked."""

    ranked: int
    abc: dict[str, int | None]
    potential: dict[str, int | None]
    own: dict[str, int | None]


@dataclass(frozen=True)
class Why:
    """One result with its run's settings, lines and months."""

    run: SegmentationRun
    result: Any
    settings: CriteriaSettings
    lines: Lines
    months: list[Month]


def why_customer(run: SegmentationRun, viewer: User, code: str) -> Why | None:
    """Return what is behind a customer's result, or ``None`` where there is none for this viewer."""
    result = (
        customer_results(run, viewer)
        .filter(customer__code=code)
        .select_related("customer__kam", "customer__region")
        .first()
    )
    if result is None:
        return None
    everybody = CustomerResult.objects.filter(run=run)
    found = everybody.aggregate(
        n=Count("pk", filter=Q(has_sales=True)),
        abc_a=Min("total", filter=Q(abc="A")),
        abc_b=Min("total", filter=Q(abc="B", total__gt=0)),
        **_side_lines("own_sales"),
    )
    months = _months(run, Q(store__customer=result.customer_id), result.market_share)
    return Why(run, result, settings_from(run.settings), _lines(found), months)


def why_store(run: SegmentationRun, viewer: User, code: str, category: str) -> Why | None:
    """Return what is behind a store's result in a category, or ``None`` where there is none."""
    result = (
        store_results(run, viewer)
        .filter(store__code=code, category__code=category)
        .select_related("store__customer__kam", "category")
        .first()
    )
    if result is None:
        return None
    found = StoreResult.objects.filter(run=run, category=result.category_id).aggregate(
        n=Count("pk"), **_side_lines("own_sales")
    )
    months = _months(run, Q(store=result.store_id, category=result.category_id), result.market_share)
    return Why(run, result, settings_from(run.settings), _lines(found), months)


def _side_lines(own: str) -> dict[str, Any]:
    return {
        "potential_a": Min("potential", filter=Q(potential_class="A", potential__gt=0)),
        "potential_b": Min("potential", filter=Q(potential_class="B", potential__gt=0)),
        "own_a": Min(own, filter=Q(own_class="A")),
        "own_b": Min(own, filter=Q(own_class="B", **{f"{own}__gt": 0})),
    }


def _lines(found: dict[str, Any]) -> Lines:
    def pair(name: str) -> dict[str, int | None]:
        return {"A": found.get(f"{name}_a"), "B": found.get(f"{name}_b")}

    return Lines(found["n"], pair("abc"), pair("potential"), pair("own"))


def _months(run: SegmentationRun, whose: Q, market_share: float | None) -> list[Month]:
    """The window's months of full counts; empty where nothing was fully counted."""
    window = Window(run.as_of, run.window_months)
    found = {
        row["month"]: row
        for row in CategoryTotal.objects.filter(
            whose, is_live=True, month__gte=window.first_month, month__lt=window.end
        )
        .values("month")
        .annotate(total=Sum("total_amount"), own=Sum("own_amount"))
        .order_by()
    }
    if not found:
        return []
    months = []
    for start in window.starts():
        row = found.get(start, {"total": None, "own": None})
        total: int | None = row["total"]
        at_market = round(total * market_share) if total and total > 0 and market_share is not None else None
        months.append(Month(start, total, row["own"], at_market))
    return months
