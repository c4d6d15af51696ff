"""Stores below market share: the list, what it sums up to, and where it sits."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FloatField, Max, Q, QuerySet, Sum
from django.db.models.functions import Cast

from ka_crm.lib.periods import Window, month_index
from segmentation.models import SegmentationRun
from segmentation.queries.results import Row, named_rows
from visits.models import CategoryTotal

BELOW = ("below_confirmed", "below_watch")
LARGEST = 10
CHAINS = 6
_ROLLING = 3


@dataclass(frozen=True)
class BelowSums:
    """How many stores are surely, probably and not yet known to be below; the money is over the window."""

    surely: int
    probably: int
    too_early: int
    no_market: int
    at_or_above: int
    gap_amount: int

    @property
    def below(self) -> int:
        return self.surely + self.probably


def below_sums(rows: QuerySet[Any]) -> BelowSums:
    """Return the counts by certainty and the money missing; one query."""
    found = {
        row["status"]: row
        for row in rows.values("status").annotate(n=Count("pk"), gap=Sum("gap_amount")).order_by()
    }

    def count(status: str) -> int:
        return int(found.get(status, {}).get("n", 0))

    return BelowSums(
        surely=count("below_confirmed"),
        probably=count("below_watch"),
        too_early=count("insufficient"),
        no_market=count("no_market_share"),
        at_or_above=count("ok"),
        gap_amount=sum(found[name]["gap"] or 0 for name in BELOW if name in found),
    )


def below_by_chain(rows: QuerySet[Any], limit: int = CHAINS) -> list[Row]:
    """Return the chains that lose us most: stores below of all, share, market share, gap over the window."""
    below = Q(status__in=BELOW)
    measured = Q(share__isnull=False, potential__gt=0)
    found = (
        rows.values(code=F("store__customer__code"), name=F("store__customer__name"))
        .annotate(
            stores=Count("store", distinct=True),
            below=Count("store", filter=below, distinct=True),
            gap=Sum("gap_amount", filter=below),
            weight=Sum("potential", filter=measured),
            owned=Sum(Cast("potential", FloatField()) * F("share"), filter=measured),
            market=Sum(
                Cast("potential", FloatField()) * F("market_share"),
                filter=measured & Q(market_share__isnull=False),
            ),
            largest=Max("gap_amount"),
        )
        .filter(below__gt=0)
        .order_by("-gap", "code")[:limit]
    )
    return [
        {
            **row,
            "share": row["owned"] / row["weight"] if row["weight"] else None,
            "market_share": row["market"] / row["weight"] if row["weight"] and row["market"] else None,
        }
        for row in found
    ]


def chains_of(rows: QuerySet[Any]) -> list[tuple[str, str]]:
    """Return (code, name) of the customers that have more than one store below, for the filter."""
    found = (
        rows.filter(status__in=BELOW)
        .values_list("store__customer__code", "store__customer__name")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .order_by("-n")[:40]
    )
    return sorted(((code, name) for code, name, _ in found), key=lambda pair: pair[1].lower())


def share_lines(
    rows: Iterable[Row], run: SegmentationRun, level: str = "stores"
) -> dict[str, list[float | None]]:
    """Return for each row's ``code`` and category the share of rolling three months, one point a month.

    Keys are ``code`` and category code joined by a slash (for customers the code alone). Full counts only;
    one query for all rows. A month without three months of counts is ``None``.
    """
    rows = list(rows)
    codes = {row["code"] for row in rows}
    if not codes:
        return {}
    window = Window(run.as_of, run.window_months)
    first = window.first_index - (_ROLLING - 1)
    of_store = level == "stores"
    path = "store__code" if of_store else "store__customer__code"
    start = dt.date(first // 12, first % 12 + 1, 1)
    found = (
        CategoryTotal.objects.filter(
            is_live=True,
            month__gte=start,
            month__lt=window.end,
            own_amount__isnull=False,
            **{f"{path}__in": codes},
        )
        .values_list(path, "category__code", "month")
        .annotate(total=Sum("total_amount"), own=Sum("own_amount"))
        .order_by()
    )
    months: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for code, category, month, total, own in found:
        sums = months[f"{code}/{category}" if of_store else code][month_index(month)]
        sums[0] += total or 0
        sums[1] += own or 0
    indices = range(window.first_index, window.first_index + window.months)
    return {key: [_rolling(by_month, index) for index in indices] for key, by_month in months.items()}


def _rolling(by_month: dict[int, list[int]], index: int) -> float | None:
    found = [by_month[i] for i in range(index - _ROLLING + 1, index + 1) if i in by_month]
    total = sum(sums[0] for sums in found)
    return min(max(sum(sums[1] for sums in found) / total, 0.0), 1.0) if found and total > 0 else None


def named_below(rows: QuerySet[Any], limit: int | None) -> list[Row]:
    """Return the rows below market share with names, the largest gap first."""
    return list(named_rows(rows.filter(status__in=BELOW), "stores").order_by("-gap_amount", "pk")[:limit])
