"""Amounts and units of facts: whole ten-thousandths in the database and in arrays.

One scale for money and for counted units, so that sums are exact and two engines never differ.
"""

from decimal import ROUND_HALF_UP, Decimal

SCALE = 10_000
_FOUR_PLACES = Decimal("0.0001")
#: Anything larger in one fact is a slip of the keyboard (and could overflow a sum).
LARGEST = 10**15


def to_scaled(value: Decimal | int | str) -> int:
    """Return ``value`` as whole ten-thousandths, rounded half up.

    Raises ``ValueError`` for not-a-number and infinities, ``OverflowError`` beyond ±100 billion.
    """
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("not a finite number")
    if abs(number) * SCALE > LARGEST:
        raise OverflowError("too large")
    return int((number * SCALE).to_integral_value(rounding=ROUND_HALF_UP))


def from_scaled(scaled: int) -> Decimal:
    """Return whole ten-thousandths as a Decimal with four places."""
    return (Decimal(scaled) / SCALE).quantize(_FOUR_PLACES)


def rounded(value: Decimal) -> Decimal:
    """Return ``value`` rounded half up to four places, as factors of a product are."""
    return value.quantize(_FOUR_PLACES, rounding=ROUND_HALF_UP)


def plain(scaled: int | None) -> str:
    """Write ten-thousandths as a plain decimal without trailing zeros; empty for unknown.

    >>> plain(6177607400), plain(12345), plain(-5), plain(None)
    ('617760.74', '1.2345', '-0.0005', '')
    """
    if scaled is None:
        return ""
    sign = "-" if scaled < 0 else ""
    whole, fraction = divmod(abs(scaled), SCALE)
    return f"{sign}{whole}" + (f".{fraction:04d}".rstrip("0") if fraction else "")
