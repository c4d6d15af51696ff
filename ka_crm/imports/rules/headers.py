"""Finding our fields among somebody's headers."""

import hashlib
import re
from collections.abc import Sequence

from ka_crm.imports.rules.fields import Field
from ka_crm.imports.rules.mapping import ColumnRef, Mapping
from ka_crm.lib.spreadsheets import Cell, FileRefused, cell_text

_NOISE = re.compile(r"[^a-z0-9\u0080-\uffff]+")


def header_texts(cells: Sequence[Cell]) -> list[str]:
    """Return the headers, trimmed. Raises ``FileRefused`` where one stands twice or none at all."""
    headers = [cell_text(cell) for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise FileRefused("The first line holds no headers.")
    seen: set[str] = set()
    for header in headers:
        if header and header.casefold() in seen:
            raise FileRefused(f'The header "{header}" stands twice.')
        seen.add(header.casefold())
    return headers


def plain(text: str) -> str:
    """Return a header without case, spaces and signs, for comparison.

    >>> plain("Invoice/Item Number"), plain("CustomerID") == plain("customer_id")
    ('invoiceitemnumber', True)
    """
    return _NOISE.sub("", text.casefold())


def signature(headers: Sequence[str]) -> str:
    """A fingerprint of a header line, by which a mapping is remembered."""
    return hashlib.sha256("\x1f".join(plain(header) for header in headers).encode()).hexdigest()


def column_index(ref: ColumnRef, headers: Sequence[str], *, has_header: bool) -> int:
    """Return the position (from 0) of a column given by header or number. Raises ``FileRefused``."""
    if has_header:
        text = str(ref)
        for compare in (str, str.casefold, plain):
            wanted = compare(text)
            for position, header in enumerate(headers):
                if header and compare(header) == wanted:
                    return position
    if isinstance(ref, int) or ref.isdigit():
        number = int(ref)
        if 1 <= number <= len(headers):
            return number - 1
    raise FileRefused(f'The file has no column "{ref}".')


def guessed_columns(headers: Sequence[str], fields: Sequence[Field]) -> dict[str, str]:
    """Return {field: header} by name first and by synonyms second; each header is used once."""
    found: dict[str, str] = {}
    free = [header for header in headers if header]
    for names in (lambda item: (item.name, item.label), lambda item: item.synonyms):
        for item in fields:
            if item.name in found:
                continue
            wanted = {plain(name) for name in names(item)}
            match = next((header for header in free if plain(header) in wanted), None)
            if match is not None:
                found[item.name] = match
                free.remove(match)
    return found


def columns_used(mapping: Mapping, headers: Sequence[str], fields: Sequence[Field]) -> dict[str, int]:
    """Return {field: position from 0} for a mapping on this header line.

    Where the mapping names columns, only required fields are looked for besides them, by their own name.
    Raises ``FileRefused`` for a column that the file does not have.
    """
    taken = {mapping.unpivot.into, mapping.unpivot.value} if mapping.unpivot else set()
    used = {
        name: column_index(ref, headers, has_header=mapping.header) for name, ref in mapping.columns.items()
    }
    if not mapping.header:
        return used
    if mapping.columns:
        spare = [item for item in fields if item.required and item.name not in used]
        guesses = {
            item.name: header for item in spare for header in headers if header.casefold() == item.name
        }
    else:
        guesses = guessed_columns(headers, fields)
    for name, header in guesses.items():
        if name not in taken and name not in mapping.constants:
            used.setdefault(name, headers.index(header))
    return {name: position for name, position in used.items() if name not in taken}
