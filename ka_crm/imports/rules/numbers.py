"""Numbers as people write them: currency signs, thousands, brackets, percent."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.problems import CellError
from ka_crm.lib.money import to_scaled
from ka_crm.lib.spreadsheets import BadCell, Cell

_PLAIN = re.compile(r"(-?)(\d{1,11})(?:\.(\d{1,4}))?\Z", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(inf|infinity|nan)\Z", re.IGNORECASE)
_CURRENCY_WORD = re.compile(
    r"\A(-?\(?)(?:(?:US|CA|AU|HK|NT|NZ|C|A|R|S)(?=\$)|[A-Z]{3}\s*(?=[\d(.,+-]))|(?<=[\d)-])\s*(?:[A-Z]{3}|元)(?=\)?\Z)"
)
_SPACES = re.compile(r"[\s'\u2019\u00a0\u202f]")
_GROUPED = re.compile(r"\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?\Z", re.ASCII)
_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)(E[+-]?\d{1,3})?\Z", re.ASCII | re.IGNORECASE)
_SPACED = re.compile(r"[+-]?\d{1,3}([\s'\u2019]\d{3})+([.,]\d*)?\Z", re.ASCII)


def scaled_amount(cell: Cell, decimal: str = ".") -> int | None:
    """Return an amount or a count as whole ten-thousandths, rounded half up; ``None`` for blank.

    Raises ``CellError``.

    >>> scaled_amount("$1,234.50"), scaled_amount("(12.50)"), scaled_amount("1 234,5", ",")
    (12345000, -125000, 12345000)
    """
    if isinstance(cell, str):
        return _scaled_text(cell, decimal)
    return _scaled(decimal_number(cell, decimal))


@lru_cache(maxsize=1 << 16)
def _scaled_text(text: str, decimal: str) -> int | None:
    if decimal == ".":
        plain = _PLAIN.match(text)
        if plain:
            sign, whole, fraction = plain.groups()
            value = int(whole) * 10_000 + (int(fraction.ljust(4, "0")) if fraction else 0)
            return _scaled(Decimal(text)) if len(whole) == 11 else -value if sign else value
    return _scaled(decimal_number(text, decimal))


def _scaled(number: Decimal | None) -> int | None:
    if number is None:
        return None
    try:
        return to_scaled(number)
    except OverflowError as error:
        raise CellError(reasons.TOO_LARGE) from error


def decimal_number(cell: Cell, decimal: str = ".") -> Decimal | None:
    """Return a number exactly as written; ``None`` for blank. ``decimal`` is the decimal sign.

    Understands currency signs, thousands, a minus on either side or brackets, exponents.
    Raises ``CellError``.
    """
    if cell is None:
        return None
    if isinstance(cell, BadCell):
        raise CellError(cell.reason)
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise CellError(reasons.NOT_A_NUMBER)
    if not isinstance(cell, str):
        number = Decimal(repr(cell))
        if not number.is_finite():
            raise CellError(reasons.NOT_FINITE)
        return number
    text = cell.strip()
    return _number_in(text, decimal) if text else None


def _number_in(text: str, decimal: str) -> Decimal:
    text = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    if text.startswith("#"):
        raise CellError(reasons.SPREADSHEET_ERROR)
    if _NOT_FINITE.match(text):
        raise CellError(reasons.NOT_FINITE)
    sign, digits = _without_sign(_without_currency(text))
    if " " in digits or "'" in digits or "\u2019" in digits:
        if not _SPACED.match(digits):
            raise CellError(reasons.NOT_A_NUMBER)
        digits = _SPACES.sub("", digits)
    english = digits if decimal == "." else digits.translate({ord(","): ".", ord("."): ","})
    if "," in english:
        if not _GROUPED.match(english):
            raise CellError(reasons.WRONG_SIGN_OF_DECIMALS if _other_way(english) else reasons.NOT_A_NUMBER)
        english = english.replace(",", "")
    if not _NUMBER.match(english):
        raise CellError(reasons.WRONG_SIGN_OF_DECIMALS if _other_way(english) else reasons.NOT_A_NUMBER)
    try:
        number = Decimal(english)
    except InvalidOperation as error:
        raise CellError(reasons.NOT_A_NUMBER) from error
    if abs(number) > Decimal(10) ** 20:
        raise CellError(reasons.TOO_LARGE)
    return sign * number


def _other_way(english: str) -> bool:
    """Whether the text would be a number with comma and point exchanged."""
    other = english.translate({ord(","): ".", ord("."): ","})
    return bool(_NUMBER.match(other) or _GROUPED.match(other))


def _without_currency(text: str) -> str:
    text = _CURRENCY_WORD.sub(lambda found: found.group(1) or "", text)
    return "".join(letter for letter in text if unicodedata.category(letter) != "Sc").strip()


def _without_sign(text: str) -> tuple[int, str]:
    if text.startswith("(") and text.endswith(")"):
        return -1, text[1:-1].strip()
    for position in (0, -1):
        if text and text[position] in "+-":
            rest = text[1:] if position == 0 else text[:-1]
            return (-1 if text[position] == "-" else 1), rest.strip()
    return 1, text


def share_number(cell: Cell, decimal: str = ".") -> Decimal | None:
    """Return a share as a fraction 0–1; ``24 %`` is 0.24. Raises ``CellError``."""
    percent = False
    if isinstance(cell, str):
        text = unicodedata.normalize("NFKC", cell).strip()
        percent = text.endswith("%")
        cell = text.rstrip("%").strip()
        if percent and not cell:
            raise CellError(reasons.NOT_A_NUMBER)
    number = decimal_number(cell, decimal)
    if number is None:
        return None
    share = number / 100 if percent else number
    if not 0 <= share <= 1:
        raise CellError(reasons.NOT_A_SHARE)
    return share


def whole_number(cell: Cell, decimal: str = ".") -> int | None:
    """Return a count of things, 0 or more. Raises ``CellError``."""
    number = decimal_number(cell, decimal)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise CellError(reasons.NOT_WHOLE)
    if number < 0:
        raise CellError(reasons.NEGATIVE)
    if number > 2_000_000_000:
        raise CellError(reasons.TOO_LARGE)
    return int(number)


def readable_with(text: str, decimal: str) -> bool:
    """Whether ``text`` is a number under this decimal sign."""
    try:
        return decimal_number(text, decimal) is not None
    except CellError:
        return False
