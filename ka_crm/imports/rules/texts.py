"""Codes, names, mail and web addresses."""

import re
import unicodedata
from functools import lru_cache

from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.problems import CellError
from ka_crm.lib.spreadsheets import BadCell, Cell, cell_text

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
_WEB = re.compile(r"https?://[^\s/$.?#].[^\s]*\Z", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SHEET_ERROR = re.compile(r"#(REF!|DIV/0!|NAME\?|VALUE!|NUM!|NULL!|N/A)\Z", re.IGNORECASE)
_EXACT = 2**53


def code_in(cell: Cell, longest: int = 60) -> str | None:
    """Return a code as text, unchanged but for spaces and full-width letters; ``None`` for blank.

    A number cell of a workbook loses its ``.0``; one too long to be exact is an error.
    Raises ``CellError``.

    >>> code_in(" 00123 "), code_in(123.0), code_in("NA")
    ('00123', '123', 'NA')
    """
    if isinstance(cell, str):
        return _code_text(cell, longest)
    if isinstance(cell, BadCell):
        raise CellError(cell.reason)
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= _EXACT:
        raise CellError(reasons.CODE_LOST_DIGITS)
    return _code_text(cell_text(cell), longest)


@lru_cache(maxsize=1 << 16)
def _code_text(text: str, longest: int) -> str | None:
    code = text.strip()
    if not code.isascii():
        code = unicodedata.normalize("NFKC", code).strip()
    if not code:
        return None
    if _SHEET_ERROR.match(code):
        raise CellError(reasons.SPREADSHEET_ERROR)
    if "/" in code:
        raise CellError(reasons.SLASH_IN_CODE)
    return _checked(code, longest)


def document_in(cell: Cell, longest: int = 60) -> str | None:
    """Return a document or line number: like a code, but slashes are common there."""
    if isinstance(cell, BadCell):
        raise CellError(cell.reason)
    if isinstance(cell, float) and abs(cell) >= _EXACT:
        raise CellError(reasons.CODE_LOST_DIGITS)
    text = cell_text(cell)
    return _checked(text, longest) if text else None


def text_in(cell: Cell, longest: int) -> str | None:
    """Return a text, trimmed; ``None`` for blank. Raises ``CellError``."""
    if isinstance(cell, BadCell):
        raise CellError(cell.reason)
    text = cell_text(cell)
    return _checked(text, longest) if text else None


def _checked(text: str, longest: int) -> str:
    if len(text) > longest:
        raise CellError(reasons.TOO_LONG)
    if _CONTROL.search(text):
        raise CellError(reasons.CONTROL_LETTERS)
    return text


def mail_in(cell: Cell) -> str | None:
    """Return a mail address in small letters. Raises ``CellError``."""
    text = text_in(cell, 254)
    if text is None:
        return None
    if not _MAIL.match(text):
        raise CellError(reasons.NOT_MAIL)
    return text.lower()


def web_in(cell: Cell) -> str | None:
    """Return a web address; one without ``https://`` gets it. Raises ``CellError``."""
    text = text_in(cell, 190)
    if text is None:
        return None
    address = text if "://" in text else f"https://{text}"
    if not _WEB.match(address):
        raise CellError(reasons.NOT_WEB)
    return address
