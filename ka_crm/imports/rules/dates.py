"""Dates and months as files write them."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.problems import CellError
from ka_crm.lib.spreadsheets import BadCell, Cell

FIRST_DAY = dt.date(1950, 1, 1)
_ISO = re.compile(
    r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?\Z",
    re.ASCII,
)
_ISO_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})\Z|(\d{4})(\d{2})\Z", re.ASCII)
#: What is tried, and offered, where dates are not of the form 2022-10-31.
FORMATS = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %B %Y",
    "%Y年%m月%d日",
    "%Y-%d-%m",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%y %H:%M",
    "%d.%m.%Y %H:%M",
    "%b %Y",
    "%B %Y",
    "%b-%y",
    "%m/%Y",
    "%m.%Y",
    "%G-W%V",
)


def day_in(
    cell: Cell, date_format: str = "", *, latest: dt.date | None, is_month: bool = False
) -> dt.date | None:
    """Return the day; ``None`` for blank. Without ``date_format`` only 2022-10-31-like text and date cells.

    Months come back as their first day and may be written 2022-10. ``latest`` is the last possible day.
    Raises ``CellError``.
    """
    if isinstance(cell, str):
        day = _day_in_text(cell, date_format, is_month)
    elif cell is None:
        return None
    elif isinstance(cell, dt.datetime):
        day = cell.date()
    elif isinstance(cell, dt.date):
        day = cell
    elif isinstance(cell, BadCell):
        raise CellError(cell.reason)
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer():
        day = _day_in_text(str(int(cell)), date_format, is_month)
    else:
        raise CellError(reasons.WRONG_DATE_FORM if date_format else reasons.NOT_A_DATE)
    if day is None:
        return None
    if day < FIRST_DAY:
        raise CellError(reasons.TOO_EARLY)
    if latest is not None and day > latest:
        raise CellError(reasons.IN_THE_FUTURE)
    return day.replace(day=1) if is_month else day


@lru_cache(maxsize=1 << 15)
def _day_in_text(raw: str, date_format: str, is_month: bool) -> dt.date | None:
    text = raw.strip()
    if not text:
        return None
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if text.startswith("#"):
        raise CellError(reasons.SPREADSHEET_ERROR)
    if not date_format:
        return _iso_day(text, is_month)
    day = parsed(text, date_format)
    if day is None and is_month and _ISO_MONTH.match(text):
        return _iso_day(text, is_month)
    if day is None:
        raise CellError(reasons.WRONG_DATE_FORM)
    return day


def _iso_day(text: str, is_month: bool) -> dt.date:
    month = _ISO_MONTH.match(text) if is_month else None
    if month:
        year, number, day = int(month[1] or month[3]), int(month[2] or month[4]), 1
    else:
        found = _ISO.match(text)
        if not found or (not found[2] and len(found[3] + found[4]) != 4):
            raise CellError(reasons.NOT_A_DATE)
        year, number, day = int(found[1]), int(found[3]), int(found[4])
    try:
        return dt.date(year, number, day)
    except ValueError as error:
        raise CellError(reasons.NO_SUCH_DAY) from error


def parsed(text: str, date_format: str) -> dt.date | None:
    """Return the day of ``text`` in a strptime form; ``None`` where it does not fit.

    A form that names a week but no weekday means the week's Monday.
    """
    week = next((mark for mark in ("%V", "%W", "%U") if mark in date_format), "")
    if week and not any(mark in date_format for mark in ("%u", "%w", "%a", "%A")):
        date_format, text = f"{date_format} %u", f"{text} 1"
    try:
        return dt.datetime.strptime(text, date_format).date()
    except ValueError:
        return None


def valid_format(date_format: str) -> bool:
    """Whether a strptime form can name a day or month at all."""
    sample = dt.datetime(2021, 11, 22, 10, 30)
    try:
        return "%" in date_format and parsed(sample.strftime(date_format), date_format) is not None
    except ValueError:
        return False


def fitting_formats(texts: Iterable[str]) -> list[str]:
    """Return the forms under which every one of ``texts`` is a day, the likeliest first.

    >>> fitting_formats(["03/04/2025", "13/04/2025"])
    ['%d/%m/%Y']
    """
    seen = [unicodedata.normalize("NFKC", text.strip()) for text in texts if text.strip()]
    if not seen:
        return []
    return [form for form in FORMATS if all(_plausible(parsed(text, form)) for text in seen)]


def _plausible(day: dt.date | None) -> bool:
    return day is not None and 1950 <= day.year <= 2100
