"""Reading XLSX through calamine, after the archive was found harmless."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from ka_crm.lib.spreadsheets.archive import bad_cells, cell_count, check_archive, sheet_part, sheet_parts
from ka_crm.lib.spreadsheets.cells import BadCell, Cell
from ka_crm.lib.spreadsheets.refusal import FileRefused
from ka_crm.lib.spreadsheets.streaming import StreamedTable

MOST_CELLS = 40_000_000
#: Beyond this many cells a sheet is read piece by piece.
MANY_CELLS = 1_500_000


@dataclass
class WorkbookTable:
    """The first sheet with content."""

    path: Path
    sheet: CalamineSheet
    bad: dict[tuple[int, int], BadCell]
    notes: list[str] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    _done: int = 0

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Yield (row number as the spreadsheet shows it, cells); empty rows are left out."""
        # calamine gives empty rows above the first filled one, but no empty columns left of it.
        first_column = self.sheet.start[1] if self.sheet.start else 0
        for index, cells in enumerate(self.sheet.iter_rows()):
            self._done = index + 1
            number = index + 1
            row: list[Cell] = list(cells)
            if self.bad:
                self._mark_bad(row, number, first_column)
            if any(cell is not None and cell != "" for cell in row):
                yield number, row

    def _mark_bad(self, row: list[Cell], number: int, first_column: int) -> None:
        for position in range(len(row)):
            found = self.bad.get((number, first_column + position + 1))
            if found is not None:
                row[position] = found

    def fraction_read(self) -> float:
        """Return how much of the sheet the present reading has taken, 0–1."""
        return self._done / (self.sheet.end[0] + 1 if self.sheet.end else 1)


def open_workbook(path: Path) -> WorkbookTable | StreamedTable:
    """Return the first sheet with content. Raises ``FileRefused``."""
    check_archive(path)
    large = _large_sheet(path)
    if large is not None:
        return large
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = list(book.sheet_names)
        sheet = next(filter(_fits, map(book.get_sheet_by_name, names)), None)
    except CalamineError as error:
        raise FileRefused("The workbook is cut off or damaged.") from error
    if sheet is None:
        raise FileRefused("The workbook is empty.")
    part = sheet_part(path, sheet.name)
    bad = bad_cells(path, part) if part else {}
    notes = [f'Only the sheet "{sheet.name}" was read.'] if sheet.name != names[-1] else []
    return WorkbookTable(path, sheet, bad, notes)


def _large_sheet(path: Path) -> StreamedTable | None:
    """The first sheet with content where it is too large to be held in memory, counted before parsing."""
    counted = [(part, *cell_count(path, part)) for part in sheet_parts(path)]
    if max((cells for _, _, cells in counted), default=0) <= MANY_CELLS:
        return None
    part, rows, cells = next(item for item in counted if item[2])
    if cells > MOST_CELLS:
        raise FileRefused("The workbook has too many cells. Save the sheet as CSV.")
    return StreamedTable(path, part, rows)


def _fits(sheet: CalamineSheet) -> bool:
    if sheet.height * sheet.width > MOST_CELLS:
        raise FileRefused("The workbook has too many cells. Save the sheet as CSV.")
    return bool(sheet.height and sheet.width)
