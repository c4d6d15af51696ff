"""Move many rows fast: COPY on PostgreSQL, plain cursors on SQLite, behind one function each way."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.db import connection
from django.db.models import Model

_CHUNK = 20_000
_UNKNOWN = "\x01"  # stands for NULL on its way to PostgreSQL: no text that people type holds it


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
    column_of = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    columns = [column_of[name] for name in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    loaded = 0
    with connection.cursor() as cursor:
        for chunk in chunked(rows, _CHUNK):
            if connection.vendor == "postgresql":
                with connection.wrap_database_errors:  # COPY is not known to Django's cursor
                    cursor.copy_expert(
                        f"COPY {table} ({quoted}) FROM STDIN WITH (FORMAT csv, NULL '{_UNKNOWN}')",
                        _copy_text(chunk),
                    )
            else:
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(
                    f"INSERT INTO {table} ({quoted}) VALUES ({marks})", [_sqlite_row(row) for row in chunk]
                )
            loaded += len(chunk)
    return loaded


def _copy_text(rows: Iterable[Sequence[Any]]) -> io.StringIO:
    text = io.StringIO()
    csv.writer(text).writerows([[_UNKNOWN if value is None else value for value in row] for row in rows])
    text.seek(0)
    return text


def _sqlite_row(row: Sequence[Any]) -> list[Any]:
    return [
        value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ")
        if isinstance(value, dt.datetime)
        else value.isoformat()
        if isinstance(value, dt.date)
        else value
        for value in row
    ]


#: What ``read_integers`` returns for NULL.
NULL = np.iinfo(np.int64).min


def read_integers(sql: str, params: Sequence[Any] = ()) -> list[npt.NDArray[np.int64]]:
    """Run a query whose columns are all whole numbers; return one int64 array per column.

    NULL becomes ``NULL``. COPY on PostgreSQL, chunks of the cursor on SQLite: no Python object per value
    survives, so a million rows cost eight bytes a column.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            buffer = io.BytesIO()
            query = cursor.mogrify(sql, params).decode()
            cursor.copy_expert(
                f"COPY ({query}) TO STDOUT WITH (FORMAT csv, NULL '{NULL}', HEADER true)", buffer
            )
            buffer.seek(0)
            frame = pd.read_csv(buffer, dtype=np.int64)
            return [frame.iloc[:, i].to_numpy() for i in range(frame.shape[1])]
        cursor.execute(sql, params)
        width = len(cursor.description)
        parts: list[npt.NDArray[np.int64]] = []
        while chunk := cursor.fetchmany(_CHUNK):
            flat = [NULL if value is None else int(value) for row in chunk for value in row]
            parts.append(np.array(flat, dtype=np.int64).reshape(len(chunk), width))
    table = np.concatenate(parts) if parts else np.empty((0, width), dtype=np.int64)
    return [np.ascontiguousarray(table[:, i]) for i in range(width)]


def month_index_sql(column: str) -> str:
    """Return SQL for the month index (``ka_crm.lib.periods``) of a date column."""
    if connection.vendor == "postgresql":
        return f"(EXTRACT(YEAR FROM {column})::int * 12 + EXTRACT(MONTH FROM {column})::int - 1)"
    return f"(CAST(substr({column}, 1, 4) AS INTEGER) * 12 + CAST(substr({column}, 6, 2) AS INTEGER) - 1)"


def day_number_sql(column: str) -> str:
    """Return SQL for the proleptic ordinal of a date column (``date.toordinal``)."""
    if connection.vendor == "postgresql":
        return f"({column} - DATE '0001-01-01' + 1)"
    return f"(CAST(julianday({column}) - 1721424.5 AS INTEGER))"
