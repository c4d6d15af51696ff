"""How an account buys, in a few figures: how often, how much at a time, how varied, with what margin.

Volume alone or margin alone is not enough to call an account good; each figure keeps what it was taken from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class GrossMargin:
    """Gross profit of the part of purchases whose cost is known; ten-thousandths and fractions.

    Attributes:
        profit: net amount less cost of lines with a cost.
        share: profit as a part of their net amount; None where that is not above 0.
        costed_share: their part of all net amounts; None where all is not above 0.
        is_complete: every line has a cost.
    """

    profit: int
    share: float | None
    costed_share: float | None
    is_complete: bool


def gross_margin(
    *, net: int, costed_net: int, cost: int, lines: int, costed_lines: int
) -> GrossMargin | None:
    """Return the margin where cost is known; None where no line has one.

    Args:
        net: of all lines. costed_net, cost: of lines with a cost. lines, costed_lines: how many.
    """
    if not costed_lines:
        return None
    profit = costed_net - cost
    return GrossMargin(
        profit=profit,
        share=profit / costed_net if costed_net > 0 else None,
        costed_share=costed_net / net if net > 0 else None,
        is_complete=costed_lines == lines,
    )


def contribution(margin: GrossMargin | None, serving: Mapping[str, int]) -> int | None:
    """Gross profit less what serving costs; None while a line has no cost or no kind of service has any.

    Args:
        serving: cost to serve by kind, ten-thousandths, of the same months.
    """
    if margin is None or not margin.is_complete or not serving:
        return None
    return margin.profit - sum(serving.values())


def orders_a_month(order_days: int, months: int) -> float | None:
    """Order days by month with known sales; None without such months."""
    return order_days / months if months else None


def part_of_first(amounts: Sequence[int]) -> float | None:
    """Part of the largest in all that was bought; None where nothing was, credits left aside."""
    bought = [amount for amount in amounts if amount > 0]
    return max(bought) / sum(bought) if bought else None


def growth(now: int, before: int | None) -> float | None:
    """Change against the same months a year before, as a fraction; None where those are not above nothing."""
    return now / before - 1 if before is not None and before > 0 else None


def number_bought(amounts: Iterable[int]) -> int:
    """How many of these were bought at all; what only came back is not bought."""
    return sum(amount > 0 for amount in amounts)
