"""Importing full counts of a store's category for a month."""

import datetime as dt
from typing import Any, ClassVar

from django.db import transaction

from ka_crm.imports.importer import Context, LinesAgain, Progress, Removed, UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.imports.rules.mapping import Mapping
from ka_crm.lib.bulk import chunked, load_rows
from visits.importers.counts import MEASURES, STORE_AND_CATEGORY, CountImporter, Key
from visits.importers.following import evaluate_counted
from visits.importers.removal import delete_rows, supersede
from visits.models import CategoryTotal

_PART = 20_000
_PAIRS = ("amount", "units")
_KEY = ("store_id", "category_id", "month", "source")


class CategoryTotalImporter(CountImporter):
    """Lines of one file add up per store, category, month and source; a later file replaces that sum."""

    kind: ClassVar[str] = "category_totals"
    label: ClassVar[str] = "Category totals of stores"
    value_field: ClassVar[str] = "total_amount"
    takes_own_when: ClassVar[bool] = True
    fields: ClassVar[tuple[Field, ...]] = (
        *STORE_AND_CATEGORY,
        Field(
            "month", FieldType.MONTH, "Month", required=True, example="2022-10", synonyms=("period", "月份")
        ),
        Field("date", FieldType.DATE, "Date (days add up)", example="", synonyms=("day", "week", "日期")),
        Field(
            "total_amount",
            FieldType.AMOUNT,
            "All brands, amount",
            example="5105.41",
            synonyms=("total", "category total", "total sales", "amount", "sales", "sale (dollars)"),
        ),
        Field(
            "own_amount",
            FieldType.AMOUNT,
            "Ours, amount",
            example="796.50",
            synonyms=("own", "own sales", "ours"),
        ),
        Field(
            "total_units",
            FieldType.UNITS,
            "All brands, units",
            example="210",
            synonyms=("units", "bottles sold"),
        ),
        Field("own_units", FieldType.UNITS, "Ours, units", example="34", synonyms=("our units",)),
        Field("source", FieldType.TEXT, "Source", longest=60, example="Distributor", synonyms=("数据来源",)),
        Field("store_name", FieldType.TEXT, "Store name (for new ones)", longest=200, example=""),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._own_above = 0
        self._negative = 0

    @classmethod
    def needed_in_every_line(cls) -> list[str]:
        return ["store_code", "category_code"]

    @classmethod
    def missing_fields(cls, mapped: set[str], mapping: Mapping) -> list[str]:
        missing = [name for name in ("store_code", "category_code") if name not in mapped]
        if not mapped & {"month", "date"}:
            missing.append("month (or date)")
        if not mapped & {"total_amount", "total_units"}:
            missing.append("total_amount or total_units")
        return missing

    def check_record(self, line: Line, record: Record, position: int) -> None:
        reject = self.context.plan.reject
        if "month" not in record and "date" not in record:
            reject(
                line, "month" if "month" in self.context.plan.mapped else "date", reasons.MISSING, position
            )
        pairs = {
            measure: (record.get(f"total_{measure}"), record.get(f"own_{measure}")) for measure in _PAIRS
        }
        for measure, (total, own) in pairs.items():
            if total is None and own:
                reject(line, f"own_{measure}", reasons.OWN_WITHOUT_TOTAL, position)
        if all(total is None for total, _ in pairs.values()) and not line.problems:
            reject(line, "total_amount", reasons.NO_TOTAL, position)
        known = [(total, own) for total, own in pairs.values() if total is not None]
        self._own_above += any(own is not None and own > total for total, own in known)
        self._negative += any(total < 0 for total, _ in known)

    def key_rest(self, record: Record) -> tuple[dt.date, str]:
        day: dt.date = record["month"] if "month" in record else record["date"]
        return day.replace(day=1), record.get("source", "")

    def merge(self, key: Key, before: list[int | None], counts: list[int | None]) -> None:
        """What one line does not know, the sum does not know."""
        self.counts[key] = [
            None if old is None or new is None else old + new for old, new in zip(before, counts, strict=True)
        ]

    def decide(self) -> None:
        stored = self._stored()
        for key, counts in self.counts.items():
            before = stored.get(key)
            self.fates[key] = "created" if before is None else "unchanged" if before == counts else "updated"
        note = self.context.tally.note
        note("Ours is larger than the total in single lines (returns); kept as it is.", self._own_above)
        note("The total of single lines is negative (returns); kept as it is.", self._negative)

    def _stored(self) -> dict[Key, list[int | None]]:
        months = {key[2] for key in self.counts}
        rows = CategoryTotal.objects.filter(is_live=True, month__in=months).order_by()
        return {
            (store, category, month, source): counts
            for store, category, month, source, *counts in rows.values_list(*_KEY, *MEASURES).iterator()
        }

    def prepare(self, batch: ImportBatch) -> None:
        self.make_missing(batch)

    def store(self, batch: ImportBatch, lines: LinesAgain, progress: Progress) -> None:
        rows = (
            (*key, *counts, batch.pk, False)
            for key, counts in self.counts.items()
            if self.fates[key] != "unchanged"
        )
        for part in chunked(rows, _PART):
            with transaction.atomic():
                load_rows(CategoryTotal, (*_KEY, *MEASURES, "batch_id", "is_live"), part)

    def publish(self, batch: ImportBatch) -> None:
        updated = {key for key, fate in self.fates.items() if fate == "updated"}
        if updated:
            months = {key[2] for key in updated}
            live = CategoryTotal.objects.filter(is_live=True, month__in=months).order_by()
            replaced = [pk for pk, *key in live.values_list("pk", *_KEY).iterator() if tuple(key) in updated]
            supersede(CategoryTotal, replaced, batch)
        CategoryTotal.objects.filter(batch=batch).update(is_live=True)

    @classmethod
    def check_undo(cls, batch: ImportBatch) -> None:
        later = (
            CategoryTotal.objects.filter(batch=batch, superseded_by__state=BatchState.COMMITTED)
            .values_list("superseded_by_id", flat=True)
            .order_by()
            .first()
        )
        if later is not None:
            raise UndoRefused(f"Import {later} has replaced rows of this one; take that one back first.")

    @classmethod
    def unpublish(cls, batch: ImportBatch) -> dict[str, int]:
        gone = CategoryTotal.objects.filter(batch=batch).update(is_live=False)
        restored = CategoryTotal.objects.filter(superseded_by=batch).update(is_live=True, superseded_by=None)
        return {"category totals": gone, "category totals restored": restored}

    @classmethod
    def discard(cls, batch: ImportBatch, removed: Removed) -> None:
        delete_rows(CategoryTotal, batch, removed)

    @classmethod
    def follow_up(cls, batch: ImportBatch) -> None:
        evaluate_counted(CategoryTotal, batch)

    def touches(self) -> dict[str, Any]:
        return {**super().touches(), "returns": {"lines": self._negative}}
