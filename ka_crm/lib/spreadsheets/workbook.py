"""Reading XLSX through calamine, after the archive was found harmless."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from ka_crm.lib.spreadsheets.archive import bad_cells, check_archive, sheet_part
from ka_crm.lib.spreadsheets.cells import BadCell, Cell
from ka_crm.lib.spreadsheets.refusal import FileRefused

MOST_CELLS = 20_000_000


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


def open_workbook(path: Path) -> WorkbookTable:
    """Return the first sheet with content. Raises ``FileRefused``."""
    check_archive(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        filled = [name for name in book.sheet_names if _fits(book.get_sheet_by_name(name))]
        if not filled:
            raise FileRefused("The workbook is empty.")
        sheet = book.get_sheet_by_name(filled[0])
    except CalamineError as error:
        raise FileRefused("The workbook is cut off or damaged.") from error
    part = sheet_part(path, filled[0])
    bad = bad_cells(path, part) if part else {}
    notes = [f'Only the sheet "{filled[0]}" was read.'] if len(filled) > 1 else []
    return WorkbookTable(path, sheet, bad, notes)


def _fits(sheet: CalamineSheet) -> bool:
    if sheet.height * sheet.width > MOST_CELLS:
        raise FileRefused("The workbook has too many cells. Save the sheet as CSV.")
    return bool(sheet.height and sheet.width)
