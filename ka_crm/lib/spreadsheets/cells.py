"""What one cell of a table may hold."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class BadCell:
    """A cell whose value cannot be known: a spreadsheet error or a formula that was never computed."""

    shown: str
    reason: str

    def __str__(self) -> str:
        return self.shown


#: CSV cells are text; workbooks also hold numbers, truth values and dates.
Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | BadCell | None


def cell_text(cell: Cell) -> str:
    """Return the cell as a person reads it: trimmed, whole numbers without a decimal point.

    >>> cell_text(" A1 "), cell_text(12.0), cell_text(0.5), cell_text(None)
    ('A1', '12', '0.5', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return str(cell)
