"""Reading a very large sheet piece by piece: only its shared texts are held in memory.

Parsers that give a sheet as a whole need some 90 bytes a cell; a million lines would not fit the limit.
"""

import datetime as dt
import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from defusedxml.ElementTree import iterparse

from ka_crm.lib.spreadsheets.cells import BadCell, Cell
from ka_crm.lib.spreadsheets.refusal import FileRefused

_BLOCK = 1 << 20
_ROW = re.compile(rb'<row\b[^>]*?\br="(\d+)"[^>]*?(?:/>|>(.*?)</row>)', re.DOTALL)
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})\d')
_TYPE = re.compile(rb'\bt="(\w+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_VALUE = re.compile(rb"<v[^>]*>([^<]*)</v>")
_TEXT = re.compile(rb"<t[^>]*>([^<]*)</t>")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_IN_QUOTES = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))


@dataclass
class StreamedTable:
    """One large sheet of a workbook."""

    path: Path
    part: str
    rows_expected: int
    notes: list[str] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    _done: int = 0

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Yield (row number as the spreadsheet shows it, cells); empty rows are left out."""
        self._done = 0
        with zipfile.ZipFile(self.path) as archive:
            reader = _CellReader(_shared_texts(archive), _date_styles(archive), _epoch(archive))
            with archive.open(self.part) as stream:
                width = first = 0
                for number, content in _row_parts(stream):
                    cells = reader.cells(content)
                    self._done += 1
                    if not any(cell != "" for cell in cells.values()):
                        continue
                    if not width:
                        first, width = min(cells), max(cells) - min(cells) + 1
                    last = max(first + width, max(cells) + 1)
                    yield number, [cells.get(column, "") for column in range(first, last)]

    def fraction_read(self) -> float:
        """Return how much of the sheet the present reading has taken, 0–1."""
        return min(1.0, self._done / (self.rows_expected or 1))


def _row_parts(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    rest = b""
    while block := stream.read(_BLOCK):
        rest += block
        cut = rest.rfind(b"</row>")
        if cut < 0:
            if len(rest) > 32 * _BLOCK:
                raise FileRefused("A line of the workbook is far too long.")
            continue
        for found in _ROW.finditer(rest, 0, cut + 6):
            yield int(found[1]), found[2] or b""
        rest = rest[cut + 6 :]


class _CellReader:
    """Turns the XML of a row into cells by column number."""

    def __init__(self, texts: list[str], date_styles: frozenset[bytes], epoch: dt.datetime) -> None:
        self._texts = texts
        self._date_styles = date_styles
        self._epoch = epoch
        self._columns: dict[bytes, int] = {}

    def cells(self, content: bytes) -> dict[int, Cell]:
        """Return {column: cell} of one row."""
        found: dict[int, Cell] = {}
        next_column = 0
        for attributes, inner in _CELL.findall(content):
            place = _PLACE.search(attributes)
            column = self._column(place[1]) if place else next_column
            found[column] = self._cell(attributes, inner)
            next_column = column + 1
        return found

    def _column(self, letters: bytes) -> int:
        number = self._columns.get(letters)
        if number is None:
            number = 0
            for letter in letters:
                number = number * 26 + letter - 64
            self._columns[letters] = number
        return number

    def _cell(self, attributes: bytes, inner: bytes) -> Cell:
        kind = _TYPE.search(attributes)
        sort = kind[1] if kind else b"n"
        if sort == b"inlineStr":
            return _unescaped(b"".join(_TEXT.findall(inner)))
        value = _VALUE.search(inner)
        if value is None or not value[1]:
            return (
                BadCell("=…", "a formula without a stored value") if b"<f" in inner and sort != b"str" else ""
            )
        if sort == b"s":
            return self._texts[int(value[1])]
        if sort == b"e":
            return BadCell(value[1].decode(errors="replace"), "the cell holds a spreadsheet error")
        if sort == b"b":
            return value[1] == b"1"
        if sort != b"n":
            return _unescaped(value[1])
        return self._number(attributes, float(value[1]))

    def _number(self, attributes: bytes, number: float) -> Cell:
        style = _STYLE.search(attributes)
        if style is None or style[1] not in self._date_styles:
            return number
        try:
            moment = self._epoch + dt.timedelta(seconds=round(number * 86_400))
        except OverflowError:
            return number
        return moment.date() if moment.time() == dt.time() else moment


def _unescaped(raw: bytes) -> str:
    text = html.unescape(raw.decode("utf-8", "replace"))
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    """The texts that cells refer to by number."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    texts: list[str] = []
    with archive.open("xl/sharedStrings.xml") as stream:
        events = iterparse(stream, events=("start", "end"))
        _, root = next(iter(events))
        for event, node in events:
            if event == "end" and node.tag.endswith("}si"):
                texts.append("".join(_runs(node)))
                root.clear()
    return texts


def _runs(node) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """The pieces of a text, without the pronunciation that East Asian workbooks add."""
    for child in node:
        if child.tag.endswith("}t"):
            yield child.text or ""
        elif child.tag.endswith("}r"):
            yield from _runs(child)


def _date_styles(archive: zipfile.ZipFile) -> frozenset[bytes]:
    """The numbers of cell styles that show dates."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    dates = set(_BUILT_IN_DATES)
    styles: list[int] = []
    with archive.open("xl/styles.xml") as stream:
        in_cells = False
        for event, node in iterparse(stream, events=("start", "end")):
            name = node.tag.rpartition("}")[2]
            if name == "cellXfs":
                in_cells = event == "start"
            elif event == "end" and name == "numFmt" and _shows_date(node.get("formatCode") or ""):
                dates.add(int(node.get("numFmtId") or 0))
            elif event == "end" and name == "xf" and in_cells:
                styles.append(int(node.get("numFmtId") or 0))
    return frozenset(str(index).encode() for index, form in enumerate(styles) if form in dates)


def _shows_date(code: str) -> bool:
    return any(letter in "dmyhs" for letter in _IN_QUOTES.sub("", code).lower())


def _epoch(archive: zipfile.ZipFile) -> dt.datetime:
    book = archive.read("xl/workbook.xml")
    old_mac = re.search(rb'date1904="(1|true)"', book)
    return dt.datetime(1904, 1, 1) if old_mac else dt.datetime(1899, 12, 30)
