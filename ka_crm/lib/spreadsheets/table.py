"""One way to open a table, whatever the file turns out to be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from ka_crm.lib.spreadsheets.cells import Cell
from ka_crm.lib.spreadsheets.refusal import FileRefused
from ka_crm.lib.spreadsheets.text import open_text
from ka_crm.lib.spreadsheets.workbook import open_workbook


class Table(Protocol):
    """A file that can be read as rows, more than once."""

    encoding: str
    delimiter: str
    notes: list[str]

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Yield (line number, cells) from the start; every call starts again."""

    def fraction_read(self) -> float:
        """Return how much of the present reading is done, 0–1."""


def open_table(path: Path, *, encoding: str | None = None) -> Table:
    """Open a CSV, gzipped CSV or XLSX file, told by its content and not by its name.

    Raises ``FileRefused`` with the reason for everything else.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        raise FileRefused(f"The file cannot be opened: {error.strerror}.") from error
    if not head:
        raise FileRefused("The file is empty.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(
            "This is an old .xls workbook or one protected by a password. Save it as XLSX without a password."
        )
    if head.startswith(b"PK"):
        return open_workbook(path)
    if path.name.lower().endswith((".xlsx", ".xlsm")):
        with path.open("rb") as stream:
            start = stream.read(2000).lstrip().lower()
        if start.startswith((b"<", b"\xef\xbb\xbf<")):
            raise FileRefused("This is a web page with the name of a workbook. Save it as XLSX.")
        raise FileRefused("The file has the name of a workbook but is none, or it is cut off.")
    return open_text(path, encoding)
