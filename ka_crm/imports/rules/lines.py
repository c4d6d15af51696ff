"""From raw rows to typed lines: one pass, nothing kept."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import DATES, Convert, Field, FieldType, converter
from ka_crm.imports.rules.headers import column_index, columns_used
from ka_crm.imports.rules.mapping import Mapping
from ka_crm.imports.rules.problems import CellError, Problem
from ka_crm.lib.spreadsheets import Cell, FileRefused, cell_text

Record = dict[str, Any]
Condition = tuple[int, frozenset[str]]


#: Columns repeat themselves: that many texts of each are converted only once.
_REMEMBERED = 50_000


class Line:
    """One line of the file: its records (one, or several of a wide table) or what is wrong with it.

    ``fate`` is "created", "updated", "unchanged" or "skipped" once known. ``is_own`` is ``None`` where
    the mapping does not tell own lines from others.
    """

    __slots__ = ("cells", "fate", "is_own", "number", "positions", "problems", "records")

    def __init__(self, number: int, cells: Sequence[Cell]) -> None:
        self.number = number
        self.cells = cells
        self.records: list[Record] = []
        self.positions: list[int] = []
        self.problems: list[Problem] = []
        self.fate = ""
        self.is_own: bool | None = None


class Plan:
    """A mapping made ready for one file: which column goes where, through which conversion."""

    def __init__(
        self,
        mapping: Mapping,
        headers: Sequence[str],
        fields: Sequence[Field],
        today: dt.date,
        needed: Sequence[str] = (),
    ) -> None:
        self.mapping = mapping
        self.headers = list(headers)
        self.fields = {item.name: item for item in fields}
        self.columns = columns_used(mapping, headers, fields)
        self._today = today
        self._getters: list[tuple[str, int, Convert, dict[str, Any]]] = [
            (name, index, self._converter(name), {}) for name, index in self.columns.items()
        ]
        self._constants = {name: self._constant(name, text) for name, text in mapping.constants.items()}
        self._required = list(needed)
        self._only = self._conditions(mapping.only_when)
        self._own = self._conditions(mapping.own_when)
        self._wide = self._wide_columns()

    @property
    def mapped(self) -> set[str]:
        """The fields that lines of this file can have."""
        unpivot = self.mapping.unpivot
        wide = {unpivot.into, unpivot.value} if unpivot else set()
        return set(self.columns) | set(self.mapping.constants) | wide

    @property
    def unused_headers(self) -> list[str]:
        """Headers that nothing was taken from."""
        used = set(self.columns.values()) | {index for index, _ in self._only + self._own}
        used |= {index for index, _, _ in self._wide}
        return [text for index, text in enumerate(self.headers) if text and index not in used]

    def _converter(self, name: str) -> Convert:
        mapping = self.mapping
        return converter(
            self.fields[name], decimal=mapping.decimal, date_format=mapping.date_format, today=self._today
        )

    def _constant(self, name: str, text: str) -> Any:
        """Constants are written in the mapping, so they may be in our own form of dates and numbers."""
        converters = [
            self._converter(name),
            converter(self.fields[name], decimal=".", date_format="", today=self._today),
        ]
        if self.fields[name].type in DATES:
            converters.reverse()
        for convert in converters:
            try:
                return convert(text)
            except CellError as error:
                reason = error.reason
        raise FileRefused(f'The constant "{text}" for {name}: {reason}.')

    def _conditions(self, wanted: dict[str, tuple[str, ...]]) -> list[Condition]:
        return [
            (column_index(ref, self.headers, has_header=self.mapping.header), frozenset(values))
            for ref, values in wanted.items()
        ]

    def _wide_columns(self) -> list[tuple[int, Any, CellError | None]]:
        """(position, value that the header stands for, why it stands for none) of a wide table's columns."""
        unpivot = self.mapping.unpivot
        if unpivot is None:
            return []
        found: list[tuple[int, Any, CellError | None]] = []
        for ref in unpivot.columns:
            index = column_index(ref, self.headers, has_header=self.mapping.header)
            text = self.headers[index] if self.mapping.header else str(ref)
            found.append((index, self._header_value(unpivot.into, text), None))
        return found

    def _header_value(self, name: str, text: str) -> Any:
        """Return what a wide table's header stands for: a date in the stated form or in our own (a workbook's
        date cells are read so), where 2022-10 is the first day of its month."""
        field = self.fields[name]
        converters = [self._converter(name)]
        if field.type in DATES:
            converters += [
                converter(replace(field, type=kind), decimal=".", date_format="", today=self._today)
                for kind in (field.type, FieldType.MONTH)
            ]
        reason = ""
        for convert in converters:
            try:
                return convert(text)
            except CellError as error:
                reason = reason or error.reason
        raise FileRefused(f'The column "{text}" cannot go into {name}: {reason}.')

    def lines(self, rows: Iterable[tuple[int, Sequence[Cell]]]) -> Iterator[Line]:
        """Yield a line for every row after the header."""
        width = len(self.headers)
        only, own = self._only, self._own
        for number, cells in rows:
            line = Line(number, cells)
            if len(cells) != width and not self._fits(line, width):
                yield line
                continue
            cells = line.cells
            if only and not _holds(only, cells):
                line.fate = "skipped"
                yield line
                continue
            if own:
                line.is_own = _holds(own, cells)
            self._read(line)
            yield line

    def _fits(self, line: Line, width: int) -> bool:
        """Spare cells at the end are fine where they are blank; missing ones are an error."""
        cells = line.cells
        if len(cells) > width and all(cell_text(cell) == "" for cell in cells[width:]):
            line.cells = cells[:width]
            return True
        if all(cell_text(cell) == "" for cell in cells):
            line.fate = "skipped"
            return False
        line.problems.append(Problem("", "", str(len(cells)), reasons.RAGGED))
        return False

    def _read(self, line: Line) -> None:
        cells = line.cells
        record = dict(self._constants)
        for name, index, convert, known in self._getters:
            cell = cells[index]
            if cell == "" or cell is None:
                continue
            if type(cell) is str:
                value = known.get(cell, known)
                if value is not known:
                    if value is not None:
                        record[name] = value
                    continue
            try:
                value = convert(cell)
            except CellError as error:
                line.problems.append(self._problem(name, index, cell, error.reason))
                record.pop(name, None)
                continue
            if value is not None:
                record[name] = value
            if type(cell) is str and len(known) < _REMEMBERED:
                known[cell] = value
        if self._wide:
            self._read_wide(line, record)
        else:
            line.records = [record]
        for name in self._required:
            if line.records and name not in line.records[0]:
                self._require(line, name)

    def _read_wide(self, line: Line, record: Record) -> None:
        unpivot = self.mapping.unpivot
        assert unpivot is not None
        convert = self._converter(unpivot.value)
        for index, stands_for, _ in self._wide:
            cell = line.cells[index]
            try:
                value = convert(cell)
            except CellError as error:
                line.problems.append(self._problem(unpivot.value, index, cell, error.reason))
                continue
            if value is not None:
                line.records.append({**record, unpivot.into: stands_for, unpivot.value: value})
                line.positions.append(index)
        if not line.records and not line.problems:
            line.fate = "skipped"

    def _require(self, line: Line, name: str) -> None:
        if any(problem.field == name for problem in line.problems):
            return
        index = self.columns.get(name)
        if index is None and all(cell_text(cell) == "" for cell in line.cells):
            return
        line.problems.append(self._problem(name, index, "", reasons.MISSING))
        if all(cell_text(cell) == "" for cell in line.cells):
            line.problems, line.records, line.fate = [], [], "skipped"

    def _problem(self, name: str, index: int | None, cell: Cell, reason: str) -> Problem:
        return Problem(name, self.column_name(name, index), cell_text(cell)[:200], reason)

    def column_name(self, name: str, index: int | None = None) -> str:
        """Return how the file calls the column of a field: its header, or its number."""
        index = self.columns.get(name) if index is None else index
        if index is None:
            return name
        return self.headers[index] if self.mapping.header and self.headers[index] else str(index + 1)

    def reject(self, line: Line, name: str, reason: str, record: int = 0) -> None:
        """Add a problem that an importer found in one record of a line."""
        index = self.columns.get(name)
        if index is None and line.positions:
            index = line.positions[record]
        cell = line.cells[index] if index is not None else (self.mapping.constants.get(name, ""))
        line.problems.append(self._problem(name, index, cell, reason))


def _holds(conditions: list[Condition], cells: Sequence[Cell]) -> bool:
    return all(
        (cells[index].strip() if isinstance(cells[index], str) else cell_text(cells[index])) in wanted  # type: ignore[union-attr]
        for index, wanted in conditions
    )
