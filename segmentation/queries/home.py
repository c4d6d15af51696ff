"""What the first page tells: the crossing lists, the telling name, whom each account manager answers for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, F, Q, QuerySet, Sum

from segmentation.models import SegmentationRun
from segmentation.queries.results import Row, named_rows
from segmentation.rules.telling import telling_accounts
from visits.models import Observation

#: Names of each list before the hairline, and names that follow the telling one.
SIZE = 10
NEXT_NAMES = 4
#: Candidates read for the telling name: the largest gaps are enough, its gap decides.
_CANDIDATES = 500


@dataclass(frozen=True)
class LastCount:
    """When somebody last counted in one of an account's stores, and who."""

    on: dt.date
    by: str


def crossing_lists(rows: QuerySet[Any], telling: Row | None, ranked_anew: bool) -> list[Row]:
    """Return every name among the ten by own sales or the ten by potential, and the telling name.

    ``ranked_anew`` counts ranks among the rows given instead of the company's: for viewers who see a part.
    """
    named = named_rows(rows, "customers")
    ranks = _own_ranks(rows) if ranked_anew else {}
    by_own = list(named.filter(rank_own__isnull=False).order_by("rank_own", "pk")[:SIZE])
    by_total = list(named.filter(potential__gt=0).order_by("rank_potential", "pk")[:SIZE])
    found = {row["id"]: row for row in [*by_own, *by_total, *([telling] if telling else [])]}
    for pk, row in found.items():
        if pk in ranks:
            row["rank_own"], row["rank_potential"] = ranks[pk]
    return list(found.values())


def _own_ranks(rows: QuerySet[Any]) -> dict[int, tuple[int, int]]:
    """Ranks among these rows only, in the company's order."""
    keys = list(rows.values_list("pk", "rank_own", "rank_potential"))
    last = len(keys) + 10**9
    own = sorted(keys, key=lambda key: (key[1] or last, key[0]))
    total = sorted(keys, key=lambda key: (key[2] or last, key[0]))
    rank_own = {key[0]: place for place, key in enumerate(own, 1)}
    return {key[0]: (rank_own[key[0]], place) for place, key in enumerate(total, 1)}


def telling_names(rows: QuerySet[Any], high_classes: tuple[str, ...] = ("A",)) -> list[Row]:
    """Return the telling name and the ones after it: large buyers, surely below, hidden by the sales list."""
    candidates = rows.filter(
        potential_class__in=high_classes,
        status="below_confirmed",
        gap_amount__gt=0,
        rank_potential__isnull=False,
    )
    found = list(named_rows(candidates, "customers").order_by("-gap_amount", "pk")[:_CANDIDATES])
    if not found:
        return []
    ranks = np.array([[row["rank_own"] or 0, row["rank_potential"]] for row in found], dtype=np.int64)
    unranked = ranks[:, 0] == 0
    ranks[unranked, 0] = max(int(ranks.max()), len(found)) + 1
    chosen = telling_accounts(
        high=np.ones(len(found), dtype=bool),
        surely_below=np.ones(len(found), dtype=bool),
        gap_amount=np.array([row["gap_amount"] for row in found], dtype=np.float64),
        rank_own=ranks[:, 0],
        rank_potential=ranks[:, 1],
        limit=1 + NEXT_NAMES,
    )
    return [found[index] for index in chosen.tolist()]


def last_count_of(customer_code: str) -> LastCount | None:
    """Return the newest count in one of the customer's stores, if there is any."""
    found = (
        Observation.objects.filter(store__customer__code=customer_code, is_live=True)
        .order_by("-date", "-id")
        .values_list("date", "rep__name")
        .first()
    )
    return LastCount(found[0], found[1] or "") if found else None


def largest_gaps(rows: QuerySet[Any], level: Any, limit: int = SIZE) -> list[Row]:
    """Return the rows that lose us most against the market, surely or probably below."""
    below = rows.filter(gap_amount__gt=0, status__in=["below_confirmed", "below_watch"])
    return list(named_rows(below, level).order_by("-gap_amount", "pk")[:limit])


def rows_per_kam(rows: QuerySet[Any]) -> list[Row]:
    """Return one row per account manager: accounts, large buyers to attack, sales, gap; largest gap first."""
    return list(
        rows.values(kam_pk=F("customer__kam"), kam_name=F("customer__kam__name"))
        .annotate(
            accounts=Count("pk"),
            attack=Count("pk", filter=Q(quadrant="attack")),
            defend=Count("pk", filter=Q(quadrant="defend")),
            explore=Count("pk", filter=Q(quadrant="explore")),
            sales=Sum("net_sales"),
            buys=Sum("potential"),
            gap=Sum("gap_amount"),
            below=Sum("stores_below"),
        )
        .order_by("-gap", "kam_name")
    )


def high_classes_of(run: SegmentationRun) -> tuple[str, ...]:
    """Return the potential classes that count as large in a run."""
    return tuple(run.settings.get("high_potential_classes") or ("A",))
