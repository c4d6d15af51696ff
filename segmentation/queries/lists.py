"""The two lists side by side: by what accounts buy from us, and by what they buy at all."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from segmentation.queries.results import Level, Row, named_rows

KEPT, MISSED, MISFILED = "kept", "missed", "misfiled"
MARKS = (KEPT, MISSED, MISFILED)
#: Rows of either list that a page draws; the rest is in the download.
LONGEST = 400


@dataclass(frozen=True)
class Coverage:
    """What each list holds of everything bought; amounts in ten-thousandths, parts 0–1."""

    kept: int
    missed: int
    misfiled: int
    missed_by_quadrant: dict[str, int]
    misfiled_by_quadrant: dict[str, int]
    all_count: int
    all_amount: int
    old_amount: int
    new_amount: int
    gap_missed_amount: int

    @property
    def size(self) -> int:
        """Length of the list by potential."""
        return self.kept + self.missed

    @property
    def old_size(self) -> int:
        """Length of the sales list; the same as ``size`` for whoever sees everything."""
        return self.kept + self.misfiled

    @property
    def old_part(self) -> float:
        return self.old_amount / self.all_amount if self.all_amount > 0 else 0.0

    @property
    def new_part(self) -> float:
        return self.new_amount / self.all_amount if self.all_amount > 0 else 0.0


def coverage(rows: QuerySet[Any]) -> Coverage:
    """Return counts of kept, missed and misfiled rows and the potential that each list covers."""
    found = list(
        rows.values("list_mark", "quadrant")
        .annotate(n=Count("pk"), total=Sum("potential"), gap=Sum("gap_amount"))
        .order_by()
    )

    def counted(*marks: str) -> int:
        return sum(row["n"] for row in found if row["list_mark"] in marks)

    def amount(*marks: str) -> int:
        return sum(row["total"] or 0 for row in found if not marks or row["list_mark"] in marks)

    def by_quadrant(mark: str) -> dict[str, int]:
        return {row["quadrant"]: row["n"] for row in found if row["list_mark"] == mark}

    return Coverage(
        kept=counted(KEPT),
        missed=counted(MISSED),
        misfiled=counted(MISFILED),
        missed_by_quadrant=by_quadrant(MISSED),
        misfiled_by_quadrant=by_quadrant(MISFILED),
        all_count=sum(row["n"] for row in found),
        all_amount=amount(),
        old_amount=amount(KEPT, MISFILED),
        new_amount=amount(KEPT, MISSED),
        gap_missed_amount=sum(row["gap"] or 0 for row in found if row["list_mark"] == MISSED),
    )


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
