"""The results of a run as rows, for files that other programs read."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from ka_crm.lib.money import plain
from segmentation.models import SegmentationRun

Row = list[Any]
CUSTOMERS = [
    "customer_code", "customer_name", "total", "rank", "before", "abc", "months_active", "mean", "std", "cv",
    "xyz", "cell", "net_sales", "gross_profit", "note",
]  # fmt: skip
STORES = [
    "store_code", "category_code", "store_name", "customer_code", "basis", "total", "own", "share",
    "share_low", "share_high", "market_share", "market_share_source", "status", "flagged", "potential",
    "grade", "potential_class", "own_class", "quadrant", "missed", "misfiled", "gap_amount",
]  # fmt: skip
COMPARISON = [
    "code", "name", "category_code", "rank_own", "class_own", "own", "rank_potential", "class_potential",
    "potential", "share", "market_share", "quadrant", "mark", "gap_amount",
]  # fmt: skip


def customer_export(run: SegmentationRun) -> Iterator[Row]:
    """Every customer with sales lines in the window, best rank first; header row first."""
    yield CUSTOMERS
    rows = run.customer_results.filter(has_sales=True).order_by("rank").values_list(
        "customer__code", "customer__name", "total", "rank", "before", "abc", "months_active", "mean", "std",
        "cv", "xyz", "cell", "net_sales", "gross_profit", "abc_note",
    )  # fmt: skip
    for (
        code,
        name,
        total,
        rank,
        before,
        abc,
        active,
        mean,
        std,
        cv,
        xyz,
        cell,
        net,
        profit,
        note,
    ) in rows.iterator():
        yield [
            code, name, plain(total), rank, _float(before), abc, active, _float(mean / 10_000),
            _float(std / 10_000), _float(cv), xyz, cell, plain(net), plain(profit), note,
        ]  # fmt: skip


def store_export(run: SegmentationRun) -> Iterator[Row]:
    """One row per store and category with totals or observations in the window, by store code.

    A row whose counts the criteria do not use (visits, where only totals may tell) has no share. ``total``
    and ``own`` are what the share was taken from, in the measure used; ``potential`` is money.
    """
    yield STORES
    rows = (
        run.store_results.filter(last_seen_on__isnull=False)
        .order_by("store__code", "category__code")
        .values_list(
            "store__code", "category__code", "store__name", "store__customer__code", "basis", "total", "own",
            "share", "share_low", "share_high", "market_share", "market_share_source", "status", "flagged",
            "potential", "grade", "potential_class", "own_class", "quadrant", "is_missed", "is_misfiled",
            "gap_amount",
        )
    )  # fmt: skip
    money = {5, 6, 14, 21}
    floats = {7, 8, 9, 10}
    for row in rows.iterator():
        values: list[Any] = list(row)
        yield [
            plain(value) if i in money else _float(value) if i in floats else value
            for i, value in enumerate(values)
        ]


def comparison_export(run: SegmentationRun) -> Iterator[Row]:
    """The two lists side by side, by the selection level of the run's criteria."""
    yield COMPARISON
    rows: QuerySet[Any, Any]
    if run.settings.get("selection_level") == "store":
        rows = run.store_results.order_by("category__code", "rank_potential").values_list(
            "store__code", "store__name", "category__code", *_COMPARED
        )
    else:
        rows = run.customer_results.order_by("rank_potential").values_list(
            "customer__code", "customer__name", *_COMPARED
        )
    for row in rows.iterator():
        code, name, *rest = row
        category = rest.pop(0) if len(rest) > len(_COMPARED) else ""
        rank_own, class_own, own, rank, cls, potential, share, market, quadrant, mark, gap = rest
        yield [
            code, name, category, rank_own, class_own, plain(own), rank, cls, plain(potential), _float(share),
            _float(market), quadrant, mark, plain(gap),
        ]  # fmt: skip


# Own sales are what the old list ranks by: in money, and not only where measured.
_COMPARED = (
    "rank_own", "own_class", "own_sales", "rank_potential", "potential_class", "potential", "share",
    "market_share", "quadrant", "list_mark", "gap_amount",
)  # fmt: skip
EXPORTS = {"customers": customer_export, "stores": store_export, "comparison": comparison_export}


def _float(value: float | None) -> str:
    return "" if value is None else repr(float(value))
