"""Looking at a workbook's archive before any parser does."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ka_crm.lib.spreadsheets.cells import BadCell
from ka_crm.lib.spreadsheets.refusal import FileRefused

LARGEST_UNPACKED = 1 << 30
LARGEST_RATIO = 150
SMALL_PART = 8 << 20
_MOST_BAD_CELLS = 100_000
_BLOCK = 1 << 20
_ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_CELL = re.compile(rb'<c\s[^>]*?r="([A-Z]{1,3})(\d{1,7})"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_VALUE = re.compile(rb"<v[^>]*>([^<]+)</v>|<is>")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def check_archive(path: Path) -> None:
    """Refuse archives that are damaged, encrypted, full of macros, or made to blow up."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_sizes(parts)
            names = {part.filename for part in parts}
            if any(part.flag_bits & 1 for part in parts):
                raise FileRefused("The workbook is protected by a password.")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise FileRefused("The workbook holds macros. Save it as XLSX without macros.")
            if "xl/workbook.xml" not in names:
                raise FileRefused("This is an archive, but not an XLSX workbook.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(archive, part)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise FileRefused("The workbook is cut off or damaged.") from error


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    if unpacked > LARGEST_UNPACKED or len(parts) > 5000:
        raise FileRefused("The workbook is too large when unpacked.")
    if unpacked > SMALL_PART and unpacked / packed > LARGEST_RATIO:
        raise FileRefused("The workbook grows suspiciously large when unpacked.")


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Declarations of entities stand at the start of a part; honest workbooks have none."""
    with archive.open(part) as stream:
        head = stream.read(4096)
    if _ENTITY.search(head) or _ENTITY.search(head.replace(b"\0", b"")):
        raise FileRefused("The workbook declares entities, which honest workbooks never do.")


def sheet_part(path: Path, name: str) -> str:
    """Return the archive's name for the XML of the sheet called ``name``; empty if not found."""
    with zipfile.ZipFile(path) as archive:
        try:
            book = fromstring(archive.read("xl/workbook.xml"))
            relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        except (KeyError, ParseError, DefusedXmlException) as error:
            raise FileRefused("The workbook is cut off or damaged.") from error
        ids = {node.get("name"): node.get(_RELATION) for node in book.iter() if node.tag.endswith("}sheet")}
        targets = {node.get("Id"): node.get("Target") or "" for node in relations}
        target = targets.get(ids.get(name), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        return part if part in archive.namelist() else ""


def cell_count(path: Path, part: str) -> tuple[int, int]:
    """Return (rows, cells) of a sheet's XML without keeping any of it."""
    rows = cells = 0
    with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
        tail = b""
        while block := stream.read(_BLOCK):
            chunk = tail + block
            rows += chunk.count(b"</row>")
            cells += chunk.count(b"<c ")
            # What may be the beginning of either mark is looked at again with the next block.
            tail = chunk[chunk.rfind(b"<") :] if b"<" in chunk[-6:] else b""
    return rows, cells


def sheet_parts(path: Path) -> list[str]:
    """Return the archive's names of the sheets' XML, in the order of the workbook."""
    with zipfile.ZipFile(path) as archive:
        try:
            book = fromstring(archive.read("xl/workbook.xml"))
        except (KeyError, ParseError, DefusedXmlException) as error:
            raise FileRefused("The workbook is cut off or damaged.") from error
    names = [node.get("name") or "" for node in book.iter() if node.tag.endswith("}sheet")]
    return [part for part in (sheet_part(path, name) for name in names) if part]


def bad_cells(path: Path, part: str) -> dict[tuple[int, int], BadCell]:
    """Return the cells (row, column from 1) with an error or a formula that was never computed.

    Parsers give both as empty cells, and an empty cell could be stored as "not stated".
    """
    found: dict[tuple[int, int], BadCell] = {}
    for chunk in _cell_chunks(path, part):
        if b"<f" not in chunk and b't="e"' not in chunk:
            continue
        for column, row, attributes, content in _CELL.findall(chunk):
            bad = _bad_cell(attributes, content)
            if bad:
                found[int(row), column_number(column.decode())] = bad
                if len(found) > _MOST_BAD_CELLS:
                    raise FileRefused(
                        "The workbook is full of formulas without values. Save it again with values."
                    )
    return found


def _bad_cell(attributes: bytes, content: bytes) -> BadCell | None:
    value = _VALUE.search(content)
    if b't="e"' in attributes:
        shown = value.group(1).decode(errors="replace") if value and value.group(1) else "#ERROR"
        return BadCell(shown, "the cell holds a spreadsheet error")
    if b"<f" in content and not value and b't="str"' not in attributes:
        return BadCell("=…", "a formula without a stored value")
    return None


def _cell_chunks(path: Path, part: str) -> Iterator[bytes]:
    """Yield the sheet's XML in pieces that end with a whole cell."""
    with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
        rest = b""
        while block := stream.read(_BLOCK):
            rest += block
            cut = rest.rfind(b"<c ")
            if cut > 0:
                yield rest[:cut]
                rest = rest[cut:]
            elif len(rest) > 32 * _BLOCK:
                raise FileRefused("A cell of the workbook is far too large.")
        yield rest


def column_number(letters: str) -> int:
    """Return the number of a column from its letters.

    >>> column_number("A"), column_number("AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
