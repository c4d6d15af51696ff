"""Load many rows fast: COPY on PostgreSQL, ``executemany`` on SQLite, behind one function."""

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model

_CHUNK = 20_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def chunked(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Cut ``rows`` into lists of at most ``size``."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def load_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert ``rows`` (values in the order of ``fields``) and return how many there were.

    Values are plain: str, int, float, bool, date, datetime or None; foreign keys are given by their
    attribute name (``customer_id``). Neither defaults nor ``save()`` are applied. The caller decides
    about the transaction.
    """
    columns = [model._meta.get_field(name).column for name in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    loaded = 0
    with connection.cursor() as cursor:
        for chunk in chunked(rows, _CHUNK):
            if connection.vendor == "postgresql":
                cursor.copy_expert(f"COPY {table} ({quoted}) FROM STDIN", _copy_text(chunk))
            else:
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(
                    f"INSERT INTO {table} ({quoted}) VALUES ({marks})", [_sqlite_row(row) for row in chunk]
                )
            loaded += len(chunk)
    return loaded


def _copy_text(rows: Iterable[Sequence[Any]]) -> io.StringIO:
    text = io.StringIO()
    for row in rows:
        text.write("\t".join(_copy_value(value) for value in row))
        text.write("\n")
    text.seek(0)
    return text


def _copy_value(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def _sqlite_row(row: Sequence[Any]) -> list[Any]:
    return [
        value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ")
        if isinstance(value, dt.datetime)
        else value.isoformat()
        if isinstance(value, dt.date)
        else value
        for value in row
    ]
