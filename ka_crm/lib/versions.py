"""Two people editing one record: the second is told, and nothing is lost.

Records carry ``version``. A change names the version it started from; if another change came first,
``StaleVersion`` carries both values of every field that differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.text import capfirst

from ka_crm.lib import clock


@dataclass(frozen=True)
class Difference:
    """One field that somebody else left different from what this person wants."""

    field: str
    label: str
    stored: Any
    yours: Any


class StaleVersion(Exception):
    """Somebody else changed the record first."""

    def __init__(self, record: models.Model, differences: list[Difference]) -> None:
        super().__init__("Somebody else changed this record first.")
        self.record = record
        self.differences = differences

    @property
    def version(self) -> int:
        """The version that is stored now."""
        return int(getattr(self.record, "version", 0))


def apply_changes(record: models.Model, *, version: int, changes: Mapping[str, Any]) -> None:
    """Write ``changes`` if the record still has ``version``, and count the version up.

    One conditional UPDATE, so it holds under parallel requests. ``record`` shows the new values after.
    Raises ``StaleVersion`` where the stored version is another one.
    """
    values = dict(changes)
    for field in record._meta.concrete_fields:
        if getattr(field, "auto_now", False):
            values.setdefault(field.name, clock.now())
    rows = type(record)._base_manager.filter(pk=record.pk, version=version)
    if not rows.update(**values, version=version + 1):
        raise stale(record, changes)
    for name, value in values.items():
        setattr(record, name, value)
    record.version = version + 1  # type: ignore[attr-defined]


def claim_version(record: models.Model, *, version: int, changes: Mapping[str, Any]) -> None:
    """Count the version up ahead of a ``save()`` in the same transaction; ``StaleVersion`` if too late."""
    if not type(record)._base_manager.filter(pk=record.pk, version=version).update(version=version + 1):
        raise stale(record, changes)
    record.version = version + 1  # type: ignore[attr-defined]


def stale(record: models.Model, changes: Mapping[str, Any]) -> StaleVersion:
    """Return the error that says what is stored now and what was wanted, field by field."""
    fresh = type(record)._base_manager.get(pk=record.pk)
    found = []
    for name, yours in changes.items():
        stored = getattr(fresh, name, None)
        if stored != yours:
            found.append(
                Difference(name, _label(fresh, name), _shown(fresh, name, stored), _shown(fresh, name, yours))
            )
    return StaleVersion(fresh, found)


def _label(record: models.Model, name: str) -> str:
    try:
        field = record._meta.get_field(name)
    except Exception:  # a property or an annotation
        return name
    return str(capfirst(getattr(field, "verbose_name", name)))


def _shown(record: models.Model, name: str, value: Any) -> Any:
    """Return a value as people read it: a name instead of an id, a word instead of a code."""
    if isinstance(value, models.Model):
        return str(value)
    choices = (
        dict(getattr(record._meta.get_field(name), "flatchoices", [])) if _is_field(record, name) else {}
    )
    return str(choices[value]) if choices and value in choices else value


def _is_field(record: models.Model, name: str) -> bool:
    return any(field.name == name for field in record._meta.get_fields())
