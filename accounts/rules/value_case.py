"""What a year with us brings the customer, in money. Pure; amounts in currency units."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_CENTS = Decimal("0.01")


@dataclass(frozen=True)
class Gain:
    """What they gain in a year; ``None`` is unknown and never 0.

    Attributes:
        margin: turnover × (their margin with us − their margin in the category); may be negative.
        savings: what they save.
        total: the sum of what is known; ``is_partial`` where one of the two is not.
    """

    margin: Decimal | None
    savings: Decimal | None
    total: Decimal | None
    is_partial: bool


def gain(
    turnover: Decimal | None,
    margin_share: Decimal | None,
    category_margin_share: Decimal | None,
    savings: Decimal | None,
) -> Gain:
    """Return turnover × (margin − category margin) + savings, each where it is known.

    >>> gain(Decimal(100000), Decimal("0.28"), Decimal("0.25"), Decimal(500)).total
    Decimal('3500.00')
    """
    margin = None
    if turnover is not None and margin_share is not None and category_margin_share is not None:
        margin = (turnover * (margin_share - category_margin_share)).quantize(_CENTS, rounding=ROUND_HALF_UP)
    known = [part for part in (margin, savings) if part is not None]
    total = sum(known, Decimal(0)).quantize(_CENTS) if known else None
    return Gain(margin, savings, total, is_partial=len(known) == 1)
