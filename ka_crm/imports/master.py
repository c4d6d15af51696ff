"""Importing master data: one record per code, made or changed, in short transactions."""

from abc import abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models, transaction

from ka_crm.imports.changes import remember_created, remember_updated
from ka_crm.imports.importer import Context, Importer
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.lib import clock
from ka_crm.lib.bulk import chunked, load_rows

Values = dict[str, Any]
_PART = 2_000
_STEP = 10_000


@dataclass(frozen=True, slots=True)
class Pending:
    """A reference to a record that does not exist yet: a new region's name, a parent further down."""

    what: str
    key: str


class MasterImporter(Importer):
    """Lines that make or change one record each, by a key. Blank cells leave what is there.

    A key that stands twice in a file is changed twice: the last line counts.
    """

    model: ClassVar[type[models.Model]]
    #: Attributes read from the database, to compare with.
    compared: ClassVar[tuple[str, ...]]
    #: What a new record has where the line says nothing.
    defaults: ClassVar[Values] = {}

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._lines: list[tuple[Line, Hashable, Values]] = []
        self._now: dict[Hashable, Values] = {}
        self._before: dict[Hashable, Values] = {}
        self._existing = self.existing()

    @abstractmethod
    def existing(self) -> dict[Hashable, Values]:
        """Return {key: {"id": …, **compared attributes}} of all records."""

    @abstractmethod
    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        """Return key and attributes of one record, or reject the line and return ``None``."""

    def settle(self, line: Line, key: Hashable, values: Values) -> bool:
        """Last look once all lines are read (parents further down); return whether the line is good."""
        return True

    def check(self, lines: list[Line]) -> None:
        for line in lines:
            read = [self.read(line, record) for record in line.records]
            if line.problems:
                continue
            self._lines += [(line, *item) for item in read if item]

    def finish(self) -> None:
        tally = self.context.tally
        good = []
        for line, key, values in self._lines:
            if self.settle(line, key, values):
                good.append((line, key, values))
        self._lines = good
        fates: dict[int, list[str]] = {}
        lines: dict[int, Line] = {}
        for line, key, values in good:
            lines[line.number] = line
            fates.setdefault(line.number, []).append(self._fate(key, values))
        for line in self._rejected_late():
            tally.reject(line)
            fates.pop(line.number, None)
        for found in fates.values():
            tally.count(next(fate for fate in ("created", "updated", "unchanged") if fate in found))

    def _rejected_late(self) -> list[Line]:
        return []

    def _fate(self, key: Hashable, values: Values) -> str:
        now = self._now.get(key)
        if now is None:
            before = self._existing.get(key)
            if before is None:
                self._now[key] = {**self.defaults, **values}
                return "created"
            now = self._now[key] = dict(before)
            self._before[key] = before
        changed = {name: value for name, value in self.merged(now, values).items() if now.get(name) != value}
        now.update(changed)
        return "updated" if changed else "unchanged"

    def merged(self, now: Values, values: Values) -> Values:
        """Return what the line asks for, given what is there."""
        return values

    def touches(self) -> dict[str, Any]:
        return {"records": len(self._now)}

    def resolve_pending(self, batch: ImportBatch) -> None:
        """Make the records that ``Pending`` references stand for, before ours are written."""

    def resolved(self, values: Values) -> Values:
        """Return attributes with every ``Pending`` replaced by an id."""
        return values

    def columns_of(self, key: Hashable, values: Values) -> Values:
        """Return the attributes of a new row, the key's own included."""
        return values

    def prepare(self, batch: ImportBatch) -> None:
        with transaction.atomic():
            self.resolve_pending(batch)
        made = [(key, values) for key, values in self._now.items() if key not in self._before]
        for part in chunked(made, _STEP):
            with transaction.atomic():
                self.write_new(batch, part)
        changed = {
            key: values
            for key, values in self._now.items()
            if key in self._before and values != self._before[key]
        }
        for some in chunked(changed.items(), _PART):
            with transaction.atomic():
                self.write_changed(batch, dict(some))
        self.after_write(batch)

    def write_new(self, batch: ImportBatch, made: list[tuple[Hashable, Values]]) -> None:
        """Insert new records and note them as made by the batch."""
        if not made:
            return
        rows = [self.resolved(self.columns_of(key, values)) for key, values in made]
        fill_stamps(self.model, rows)
        names = sorted({name for row in rows for name in row})
        newest = self.model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        load_rows(self.model, names, ([row.get(name) for name in names] for row in rows))
        remember_created(
            batch, self.model, self.model._base_manager.filter(pk__gt=newest).values_list("pk", flat=True)
        )

    def write_changed(self, batch: ImportBatch, changed: dict[Hashable, Values]) -> None:
        """Update records, noting what they were before."""
        if not changed:
            return
        names = {item.attname for item in self.model._meta.concrete_fields}
        has_version = "version" in names
        before: dict[int, Values] = {}
        objects = []
        for part in chunked(changed.items(), _PART):
            found = self.model._base_manager.in_bulk([values["id"] for _, values in part])
            for key, values in part:
                record = found[values["id"]]
                wanted = self.resolved({n: v for n, v in values.items() if v != self._before[key].get(n)})
                before[record.pk] = {name: getattr(record, name) for name in wanted}
                if has_version:
                    before[record.pk]["version"] = record.version  # type: ignore[attr-defined]
                    wanted["version"] = record.version + 1  # type: ignore[attr-defined]
                if "updated_at" in names:
                    wanted["updated_at"] = clock.now()
                for name, value in wanted.items():
                    setattr(record, name, value)
                objects.append(record)
        touched = sorted({name for values in before.values() for name in values} | ({"updated_at"} & names))
        self.model._base_manager.bulk_update(objects, touched, batch_size=400)
        remember_updated(batch, self.model, before)

    def after_write(self, batch: ImportBatch) -> None:
        """What follows from the new values, in short transactions."""


def fill_stamps(model: type[models.Model], rows: list[Values]) -> None:
    """Give rows for the bulk loader what the ORM would fill in: times, version, empty texts."""
    now = clock.now()
    for item in model._meta.concrete_fields:
        if item.primary_key:
            continue
        if getattr(item, "auto_now", False) or getattr(item, "auto_now_add", False):
            value: Any = now
        elif item.has_default():
            value = item.get_default()
        elif item.null:
            value = None
        elif item.empty_strings_allowed:
            value = ""
        else:
            continue
        for row in rows:
            if row.get(item.attname) is None:
                row[item.attname] = value
