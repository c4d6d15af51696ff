"""What moved between two runs, counted by the database and listed by what it means."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from ka_crm.people.models import User
from segmentation.models import CustomerResult, SegmentationRun, StoreResult
from segmentation.queries.results import Level, Row, named_rows, results_of
from segmentation.rules.movement import quadrant_moves
from segmentation.rules.quadrants import POOL, QUADRANTS

#: Moved rows that are listed by name; pages say when there are more.
LONGEST = 500
#: Groups in the order in which a row is told; who is no longer large is told as that.
GROUPS = ("no_longer_large", "new_large", "reached_market_share", "fell_below", "appeared")


@dataclass(frozen=True)
class Flow:
    """How many went from one quadrant to another; empty text is "not in that run"."""

    before: str
    after: str
    count: int

    @property
    def stayed(self) -> bool:
        return self.before == self.after


def flows_between(level: Level, before: SegmentationRun, after: SegmentationRun, viewer: User) -> list[Flow]:
    """Return the flows between the quadrants of two runs, those that stayed included; two queries."""
    rows = _with_before(results_of(level, after, viewer), level, before)
    counted = rows.values("before_quadrant", "quadrant").annotate(n=Count("pk")).order_by()
    found = [Flow(row["before_quadrant"] or "", row["quadrant"], row["n"]) for row in counted]
    gone = gone_rows(level, before, after, viewer).values("quadrant").annotate(n=Count("pk")).order_by()
    found += [Flow(row["quadrant"], "", row["n"]) for row in gone]
    place = {name: index for index, name in enumerate((*QUADRANTS, ""))}
    return sorted(found, key=lambda flow: (place[flow.before], place[flow.after]))


def moved_rows(
    level: Level,
    before: SegmentationRun,
    after: SegmentationRun,
    viewer: User,
    *,
    flow: tuple[str, str] | None = None,
    large_only: bool = False,
    limit: int = LONGEST,
) -> list[Row]:
    """Return named rows whose quadrant differs, the largest buyers first.

    Each carries ``before_quadrant`` and ``before_share``. ``flow`` keeps one flow (also one that stayed,
    came or went), ``large_only`` those that were or are large buyers.
    """
    if flow is not None and not flow[1]:
        gone = gone_rows(level, before, after, viewer).filter(quadrant=flow[0])
        rows = named_rows(gone, level).order_by("-potential", "pk")[:limit]
        return [{**row, "before_quadrant": row["quadrant"], "before_share": row["share"]} for row in rows]
    found = _with_before(results_of(level, after, viewer), level, before)
    if flow is not None:
        found = found.filter(quadrant=flow[1])
        found = (
            found.filter(before_quadrant=flow[0]) if flow[0] else found.filter(before_quadrant__isnull=True)
        )
    else:
        found = found.filter(before_quadrant__isnull=False).exclude(before_quadrant=F("quadrant"))
    if large_only:
        found = found.filter(Q(quadrant__in=POOL) | Q(before_quadrant__in=POOL))
    named = named_rows(found, level, "before_quadrant", "before_share")
    return list(named.order_by("-potential", "pk")[:limit])


def gone_rows(level: Level, before: SegmentationRun, after: SegmentationRun, viewer: User) -> QuerySet[Any]:
    """Return the rows of the earlier run that the later one no longer has."""
    return results_of(level, before, viewer).filter(~Exists(_same(level, after)))


def grouped_moves(rows: list[Row]) -> dict[str, list[Row]]:
    """Return moved rows by what the move means; each row is in the first group that fits it."""
    moves = quadrant_moves(
        np.array([row["before_quadrant"] or "" for row in rows], dtype="<U8"),
        np.array([row["quadrant"] for row in rows], dtype="<U8"),
        np.array([row["before_share"] is not None for row in rows], dtype=bool),
        np.array([row["share"] is not None for row in rows], dtype=bool),
    )
    groups: dict[str, list[Row]] = {}
    taken: set[int] = set()
    for name in GROUPS:
        chosen = [index for index in getattr(moves, name).tolist() if index not in taken]
        taken.update(chosen)
        if chosen:
            groups[name] = [rows[index] for index in chosen]
    rest = [row for index, row in enumerate(rows) if index not in taken]
    if rest:
        groups["other"] = rest
    return groups


def _with_before(rows: QuerySet[Any], level: Level, before: SegmentationRun) -> QuerySet[Any]:
    earlier = _same(level, before)
    found: QuerySet[Any] = rows.annotate(
        before_quadrant=Subquery(earlier.values("quadrant")[:1]),
        before_share=Subquery(earlier.values("share")[:1]),
    )
    return found


def _same(level: Level, run: SegmentationRun) -> QuerySet[Any]:
    """The row of the same customer (or store and category) in another run."""
    if level == "customers":
        return CustomerResult.objects.filter(run=run, customer=OuterRef("customer"))
    return StoreResult.objects.filter(run=run, store=OuterRef("store"), category=OuterRef("category"))
