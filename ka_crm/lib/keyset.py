"""Keyset pages: no COUNT, and the thousandth page is as fast as the first.

A page is told by the values of its last row (``after``) or first row (``before``). Orders end with the
primary key, so that rows with equal values keep their place; unknown values come last, either way.
"""

import base64
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy


class BadCursor(ValueError):
    """The cursor is none of ours, or belongs to another order."""


@dataclass(frozen=True)
class KeysetPage:
    """Rows of one page and the cursors of its neighbours (``None`` where there is none)."""

    rows: list[Any]
    after: str | None
    before: str | None


def keyset_page(
    rows: "QuerySet[Any]", *, order: Sequence[str], size: int, after: str = "", before: str = ""
) -> KeysetPage:
    """Return one page of ``rows`` in ``order`` (field paths or annotations, ``-`` for descending).

    ``after`` continues behind a cursor, ``before`` goes back from one. One query, ``size + 1`` rows.
    Raises ``BadCursor`` for a cursor that does not fit the order.
    """
    names = _complete(rows.model, order)
    backwards = bool(before)
    cursor = before or after
    found = rows.order_by(*[_ordering(rows.model, name, backwards) for name in names])
    if cursor:
        found = found.filter(_beyond(rows.model, names, _decode(cursor, names), backwards))
    try:
        page = list(found[: size + 1])
    except (ValidationError, ValueError, TypeError) as error:
        raise BadCursor("This cursor does not fit.") from error
    has_more = len(page) > size
    page = page[:size]
    if backwards:
        page.reverse()
    forward = has_more if not backwards else True
    back = bool(after) if not backwards else has_more
    return KeysetPage(
        rows=page,
        after=_encode(page[-1], names) if page and forward else None,
        before=_encode(page[0], names) if page and back else None,
    )


def _complete(model: type[Model], order: Sequence[str]) -> list[str]:
    names = [name for name in order if name.lstrip("-") not in ("pk", "id")]
    last = next((name for name in order if name.lstrip("-") in ("pk", "id")), "pk")
    return [*names, "-pk" if last.startswith("-") else "pk"]


def _ordering(model: type[Model], name: str, backwards: bool) -> OrderBy:
    path, descending = name.lstrip("-"), name.startswith("-") != backwards
    if not is_nullable(model, path):  # plain, so that an index serves it
        return OrderBy(F(path), descending=descending)
    # Unknown last, read forwards; read backwards they come first.
    nulls: dict[str, Any] = {"nulls_first": True} if backwards else {"nulls_last": True}
    return OrderBy(F(path), descending=descending, **nulls)


def _beyond(model: type[Model], names: list[str], values: list[Any], backwards: bool) -> Q:
    """Return the rows that come after (or before) these values."""
    condition, equal = Q(), Q()
    for name, value in zip(names, values, strict=True):
        field = name.lstrip("-")
        larger = name.startswith("-") == backwards
        step: Q | None
        if value is None:
            step = Q(**{f"{field}__isnull": False}) if backwards else None
        else:
            step = Q(**{f"{field}__{'gt' if larger else 'lt'}": value})
            if not backwards and is_nullable(model, field):
                step |= Q(**{f"{field}__isnull": True})
        if step is not None:
            condition |= equal & step
        equal &= Q(**{f"{field}__isnull": True}) if value is None else Q(**{field: value})
    return condition


def _encode(row: Any, names: list[str]) -> str:
    values = [_plain(_value(row, name.lstrip("-"))) for name in names]
    text = json.dumps([_signature(names), values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, names: list[str]) -> list[Any]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        signature, values = json.loads(text)
    except (ValueError, TypeError) as error:
        raise BadCursor("This cursor is not readable.") from error
    if signature != _signature(names) or not isinstance(values, list) or len(values) != len(names):
        raise BadCursor("This cursor belongs to another order.")
    if any(isinstance(value, list | dict) for value in values):
        raise BadCursor("This cursor is not readable.")
    return values


def _signature(names: list[str]) -> str:
    return ",".join(names)


def _value(row: Any, path: str) -> Any:
    if isinstance(row, dict):
        return row[path] if path in row else row["id"]
    for part in path.split("__"):
        row = getattr(row, part, None)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def is_nullable(model: type[Model], path: str) -> bool:
    """Return whether a field path of ``model`` may be unknown; annotations count as unknown-able."""
    current: Any = model
    for part in path.split("__"):
        if part == "pk":
            return False
        try:
            field = current._meta.get_field(part)
        except FieldDoesNotExist:
            return True
        if getattr(field, "null", False):
            return True
        current = getattr(field, "related_model", None) or current
    return False
