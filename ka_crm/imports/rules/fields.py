"""What an importer can take: its fields, their types, and how a cell becomes a value."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.dates import day_in
from ka_crm.imports.rules.numbers import decimal_number, scaled_amount, share_number, whole_number
from ka_crm.imports.rules.problems import CellError
from ka_crm.imports.rules.texts import code_in, document_in, mail_in, text_in, web_in
from ka_crm.lib.spreadsheets import Cell

Convert = Callable[[Cell], Any]


class FieldType(StrEnum):
    CODE = "code"
    DOCUMENT = "document"
    TEXT = "text"
    DATE = "date"
    MONTH = "month"
    AMOUNT = "amount"
    UNITS = "units"
    SHARE = "share"
    INT = "int"
    FLOAT = "float"
    EMAIL = "email"
    URL = "url"
    YEAR = "year"
    CHOICE = "choice"


@dataclass(frozen=True)
class Field:
    """One thing a line may state.

    ``synonyms`` are headers that mean the same; ``example`` fills the template file; ``may_be_future``
    is for ends of periods; ``of_whole_file`` for what the page asks about the file instead of its rows;
    ``lowest``/``highest`` bound plain numbers; ``choices`` are the values of a CHOICE. Amounts and units
    become whole ten-thousandths, shares a fraction, months their first day.
    """

    name: str
    type: FieldType
    label: str
    required: bool = False
    synonyms: tuple[str, ...] = ()
    example: str = ""
    longest: int = 0
    lowest: float | None = None
    highest: float | None = None
    choices: tuple[str, ...] = ()
    may_be_future: bool = False
    of_whole_file: bool = False


_LONGEST = {FieldType.CODE: 60, FieldType.DOCUMENT: 60, FieldType.TEXT: 120}
DATES = (FieldType.DATE, FieldType.MONTH)
NUMBERS = (FieldType.AMOUNT, FieldType.UNITS, FieldType.SHARE, FieldType.INT, FieldType.FLOAT)


def converter(field: Field, *, decimal: str, date_format: str, today: dt.date) -> Convert:
    """Return the function from a cell to the field's value (``None`` for blank); it raises ``CellError``."""
    longest = field.longest or _LONGEST.get(field.type, 0)
    latest = None if field.may_be_future else today
    day = partial(day_in, date_format=date_format, latest=latest)
    amount = partial(scaled_amount, decimal=decimal)
    converters: dict[FieldType, Convert] = {
        FieldType.CODE: partial(code_in, longest=longest),
        FieldType.DOCUMENT: partial(document_in, longest=longest),
        FieldType.TEXT: partial(text_in, longest=longest),
        FieldType.DATE: day,
        FieldType.MONTH: partial(day, is_month=True),
        FieldType.AMOUNT: amount,
        FieldType.UNITS: amount,
        FieldType.SHARE: partial(share_number, decimal=decimal),
        FieldType.INT: partial(whole_number, decimal=decimal),
        FieldType.FLOAT: partial(_bounded, decimal=decimal, lowest=field.lowest, highest=field.highest),
        FieldType.YEAR: partial(_year, latest=today.year + 5),
        FieldType.CHOICE: partial(_choice, choices=frozenset(field.choices)),
        FieldType.EMAIL: mail_in,
        FieldType.URL: web_in,
    }
    return converters[field.type]


def _bounded(cell: Cell, decimal: str, lowest: float | None, highest: float | None) -> float | None:
    number = decimal_number(cell, decimal)
    if number is None:
        return None
    if (lowest is not None and number < lowest) or (highest is not None and number > highest):
        raise CellError(reasons.OUT_OF_RANGE)
    return float(number)


def _year(cell: Cell, latest: int) -> int | None:
    year = whole_number(cell)
    if year is not None and not 1950 <= year <= latest:
        raise CellError(reasons.NOT_A_YEAR)
    return year


def _choice(cell: Cell, choices: frozenset[str]) -> str | None:
    text = text_in(cell, 60)
    if text is None:
        return None
    word = text.lower().replace(" ", "_").replace("-", "_")
    if word not in choices:
        raise CellError(reasons.NOT_A_CHOICE)
    return word
