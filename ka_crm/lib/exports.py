"""Rows as CSV or XLSX: streamed, in constant memory, and inert in every spreadsheet program."""

import csv
import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from ka_crm.lib.spreadsheets.inert import FORMULA_STARTS

_WORKBOOK = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": True,
}
_NO_STORE = "no-store, private"
Response = TypeVar("Response", bound=HttpResponseBase)


def inert(value: Any) -> Any:
    """Return ``value`` so that no spreadsheet program takes it for a formula.

    Any text, also one that looks like a number: numbers come here as numbers.

    >>> inert("=1+1"), inert("-5 %"), inert(-5), inert("plain")
    ("'=1+1", "'-5 %", -5, 'plain')
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


class _Line:
    """A file that hands every written line straight back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Write the lines of a CSV file, one at a time, with the mark by which spreadsheets know UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([inert(str(name)) for name in header])
    for row in rows:
        yield writer.writerow([_csv_value(value) for value in row])


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Answer with ``name``.csv, sent while it is written."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    return _as_download(response, f"{name}.csv")


def xlsx_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """Answer with ``name``.xlsx, written row by row to a temporary file and sent from there."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the answer has been sent)
    book = xlsxwriter.Workbook(target, _WORKBOOK)
    sheet = book.add_worksheet()
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, text in enumerate(header):
        sheet.write_string(0, column, inert(str(text)), bold)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write_cell(sheet, line, column, value, day)
    book.close()
    target.seek(0)
    response = FileResponse(
        target, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    return _as_download(response, f"{name}.xlsx")


def _write_cell(sheet: Any, line: int, column: int, value: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(line, column, float(value))
    elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        sheet.write_datetime(line, column, dt.datetime.combine(value, dt.time()), day)
    else:
        sheet.write_string(line, column, inert(str(value)))


def _csv_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if value is None:
        return ""
    return inert(value if isinstance(value, int | float) else str(value))


def _as_download(response: Response, file_name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response.headers["Cache-Control"] = _NO_STORE
    return response
