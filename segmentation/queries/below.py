"""Stores below market share: the list, what it sums up to, and where it sits."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FloatField, Max, Q, QuerySet, Sum
from django.db.models.functions import Cast

from segmentation.queries.results import Row, named_rows

BELOW = ("below_confirmed", "below_watch")
LARGEST = 10
CHAINS = 6


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


def named_below(rows: QuerySet[Any], limit: int | None) -> list[Row]:
    """Return the rows below market share with names, the largest gap first."""
    return list(named_rows(rows.filter(status__in=BELOW), "stores").order_by("-gap_amount", "pk")[:limit])
