"""Importing what single brands or suppliers sold in stores by month."""

import datetime as dt
from collections import Counter
from typing import Any, ClassVar

from django.db import transaction

from accounts.importers import AccountLookup
from accounts.models import Competitor
from ka_crm.imports.changes import remember_created
from ka_crm.imports.importer import Context, Importer, LinesAgain, Progress, Removed, UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.imports.rules.mapping import Mapping
from ka_crm.lib.bulk import chunked, load_rows
from purchases.importers import Catalogue
from visits.importers.counts import STORE_AND_CATEGORY
from visits.importers.removal import delete_rows, supersede
from visits.models import BrandCount, BrandPeriod

_PART = 20_000
#: Names in the column of the competitor that mean ourselves.
OUR_NAMES = frozenset({"own", "ours", "our", "us", "we"})
_KEY = ("store_id", "category_id", "on", "competitor_id", "brand")
_MEASURES = ("amount", "units")
#: (store, category, month, competitor or None for ours, brand)
Key = tuple[int, int, dt.date, int | None, str]
Counts = tuple[int | None, ...]


class Competitors:
    """Competitors by name; an unknown one always arises from its name, with a negative number first."""

    def __init__(self) -> None:
        rows = Competitor.objects.order_by("-pk").values_list("name", "pk")
        self._ids: dict[str, int] = {name.casefold(): pk for name, pk in rows}
        self._new: list[str] = []
        self._real: dict[int, int] = {}

    def number(self, name: str) -> int | None:
        """Return the competitor's number, made if unknown; ``None`` for ourselves."""
        folded = name.casefold()
        if folded in OUR_NAMES:
            return None
        found = self._ids.get(folded)
        if found is None:
            found = self._ids[folded] = -1 - len(self._new)
            self._new.append(name)
        return found

    def real(self, number: int | None) -> int | None:
        """Return the id behind a number given out before ``make``."""
        return self._real[number] if number is not None and number < 0 else number

    def made(self) -> int:
        """Return how many are new."""
        return len(self._new)

    def make(self, batch: ImportBatch) -> None:
        """Store what is new."""
        for place, name in enumerate(self._new):
            self._real[-1 - place] = Competitor.objects.create(name=name).pk
        remember_created(batch, Competitor, self._real.values())
        self._new = []


class BrandCountImporter(Importer):
    """Lines of one file add up per store, category, month, supplier and brand; a later file replaces that."""

    kind: ClassVar[str] = "brand_counts"
    label: ClassVar[str] = "Brands in stores"
    help: ClassVar[str] = "Who has the shelf: own lines say “ours” where others name the competitor."
    value_field: ClassVar[str] = "amount"
    fields: ClassVar[tuple[Field, ...]] = (
        *STORE_AND_CATEGORY,
        Field(
            "month", FieldType.MONTH, "Month", required=True, example="2022-10", synonyms=("period", "月份")
        ),
        Field("date", FieldType.DATE, "Date (days add up)", example="", synonyms=("day", "week", "日期")),
        Field(
            "competitor",
            FieldType.TEXT,
            "Competitor (or “ours”)",
            required=True,
            example="ours",
            synonyms=("supplier", "vendor", "manufacturer", "vendor name", "竞争对手"),
        ),
        Field("brand", FieldType.TEXT, "Brand", example="", synonyms=("brand name", "品牌")),
        Field(
            "units", FieldType.UNITS, "Units", example="34", synonyms=("bottles", "bottles sold", "pieces")
        ),
        Field(
            "amount",
            FieldType.AMOUNT,
            "Amount",
            example="796.50",
            synonyms=("sales", "sale (dollars)", "value"),
        ),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._accounts = AccountLookup(context)
        self._categories = Catalogue(context).categories
        self._competitors = Competitors()
        self._counts: dict[Key, Counts] = {}
        self._fates: dict[Key, str] = {}
        self._keys_of_lines: list[set[Key]] = []

    @classmethod
    def needed_in_every_line(cls) -> list[str]:
        return ["store_code", "category_code", "competitor"]

    @classmethod
    def missing_fields(cls, mapped: set[str], mapping: Mapping) -> list[str]:
        missing = [name for name in cls.needed_in_every_line() if name not in mapped]
        if not mapped & {"month", "date"}:
            missing.append("month (or date)")
        if not mapped & set(_MEASURES):
            missing.append("amount or units")
        return missing

    def check(self, lines: list[Line]) -> None:
        for line in lines:
            for position, record in enumerate(line.records):
                self._check_record(line, record, position)
            if not line.problems:
                self._keys_of_lines.append({self._take(record) for record in line.records})

    def _check_record(self, line: Line, record: Record, position: int) -> None:
        reject, accounts = self.context.plan.reject, self._accounts
        code = record.get("store_code")
        if code is not None and code not in accounts.stores and not accounts.may_make_store(code):
            reject(line, "store_code", reasons.UNKNOWN_STORE, position)
        if "month" not in record and "date" not in record:
            field = "month" if "month" in self.context.plan.mapped else "date"
            reject(line, field, reasons.MISSING, position)
        if not line.problems and not record.keys() & set(_MEASURES):
            reject(line, "amount", reasons.AMOUNT_OR_UNITS, position)

    def _take(self, record: Record) -> Key:
        store, _ = self._accounts.store(record["store_code"], None, None)
        day: dt.date = record["month"] if "month" in record else record["date"]
        key = (
            store,
            self._categories.number(record["category_code"]),
            day.replace(day=1),
            self._competitors.number(record["competitor"]),
            record.get("brand", ""),
        )
        counts = tuple(record.get(name) for name in _MEASURES)
        before = self._counts.get(key)
        self._counts[key] = counts if before is None else _added(before, counts)
        return key

    def finish(self) -> None:
        stored = {key: counts for key, (_pk, counts) in self._stored(self._counts).items()}
        for key, counts in self._counts.items():
            before = stored.get(key)
            self._fates[key] = "created" if before is None else "unchanged" if before == counts else "updated"
        found: Counter[str] = Counter()
        for keys in self._keys_of_lines:
            fates = {self._fates[key] for key in keys}
            found[next(fate for fate in ("updated", "created", "unchanged") if fate in fates)] += 1
        for fate, lines in found.items():
            self.context.tally.count(fate, lines)
        self._keys_of_lines = []

    @staticmethod
    def _stored(wanted: Any) -> dict[Key, tuple[int, Counts]]:
        """Return the rows that hold now of the keys wanted, with their ids."""
        months = {key[2] for key in wanted}
        rows = BrandCount.objects.filter(is_live=True, period=BrandPeriod.MONTH, on__in=months).order_by()
        found: dict[Key, tuple[int, Counts]] = {}
        for pk, *values in rows.values_list("pk", *_KEY, *_MEASURES).iterator():
            key: Key = (values[0], values[1], values[2], values[3], values[4])
            if key in wanted:
                found[key] = (pk, tuple(values[5:]))
        return found

    def touches(self) -> dict[str, Any]:
        months = Counter(key[2] for key in self._counts)
        return {
            "months": [month.isoformat() for month in sorted(months)],
            "lines_by_month": [months[month] for month in sorted(months)],
            "stores": len({key[0] for key in self._counts}),
            "categories": len({key[1] for key in self._counts}),
        }

    def made(self) -> dict[str, int]:
        return {
            **self._accounts.made(),
            "categories": self._categories.made(),
            "competitors": self._competitors.made(),
        }

    def prepare(self, batch: ImportBatch) -> None:
        self._accounts.make(batch)
        self._categories.make(batch)
        self._competitors.make(batch)
        self._counts = {self._real(key): counts for key, counts in self._counts.items()}
        self._fates = {self._real(key): fate for key, fate in self._fates.items()}

    def _real(self, key: Key) -> Key:
        store, category, month, competitor, brand = key
        category = self._categories.real(category) or 0
        return self._accounts.real_store(store), category, month, self._competitors.real(competitor), brand

    def store(self, batch: ImportBatch, lines: LinesAgain, progress: Progress) -> None:
        columns = (*_KEY, *_MEASURES, "period", "batch_id", "is_live", "is_generated")
        rows = (
            (*key, *counts, BrandPeriod.MONTH.value, batch.pk, False, False)
            for key, counts in self._counts.items()
            if self._fates[key] != "unchanged"
        )
        for part in chunked(rows, _PART):
            with transaction.atomic():
                load_rows(BrandCount, columns, part)

    def publish(self, batch: ImportBatch) -> None:
        updated = {key for key, fate in self._fates.items() if fate == "updated"}
        if updated:
            supersede(BrandCount, [pk for pk, _counts in self._stored(updated).values()], batch)
        BrandCount.objects.filter(batch=batch).update(is_live=True)

    @classmethod
    def check_undo(cls, batch: ImportBatch) -> None:
        replaced = BrandCount.objects.filter(batch=batch, superseded_by__state=BatchState.COMMITTED)
        later = replaced.order_by().values_list("superseded_by_id", flat=True).first()
        if later is not None:
            raise UndoRefused(f"Import {later} has replaced rows of this one; take that one back first.")

    @classmethod
    def unpublish(cls, batch: ImportBatch) -> dict[str, int]:
        gone = BrandCount.objects.filter(batch=batch).update(is_live=False)
        restored = BrandCount.objects.filter(superseded_by=batch).update(is_live=True, superseded_by=None)
        return {"brand counts": gone, "brand counts restored": restored}

    @classmethod
    def discard(cls, batch: ImportBatch, removed: Removed) -> None:
        delete_rows(BrandCount, batch, removed)


def _added(before: Counts, counts: Counts) -> Counts:
    """What one line does not know, the sum does not know; unless it then knew nothing at all."""
    pairs = list(zip(before, counts, strict=True))
    sums = tuple(None if None in pair else sum(pair) for pair in pairs)  # type: ignore[arg-type]
    if any(value is not None for value in sums):
        return sums
    return tuple(next((value for value in pair if value is not None), None) for pair in pairs)
