"""What moved between two runs, counted by the database and listed by what it means."""

from collections.abc import Sequence
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
#: What tells an account, or a store in a category, in any run.
KEYS: dict[Level, tuple[str, ...]] = {"customers": ("customer_id",), "stores": ("store_id", "category_id")}
#: What moves are told in: the quadrant, or the cell of the nine-box.
QUADRANT, CELL = "quadrant", "cell"
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


def flows_between(
    level: Level, before: SegmentationRun, after: SegmentationRun, viewer: User, by: str = QUADRANT
) -> list[Flow]:
    """Return the flows between the quadrants (or cells) of two runs, who stayed included; two queries."""
    fields = _fields(level, by)
    earlier = [f"before_{field}" for field in fields]
    rows = _with_before(results_of(level, after, viewer), level, before, by)
    counts: dict[tuple[str, str], int] = {}
    for row in rows.values(*earlier, *fields).annotate(n=Count("pk")).order_by():
        ends = _label(row, earlier), _label(row, fields)
        counts[ends] = counts.get(ends, 0) + row["n"]
    lost = gone_rows(level, before, after, viewer)
    for row in lost.values(*fields).annotate(n=Count("pk")).order_by():
        ends = _label(row, fields), ""
        counts[ends] = counts.get(ends, 0) + row["n"]
    place = {name: index for index, name in enumerate((*labels_of(level, by), ""))}
    found = [Flow(*ends, n) for ends, n in counts.items()]
    return sorted(found, key=lambda flow: (place[flow.before], place[flow.after]))


def labels_of(level: Level, by: str) -> tuple[str, ...]:
    """Return all quadrants, or all cells, in the order of pictures: the best first."""
    if by == QUADRANT:
        return QUADRANTS
    columns = "XYZN" if level == "customers" else "ABC"
    return tuple(row + column for row in "ABC" for column in columns)


def _fields(level: Level, by: str) -> tuple[str, ...]:
    """The fields that make a label: stores stand in potential class × own class, an empty one is C."""
    if by == QUADRANT:
        return ("quadrant",)
    return ("cell",) if level == "customers" else ("potential_class", "own_class")


def _label(row: Row, fields: Sequence[str]) -> str:
    values = [row[field] for field in fields]
    return "" if values[0] is None else "".join(value or "C" for value in values)


def _is(label: str, fields: Sequence[str]) -> Q:
    """The condition that the fields make this label."""
    if len(fields) == 1:
        return Q(**{fields[0]: label})
    condition = Q()
    for field, value in zip(fields, label, strict=True):
        condition &= Q(**{f"{field}__in": [value, ""] if value == "C" else [value]})
    return condition


def moved_rows(
    level: Level,
    before: SegmentationRun,
    after: SegmentationRun,
    viewer: User,
    *,
    flow: tuple[str, str] | None = None,
    large_only: bool = False,
    limit: int = LONGEST,
    by: str = QUADRANT,
) -> list[Row]:
    """Return named rows whose quadrant (or cell) differs, the largest buyers first.

    Each carries ``before_quadrant``, ``before_share``, and its ``label`` and ``before_label`` in the terms of
    ``by``, and the ids of ``KEYS``. ``flow`` keeps one flow (also one that stayed, came or went),
    ``large_only`` those that were or are large buyers.
    """
    fields = _fields(level, by)
    earlier = [f"before_{field}" for field in fields]
    more = {"before_quadrant", "before_share", *earlier, *KEYS[level]}
    if flow is not None and not flow[1]:
        lost = gone_rows(level, before, after, viewer).filter(_is(flow[0], fields))
        rows = named_rows(lost, level, *KEYS[level]).order_by("-potential", "pk")[:limit]
        return [
            {
                **row,
                "before_quadrant": row["quadrant"],
                "before_share": row["share"],
                "before_label": flow[0],
                "label": "",
                "is_gone": True,
            }
            for row in rows
        ]
    found = _with_before(results_of(level, after, viewer), level, before, by)
    if flow is not None:
        came = _is(flow[0], earlier) if flow[0] else Q(**{f"{earlier[0]}__isnull": True})
        found = found.filter(_is(flow[1], fields)).filter(came)
    else:
        stayed = Q()
        for was, now in zip(earlier, fields, strict=True):
            stayed &= Q(**{was: F(now)})
        found = found.filter(**{f"{earlier[0]}__isnull": False}).exclude(stayed)
    if large_only:
        found = found.filter(Q(quadrant__in=POOL) | Q(before_quadrant__in=POOL))
    named = named_rows(found, level, *sorted(more)).order_by("-potential", "pk")[:limit]
    return [{**row, "before_label": _label(row, earlier), "label": _label(row, fields)} for row in named]


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


def _with_before(
    rows: QuerySet[Any], level: Level, before: SegmentationRun, by: str = QUADRANT
) -> QuerySet[Any]:
    """Rows with what they were in another run, as ``before_…``; null where they were not there."""
    earlier = _same(level, before)
    wanted = {"quadrant", "share", *_fields(level, by)}
    found: QuerySet[Any] = rows.annotate(
        **{f"before_{field}": Subquery(earlier.values(field)[:1]) for field in sorted(wanted)}
    )
    return found


def _same(level: Level, run: SegmentationRun) -> QuerySet[Any]:
    """The row of the same customer (or store and category) in another run."""
    if level == "customers":
        return CustomerResult.objects.filter(run=run, customer=OuterRef("customer"))
    return StoreResult.objects.filter(run=run, store=OuterRef("store"), category=OuterRef("category"))
