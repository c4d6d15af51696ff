"""What the two lists cover together and apart, of everybody and of each group: a chain, a region, a manager.

Groups are sums of the same rows, so they add up to the whole whatever they are grouped by.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

KEPT, MISSED, MISFILED = "kept", "missed", "misfiled"
MARKS = (KEPT, MISSED, MISFILED)


@dataclass(frozen=True)
class CoverageRow:
    """Accounts or stores of one group with the same mark and quadrant, summed up.

    Attributes:
        group: whose they are; ``None`` is nobody's.
        mark: kept, missed, misfiled, or empty for who is on neither list.
        count: how many; amount: what they buy at all, gap: what is missing to market share, both in
            ten-thousandths.
    """

    group: Hashable
    mark: str
    quadrant: str
    count: int
    amount: int = 0
    gap: int = 0


@dataclass
class Coverage:
    """What each list holds of everything bought; amounts in ten-thousandths, parts 0–1."""

    kept: int = 0
    missed: int = 0
    misfiled: int = 0
    missed_by_quadrant: dict[str, int] = field(default_factory=dict)
    misfiled_by_quadrant: dict[str, int] = field(default_factory=dict)
    all_count: int = 0
    all_amount: int = 0
    both_amount: int = 0
    old_amount: int = 0
    new_amount: int = 0
    gap_missed_amount: int = 0

    @property
    def size(self) -> int:
        """Length of the list by potential."""
        return self.kept + self.missed

    @property
    def old_size(self) -> int:
        """Length of the sales list; the same as ``size`` for whoever sees everything."""
        return self.kept + self.misfiled

    @property
    def both_part(self) -> float:
        """Part of all that the names on both lists buy."""
        return _part(self.both_amount, self.all_amount)

    @property
    def old_part(self) -> float:
        return _part(self.old_amount, self.all_amount)

    @property
    def new_part(self) -> float:
        return _part(self.new_amount, self.all_amount)

    def add(self, row: CoverageRow) -> None:
        """Count one row in."""
        self.all_count += row.count
        self.all_amount += row.amount
        if row.mark == KEPT:
            self.kept += row.count
            self.both_amount += row.amount
        elif row.mark == MISSED:
            self.missed += row.count
            self.missed_by_quadrant[row.quadrant] = self.missed_by_quadrant.get(row.quadrant, 0) + row.count
            self.gap_missed_amount += row.gap
        elif row.mark == MISFILED:
            self.misfiled += row.count
            counted = self.misfiled_by_quadrant.get(row.quadrant, 0)
            self.misfiled_by_quadrant[row.quadrant] = counted + row.count
        if row.mark in (KEPT, MISFILED):
            self.old_amount += row.amount
        if row.mark in (KEPT, MISSED):
            self.new_amount += row.amount


def covered(rows: Iterable[CoverageRow]) -> Coverage:
    """Return the sums of all rows."""
    whole = Coverage()
    for row in rows:
        whole.add(row)
    return whole


def covered_by_group(rows: Iterable[CoverageRow]) -> dict[Hashable, Coverage]:
    """Return the sums of each group, the one with the most to win first.

    The order is gap at the missed, then how many were missed, then what the group buys at all.
    """
    groups: dict[Hashable, Coverage] = {}
    for row in rows:
        groups.setdefault(row.group, Coverage()).add(row)
    order = sorted(
        groups.items(),
        key=lambda item: (
            -item[1].gap_missed_amount, -item[1].missed, -item[1].misfiled, -item[1].all_amount,
            str(item[0]),
        ),
    )  # fmt: skip
    return dict(order)


def together(parts: Iterable[Coverage]) -> Coverage:
    """Return several coverages as one: what a table says of the groups that it does not show."""
    whole = Coverage()
    for part in parts:
        for name in (
            "kept", "missed", "misfiled", "all_count", "all_amount", "both_amount", "old_amount",
            "new_amount", "gap_missed_amount",
        ):  # fmt: skip
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
        for mine, other in (
            (whole.missed_by_quadrant, part.missed_by_quadrant),
            (whole.misfiled_by_quadrant, part.misfiled_by_quadrant),
        ):
            for quadrant, count in other.items():
                mine[quadrant] = mine.get(quadrant, 0) + count
    return whole


def _part(amount: int, whole: int) -> float:
    return amount / whole if whole > 0 else 0.0
