"""The net amount of a sales line from quantity, price and discount."""

SCALE = 10_000


def net_amount(quantity: int, unit_price: int, discount: int = 0) -> int:
    """Return quantity × unit price × (1 − discount), all in ten-thousandths, rounded half up.

    The factors are already rounded to four decimals by being whole ten-thousandths.

    >>> net_amount(120_000, 98_000, 500)  # 12 × 9.80 less 5 %
    1117200
    """
    return rounded_quotient(quantity * unit_price * (SCALE - discount), SCALE * SCALE)


def cost_amount(quantity: int, unit_cost: int) -> int:
    """Return quantity × cost per unit, in ten-thousandths, rounded half up."""
    return rounded_quotient(quantity * unit_cost, SCALE)


def rounded_quotient(number: int, divisor: int) -> int:
    """Return number ÷ divisor rounded half up, away from zero, as invoices are.

    >>> rounded_quotient(25, 10), rounded_quotient(-25, 10), rounded_quotient(24, 10)
    (3, -3, 2)
    """
    sign = -1 if number < 0 else 1
    return sign * ((2 * abs(number) + divisor) // (2 * divisor))
