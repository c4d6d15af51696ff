"""How numbers are written for people: money, units, shares, rounded estimates.

Amounts and units come as whole ten-thousandths, shares as fractions; ``None`` is unknown and is
written as a dash, never as 0. Grouping and decimal marks follow the active language.
"""

from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils.formats import number_format

from ka_crm.lib.money import SCALE

UNKNOWN = "–"
MINUS = "\u2212"
NARROW_SPACE = "\u202f"
#: Three figures are what an estimate is worth (percentages keep one decimal).
FIGURES = 3
_SYMBOLS = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "¥", "INR": "₹", "KRW": "₩",
    "UAH": "₴", "RUB": "₽", "TRY": "₺", "PLN": "zł", "BRL": "R$", "MXN": "$", "CAD": "$", "AUD": "$",
}  # fmt: skip
Number = int | float | Decimal
#: From this size on, divided by this, written with this letter.
_SHORT_UNITS = ((999_500_000, 10**9, "bn"), (999_500, 10**6, "M"), (1_000, 10**3, "k"))


def currency_symbol() -> str:
    """The sign written before amounts; the code and a narrow space where there is no sign."""
    code: str = getattr(settings, "KA_CURRENCY", "USD")
    return _SYMBOLS.get(code, code + NARROW_SPACE)


def number_text(value: Number, decimals: int = 0) -> str:
    """Write a plain number, grouped, with the true minus sign.

    >>> number_text(-1234.5, 1)
    '−1,234.5'
    """
    places = Decimal(1).scaleb(-decimals)
    rounded = Decimal(str(value)).quantize(places, rounding=ROUND_HALF_UP)
    text = number_format(abs(rounded), decimal_pos=decimals, use_l10n=True, force_grouping=True)
    return (MINUS if rounded < 0 else "") + text


def money_text(scaled: int | None, *, symbol: bool = True, decimals: int = 0) -> str:
    """Write an amount in ten-thousandths, grouped, without cents unless asked for."""
    if scaled is None:
        return UNKNOWN
    text = number_text(Decimal(int(scaled)) / SCALE, decimals)
    sign, digits = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    return f"{sign}{currency_symbol() if symbol else ''}{digits}"


def money_short_text(scaled: int | None) -> str:
    """Write an amount in ten-thousandths at a glance: ``$5.16 M``, ``$663 k``, ``$850``."""
    if scaled is None:
        return UNKNOWN
    value = Decimal(int(scaled)) / SCALE
    size = abs(value)
    sign = MINUS if value < 0 else ""
    for limit, divisor, unit in _SHORT_UNITS:
        if size >= limit:
            figure = size / divisor
            decimals = (2 if figure < 100 else 0) if unit != "k" else (1 if figure < Decimal("9.95") else 0)
            return f"{sign}{currency_symbol()}{number_text(figure, decimals)}{NARROW_SPACE}{unit}"
    return f"{sign}{currency_symbol()}{number_text(size)}"


def three_figures(value: Number) -> Decimal:
    """Round to three figures: 45301 becomes 45300; numbers below 100 keep at most one decimal."""
    number = Decimal(str(value))
    if not number:
        return number
    exponent = number.adjusted() - (FIGURES - 1)
    return number.quantize(Decimal(1).scaleb(max(exponent, -1)), rounding=ROUND_HALF_UP)


def about_money_text(scaled: int | None) -> str:
    """Write an estimated amount rounded to three figures: ``$45,300`` (the word "about" is the caller's)."""
    if scaled is None:
        return UNKNOWN
    rounded = three_figures((Decimal(int(scaled)) / SCALE).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return money_text(int(rounded) * SCALE)


def units_text(scaled: int | None) -> str:
    """Write a counted quantity in ten-thousandths; decimals only where the count has them."""
    if scaled is None:
        return UNKNOWN
    value = (Decimal(int(scaled)) / SCALE).normalize()
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return number_text(value, decimals)


def percent_text(share: Number | None, decimals: int = 1) -> str:
    """Write a fraction as a percentage with a narrow no-break space: ``25.1 %``."""
    if share is None:
        return UNKNOWN
    return f"{number_text(Decimal(str(share)) * 100, decimals)}{NARROW_SPACE}%"
