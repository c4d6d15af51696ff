"""Sums of a run for the pictures: nine-box, quadrants, concentration, the headline market share."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, FloatField, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Cast

from segmentation.queries.results import STORE_OURS, Level
from segmentation.rules.quadrants import QUADRANTS

ROWS = ("A", "B", "C")
COLUMNS: dict[Level, tuple[str, ...]] = {"customers": ("X", "Y", "Z", "N"), "stores": ("A", "B", "C")}


@dataclass
class Cell:
    """Count and money of one cell, row, column or of all; amounts in ten-thousandths."""

    code: str
    count: int = 0
    own_amount: int = 0
    total_amount: int = 0
    attack: int = 0
    never: int = 0
    own_part: float = 0.0
    total_part: float = 0.0

    def add(self, other: "Cell") -> None:
        self.count += other.count
        self.own_amount += other.own_amount
        self.total_amount += other.total_amount
        self.attack += other.attack
        self.never += other.never


@dataclass
class Box:
    """A nine-box: cells by code, sums of rows and columns, and of everything.

    ``pairs`` counts by cell and quadrant, which together decide the service.
    """

    columns: list[str]
    cells: dict[str, Cell]
    rows: dict[str, Cell]
    sums: dict[str, Cell]
    all: Cell = field(default_factory=lambda: Cell(""))
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class QuadrantSum:
    """What the accounts of one quadrant make together; amounts in ten-thousandths."""

    quadrant: str
    count: int = 0
    total_amount: int = 0
    own_amount: int = 0
    gap_amount: int = 0
    share: float | None = None


@dataclass(frozen=True)
class Headline:
    """What the head of a page needs to know of the rows a viewer sees."""

    count: int
    measured: int
    with_potential: int
    market_share: float | None
    class_a_from: int | None
    largest: int | None
    attack: int = 0
    defend: int = 0
    attack_gap_amount: int = 0


def nine_box(rows: QuerySet[Any], level: Level) -> Box:
    """Return the box of the rows: ABC × XYZ for customers, potential class × own class for stores.

    One grouped query. The column N is there only when it holds somebody. Negative sums of returns count
    as they are; parts are of the positive whole.
    """
    first, second, own, never = (
        ("abc", "xyz", "net_sales", Q(has_sales=False))
        if level == "customers"
        else ("potential_class", "own_class", STORE_OURS, Q(share=0))
    )
    grouped = rows.values(first, second, "quadrant").annotate(
        n=Count("pk"),
        own_sum=Sum(own),
        total_sum=Sum("potential"),
        attack=Count("pk", filter=Q(quadrant="attack")),
        never=Count("pk", filter=never),
    )
    box = Box([], {}, {name: Cell(name) for name in ROWS}, {name: Cell(name) for name in COLUMNS[level]})
    for found in grouped.order_by():
        row, column = found[first] or "C", found[second] or "C"
        own_sum, total_sum = found["own_sum"] or 0, found["total_sum"] or 0
        cell = Cell(row + column, found["n"], own_sum, total_sum, found["attack"], found["never"])
        pair = (cell.code, found["quadrant"])
        box.pairs[pair] = box.pairs.get(pair, 0) + cell.count
        box.cells.setdefault(cell.code, Cell(cell.code)).add(cell)
        for whole in (box.rows.get(row), box.sums.get(column), box.all):
            if whole is not None:
                whole.add(cell)
    box.columns = [name for name in COLUMNS[level] if name != "N" or box.sums["N"].count]
    for row in ROWS:
        for column in box.columns:
            box.cells.setdefault(row + column, Cell(row + column))
    for cell in [*box.cells.values(), *box.rows.values(), *box.sums.values(), box.all]:
        cell.own_part = cell.own_amount / box.all.own_amount if box.all.own_amount > 0 else 0.0
        cell.total_part = cell.total_amount / box.all.total_amount if box.all.total_amount > 0 else 0.0
    return box


def quadrant_sums(rows: QuerySet[Any], level: Level) -> dict[str, QuadrantSum]:
    """Return count and money of every quadrant, empty ones too; one grouped query."""
    measured = Q(share__isnull=False)
    found = rows.values("quadrant").annotate(
        n=Count("pk"),
        total=Sum("potential"),
        measured_total=Sum("potential", filter=measured),
        owned=Sum(Cast("potential", FloatField()) * F("share"), filter=measured),
        own_sum=Sum("own_sales" if level == "customers" else STORE_OURS),
        gap=Sum("gap_amount"),
    )
    sums = {name: QuadrantSum(name) for name in QUADRANTS}
    for row in found.order_by():
        sums[row["quadrant"]] = QuadrantSum(
            quadrant=row["quadrant"],
            count=row["n"],
            total_amount=row["total"] or 0,
            own_amount=row["own_sum"] or 0,
            gap_amount=row["gap"] or 0,
            share=row["owned"] / row["measured_total"] if row["measured_total"] else None,
        )
    return sums


def headline(rows: QuerySet[Any]) -> Headline:
    """Return counts, the market share the rows are compared with, and where class A begins; one query.

    The market share is each row's own, weighted by what it buys: with one market it is that market's.
    """
    compared = Q(market_share__isnull=False, potential__gt=0)
    found = rows.aggregate(
        n=Count("pk"),
        measured=Count("pk", filter=Q(share__isnull=False)),
        sized=Count("pk", filter=Q(potential__gt=0)),
        weighted=Sum(Cast("potential", FloatField()) * F("market_share"), filter=compared),
        weight=Sum("potential", filter=compared),
        lowest=Min("potential", filter=Q(potential_class="A", potential__gt=0)),
        highest=Max("potential"),
        attack=Count("pk", filter=Q(quadrant="attack")),
        defend=Count("pk", filter=Q(quadrant="defend")),
        attack_gap=Sum("gap_amount", filter=Q(quadrant="attack")),
    )
    return Headline(
        count=found["n"],
        measured=found["measured"],
        with_potential=found["sized"],
        market_share=found["weighted"] / found["weight"] if found["weight"] else None,
        class_a_from=found["lowest"],
        largest=found["highest"],
        attack=found["attack"],
        defend=found["defend"],
        attack_gap_amount=found["attack_gap"] or 0,
    )


def sorted_amounts(rows: QuerySet[Any], level: Level) -> tuple[list[int], list[int]]:
    """Return what each row buys from us, and at all, each list largest first; only what is above 0."""
    if level == "customers":
        pairs = list(rows.values_list("net_sales", "potential"))
    else:
        pairs = list(rows.annotate(ours=STORE_OURS).values_list("ours", "potential"))
    own = sorted((amount for amount, _ in pairs if amount and amount > 0), reverse=True)
    total = sorted((amount for _, amount in pairs if amount and amount > 0), reverse=True)
    return own, total
