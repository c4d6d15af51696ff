"""Delivery: on time, in full, and both (OTIF), per order line, per order, and as rates with their counts.

A line is measured against the day that was requested or the day that we confirmed, inside a window of days
around it. What the customer cancelled does not count; what is not due yet is not judged.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Basis = Literal["requested", "confirmed"]

WINDOW = (-1, 0)
"""Days before (negative) and after the due day that are on time."""

CANCELLED, NO_DATE, NOT_DUE = "cancelled", "no_date", "not_due"


@dataclass(frozen=True)
class Delivery:
    """A quantity handed over on a day, in whole ten-thousandths of the unit."""

    quantity: int
    day: date


@dataclass(frozen=True)
class OrderLine:
    """One line of an order, quantities in whole ten-thousandths of the unit.

    Attributes:
        order: code of the order; its lines are judged together.
        requested, confirmed: day asked for, and day we promised; None where not known.
        cancelled: quantity that the customer cancelled.
        mode: delivery mode, to report by.
    """

    order: str
    line: int
    ordered: int
    requested: date | None = None
    confirmed: date | None = None
    deliveries: tuple[Delivery, ...] = ()
    cancelled: int = 0
    mode: str = ""


@dataclass(frozen=True)
class LineResult:
    """How a line did.

    Attributes:
        left_out: why it is not judged (``cancelled``, ``no_date``, ``not_due``), "" where it is; the other
            figures are None then.
        on_time: something came, and everything that came was inside the window.
        in_full: what came on any day is at least what was ordered.
        otif: what came inside the window is at least what was ordered.
        fill: part of the ordered quantity that came inside the window, 0–1.
    """

    line: OrderLine
    left_out: str = ""
    on_time: bool | None = None
    in_full: bool | None = None
    otif: bool | None = None
    fill: float | None = None


@dataclass(frozen=True)
class Rate:
    """``hits`` of ``of``; never shown without them."""

    hits: int
    of: int

    @property
    def share(self) -> float | None:
        """The rate; None where nothing was judged."""
        return self.hits / self.of if self.of else None


@dataclass(frozen=True)
class DeliveryRates:
    """Rates over the lines judged, and over the orders all of whose lines are.

    Attributes:
        fill: mean fill of the lines; None without any.
        left_out: reason → number of lines not judged.
    """

    line_otif: Rate
    order_otif: Rate
    on_time: Rate
    in_full: Rate
    fill: float | None
    left_out: dict[str, int]


def judge_line(
    line: OrderLine, as_of: date, basis: Basis = "requested", window: tuple[int, int] = WINDOW
) -> LineResult:
    """Judge one line as known on ``as_of``.

    A line is judged once its window has closed, or earlier when all of it has come. Nothing delivered by
    then fails. Deliveries after ``as_of`` are plans and do not count.
    """
    wanted = line.ordered - line.cancelled
    due = line.requested if basis == "requested" else line.confirmed
    if wanted <= 0:
        return LineResult(line, CANCELLED)
    if due is None:
        return LineResult(line, NO_DATE)
    came = [part for part in line.deliveries if part.quantity > 0 and part.day <= as_of]
    first, last = window
    inside = [part for part in came if first <= (part.day - due).days <= last]
    total, in_window = (sum(part.quantity for part in parts) for parts in (came, inside))
    if (as_of - due).days <= last and total < wanted:
        return LineResult(line, NOT_DUE)
    return LineResult(
        line,
        on_time=bool(came) and len(inside) == len(came),
        in_full=total >= wanted,
        otif=in_window >= wanted,
        fill=min(1.0, in_window / wanted),
    )


def delivery_rates(results: Iterable[LineResult]) -> DeliveryRates:
    """Rates over lines and orders. An order passes when all its lines do.

    An order with a line that is not due yet is not judged; cancelled lines and lines without a date are no
    part of it.
    """
    results = list(results)
    judged = [result for result in results if not result.left_out]
    left_out: dict[str, int] = defaultdict(int)
    orders: dict[str, list[LineResult]] = defaultdict(list)
    for result in results:
        if result.left_out:
            left_out[result.left_out] += 1
        if result.left_out not in (CANCELLED, NO_DATE):
            orders[result.line.order].append(result)
    whole = [lines for lines in orders.values() if all(not line.left_out for line in lines)]
    fills = [result.fill for result in judged if result.fill is not None]
    return DeliveryRates(
        line_otif=Rate(sum(bool(result.otif) for result in judged), len(judged)),
        order_otif=Rate(sum(all(line.otif for line in lines) for lines in whole), len(whole)),
        on_time=Rate(sum(bool(result.on_time) for result in judged), len(judged)),
        in_full=Rate(sum(bool(result.in_full) for result in judged), len(judged)),
        fill=sum(fills) / len(fills) if fills else None,
        left_out=dict(left_out),
    )


def rates_by_mode(results: Sequence[LineResult]) -> dict[str, DeliveryRates]:
    """The rates of each delivery mode, in the order of their names."""
    modes = sorted({result.line.mode for result in results})
    return {mode: delivery_rates(r for r in results if r.line.mode == mode) for mode in modes}
