"""The two lists side by side: by what accounts buy from us, and by what they buy at all."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import Channel, Customer, Region
from ka_crm.people.models import Territory, User
from segmentation.queries.groups import CHAIN, CHANNEL, INDEPENDENT, KAM, NOBODY, REGION, TERRITORY, group_key
from segmentation.queries.results import Level, Row, named_rows
from segmentation.rules.coverage import (
    KEPT,
    MARKS,
    MISFILED,
    MISSED,
    Coverage,
    CoverageRow,
    covered,
    covered_by_group,
)

__all__ = [
    "KEPT", "LONGEST", "MARKS", "MISFILED", "MISSED", "Coverage", "Part", "coverage", "coverage_by",
    "largest_by_sales", "potential_list", "sales_list",
]  # fmt: skip
#: Rows of either list that a page draws; the rest is in the download.
LONGEST = 400
#: Up to so many names are asked for by id, more of them all at once.
_FEW = 500
_MODELS: dict[str, tuple[Any, str]] = {
    CHAIN: (Customer, "code"),
    REGION: (Region, "pk"),
    KAM: (User, "pk"),
    TERRITORY: (Territory, "pk"),
    CHANNEL: (Channel, "pk"),
}


@dataclass(frozen=True)
class Part:
    """One group: what its address calls it, its name (empty for who has none), and its sums."""

    key: str
    name: str
    sums: Coverage


def coverage(rows: QuerySet[Any]) -> Coverage:
    """Return counts of kept, missed and misfiled rows and the potential that each list covers; one query."""
    return covered(_summed(rows))


def coverage_by(rows: QuerySet[Any], level: Level, by: str) -> list[Part]:
    """Return the same of every group, the one with the most to win first; two queries at most.

    ``by`` is one of ``DIMENSIONS``. Chains of one store stand together as ``INDEPENDENT``; rows without a
    group (no region, nobody answers for them) stand together without a key.
    """
    keyed = rows.annotate(group=group_key(level, by))
    groups = covered_by_group(_summed(keyed, "group"))
    names = _group_names(by, [key for key in groups if key is not None])
    parts = []
    for key, sums in groups.items():
        nobody = (INDEPENDENT if by == CHAIN else NOBODY, "")
        code, name = names.get(key, nobody) if key is not None else nobody
        parts.append(Part(code, name, sums))
    return parts


def _summed(rows: QuerySet[Any], *group: str) -> list[CoverageRow]:
    found = rows.values(*group, "list_mark", "quadrant").annotate(
        n=Count("pk"), total=Sum("potential"), gap=Sum("gap_amount")
    )
    return [
        CoverageRow(
            row.get("group"), row["list_mark"], row["quadrant"], row["n"], row["total"] or 0, row["gap"] or 0
        )
        for row in found.order_by()
    ]


def _group_names(by: str, keys: list[Any]) -> dict[Any, tuple[str, str]]:
    """What an address and a page call each group: its code or id, and its name."""
    model, code = _MODELS[by]
    rows = model.objects.values_list("pk", code, "name")
    if len(keys) <= _FEW:
        rows = rows.filter(pk__in=keys)
    return {pk: (str(found), name) for pk, found, name in rows}


def sales_list(rows: QuerySet[Any], level: Level, mark: str = "", limit: int | None = LONGEST) -> list[Row]:
    """Return the list by own sales, largest first; ``mark`` keeps only kept or misfiled rows."""
    marks = [mark] if mark else [KEPT, MISFILED]
    named = named_rows(rows.filter(list_mark__in=marks).exclude(list_mark=MISSED), level)
    return list(named.order_by("rank_own", "pk")[:limit])


def potential_list(
    rows: QuerySet[Any], level: Level, mark: str = "", limit: int | None = LONGEST
) -> list[Row]:
    """Return the list by what is bought at all, largest first; ``mark`` keeps only kept or missed rows."""
    marks = [mark] if mark else [KEPT, MISSED]
    named = named_rows(rows.filter(list_mark__in=marks).exclude(list_mark=MISFILED), level)
    return list(named.order_by("rank_potential", "pk")[:limit])


def largest_by_sales(rows: QuerySet[Any], level: Level, limit: int) -> list[Row]:
    """Return the rows that buy most from us: the left list where no total is known yet."""
    named = named_rows(rows.filter(Q(rank_own__isnull=False)), level)
    return list(named.order_by("rank_own", "pk")[:limit])
