"""Reading CSV, plain or gzipped, line by line."""

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from ka_crm.lib.spreadsheets.cells import Cell
from ka_crm.lib.spreadsheets.encoding import encoding_of
from ka_crm.lib.spreadsheets.refusal import FileRefused

LONGEST_LINE = 1 << 20
LARGEST_UNPACKED = 4 << 30
_DELIMITERS = (";", "\t", ",", "|")
_HTML = ("<!doctype html", "<html", "<table", "<?xml", "<head")


class _Bounded(io.RawIOBase):
    """Counts what comes out of a gzip stream and stops a bomb."""

    def __init__(self, inner: IO[bytes], packed_size: int) -> None:
        self._inner = inner
        self._left = min(LARGEST_UNPACKED, max(200 * packed_size, 64 << 20))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        try:
            data = self._inner.read(len(buffer))
        except (EOFError, OSError) as error:
            raise FileRefused("The packed file is cut off or damaged.") from error
        self._left -= len(data)
        if self._left < 0:
            raise FileRefused("The packed file grows suspiciously large when unpacked.")
        buffer[: len(data)] = data
        return len(data)


@dataclass
class TextTable:
    """A CSV file: its encoding and delimiter, and its records in order."""

    path: Path
    encoding: str
    delimiter: str = ","
    notes: list[str] = field(default_factory=list)
    _position: IO[bytes] | None = None

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Yield (line number of the record's start, cells); lines without any cell are left out.

        Raises ``FileRefused`` with the line for a quote that is never closed and for damaged text.
        """
        with self.path.open("rb") as raw:
            self._position = raw
            reader = csv.reader(
                _lines(_text(raw, self.path, self.encoding)), delimiter=self.delimiter, strict=True
            )
            start = 1
            try:
                for cells in reader:
                    if cells and not (start == 1 and _names_delimiter(cells, self.delimiter)):
                        yield start, cast("list[Cell]", cells)
                    start = reader.line_num + 1
            except csv.Error as error:
                raise FileRefused(_csv_reason(str(error)), line=start) from error
            except UnicodeDecodeError as error:
                raise FileRefused(f"The text is not {self.encoding} throughout", line=start) from error
            finally:
                self._position = None

    def fraction_read(self) -> float:
        """Return how much of the file the present reading has taken, 0–1."""
        size = self.path.stat().st_size
        return min(1.0, self._position.tell() / size) if self._position and size else 0.0


def _csv_reason(message: str) -> str:
    if "end of data" in message or "field larger" in message:
        return "A quote mark is opened and never closed"
    if "expected after" in message:
        return "A quote mark is not closed, or not doubled inside a quoted text"
    return f"The line cannot be read as CSV: {message}"


def _names_delimiter(cells: list[str], delimiter: str) -> bool:
    return cells[0].lower() == "sep=" and len(cells) == 2 and cells[1] == "" or cells == [f"sep={delimiter}"]


def _text(raw: IO[bytes], path: Path, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedReader(_unpacked(raw, path), 1 << 18), encoding=encoding, newline="")


def _unpacked(raw: IO[bytes], path: Path) -> io.RawIOBase:
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    if packed:
        return _Bounded(cast("IO[bytes]", gzip.GzipFile(fileobj=raw)), path.stat().st_size)
    return cast(io.RawIOBase, raw)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) >= LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise FileRefused("A line is longer than a million letters", line=number)
        if "\0" in line:
            raise FileRefused("The file holds bytes that no text has", line=number)
        yield line


def open_text(path: Path, encoding: str | None) -> TextTable:
    """Look at a CSV file and return it ready to read. ``encoding`` overrules the guess."""
    with path.open("rb") as raw:
        codec = encoding or encoding_of(cast("IO[bytes]", io.BufferedReader(_Rewinding(path))), path.name)
        try:
            sample = _text(raw, path, codec).read(1 << 16)
        except (UnicodeDecodeError, LookupError) as error:
            raise FileRefused(f"The text is not {codec}.") from error
    if sample.lstrip().lower().startswith(_HTML):
        raise FileRefused(
            "This is a web page, not a table. Open it in a spreadsheet program and save as XLSX."
        )
    if not sample.strip():
        raise FileRefused("The file is empty.")
    return TextTable(path, codec, delimiter_of(sample))


class _Rewinding(io.RawIOBase):
    """The unpacked bytes of a file, able to start again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._raw = path.open("rb")
        self._inner = _unpacked(self._raw, path)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        if (offset, whence) != (0, 0):
            raise io.UnsupportedOperation("only back to the start")
        self._raw.seek(0)
        self._inner = _unpacked(self._raw, self._path)
        return 0

    def tell(self) -> int:
        return 0

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        return self._inner.readinto(buffer) or 0  # type: ignore[attr-defined, no-any-return]

    def close(self) -> None:
        self._raw.close()
        super().close()


def delimiter_of(sample: str) -> str:
    """Return the delimiter under which the first lines have the same, largest number of cells.

    >>> delimiter_of("a;b;c\\n1;2,5;3\\n"), delimiter_of("a,b\\n1,x;y\\n")
    (';', ',')
    """
    first = sample.split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        widths = _widths(sample, delimiter)
        if not widths or widths[0] < 2:
            continue
        same = Counter(widths)[widths[0]] / len(widths)
        score = (1.0 if same > 0.9 else round(same, 1), widths[0])
        if score[0] > best_score[0] or (
            score[0] == best_score[0] and _clearly_wider(score[1], best_score[1])
        ):
            best, best_score = delimiter, score
    return best


def _clearly_wider(width: int, other: int) -> bool:
    """A decimal comma can add one cell per number; only a clearly wider reading wins."""
    return width > 2 * other


def _widths(sample: str, delimiter: str) -> list[int]:
    lines = sample.splitlines(keepends=True)[:60]
    if len(sample) >= 1 << 16:
        lines = lines[:-1]
    try:
        return [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
    except csv.Error:
        return []
