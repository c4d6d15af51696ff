"""Audit rows of a record in words: fields by their names, related records by theirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.text import capfirst

from ka_crm.records.models import AuditRow


@dataclass(frozen=True)
class Change:
    """One field of one act, before and after, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Act:
    """One audit row with its changes."""

    row: AuditRow
    changes: list[Change]


def acts_in_words(rows: Iterable[AuditRow], model: type[models.Model]) -> list[Act]:
    """Return audit rows with readable changes: at most one query for each kind of related record."""
    found = list(rows)
    names = {field.name: _names(field, found) for field in _relations(model)}
    return [Act(row, _changes(row, model, names)) for row in found]


def _relations(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.fields if field.is_relation]


def _names(field: Any, rows: list[AuditRow]) -> dict[Any, str]:
    ids = {values[field.name] for row in rows for values in (row.before, row.after) if values.get(field.name)}
    if not ids:
        return {}
    records = field.related_model._base_manager.filter(pk__in=ids)
    return {record.pk: str(record) for record in records}


def _changes(row: AuditRow, model: type[models.Model], names: dict[str, dict[Any, str]]) -> list[Change]:
    labels = {field.name: str(capfirst(field.verbose_name)) for field in model._meta.fields}
    fields = [name for name in dict.fromkeys([*row.before, *row.after]) if name != "archived_at"]

    def text(name: str, value: Any) -> str:
        return "" if value in (None, "") else names.get(name, {}).get(value, str(value))

    return [
        Change(labels.get(name, name), text(name, row.before.get(name)), text(name, row.after.get(name)))
        for name in fields
    ]
