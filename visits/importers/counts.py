"""What files of full counts and of visits have in common: lines that add up to one row per key."""

import datetime as dt
from abc import abstractmethod
from collections import Counter
from typing import Any

from accounts.importers import AccountLookup
from ka_crm.imports.importer import Context, Importer
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from purchases.importers import Catalogue

MEASURES = ("total_amount", "own_amount", "total_units", "own_units")
#: (store, category, day or month, source or kind)
Key = tuple[int, int, dt.date, str]
Counts = tuple[int | None, ...]
_FATES = ("updated", "created", "unchanged")
#: What every count is about.
STORE_AND_CATEGORY = (
    Field(
        "store_code",
        FieldType.CODE,
        "Store code",
        required=True,
        example="S-2001",
        synonyms=("store", "store id", "store no", "store number", "outlet", "门店编码"),
    ),
    Field(
        "category_code",
        FieldType.CODE,
        "Category",
        required=True,
        example="TEQUILA",
        synonyms=("category", "category_id", "category name", "品类"),
    ),
)


class CountImporter(Importer):
    """Keeps one row of counts per key in memory; a line takes the fate of its keys."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.accounts = AccountLookup(context)
        self.categories = Catalogue(context).categories
        self.is_own_told = bool(context.mapping.own_when)
        self.counts: dict[Key, list[int | None]] = {}
        self.fates: dict[Key, str] = {}
        self._keys_of_lines: list[tuple[Key, ...]] = []
        self._shared: dict[Key, tuple[Key, ...]] = {}

    def check(self, lines: list[Line]) -> None:
        for line in lines:
            for position, record in enumerate(line.records):
                self._check_store(line, record, position)
                if self.is_own_told:
                    _tell_own(record, bool(line.is_own))
                self.check_record(line, record, position)
            if line.problems:
                continue
            keys = tuple(self._take(record) for record in line.records)
            self._keys_of_lines.append(self._shared.setdefault(keys[0], keys) if len(keys) == 1 else keys)

    def _check_store(self, line: Line, record: Record, position: int) -> None:
        code = record.get("store_code")
        if code is not None and code not in self.accounts.stores and not self.accounts.may_make_store(code):
            self.context.plan.reject(line, "store_code", reasons.UNKNOWN_STORE, position)

    @abstractmethod
    def check_record(self, line: Line, record: Record, position: int) -> None:
        """Reject what cannot be."""

    @abstractmethod
    def key_rest(self, record: Record) -> tuple[dt.date, str]:
        """Return the day or month, and the source or kind."""

    @abstractmethod
    def merge(self, key: Key, before: list[int | None], counts: list[int | None]) -> None:
        """Bring a further line of the same key in."""

    def _take(self, record: Record) -> Key:
        store, _ = self.accounts.store(record["store_code"], None, record.get("store_name"))
        key = (store, self.categories.number(record["category_code"]), *self.key_rest(record))
        counts = [record.get(name) for name in MEASURES]
        before = self.counts.get(key)
        if before is None:
            self.counts[key] = counts
        else:
            self.merge(key, before, counts)
        self.remember(key, record)
        return key

    def remember(self, key: Key, record: Record) -> None:
        """Keep what else the record states."""

    @abstractmethod
    def decide(self) -> None:
        """Fill ``fates`` for every key by comparing with what is stored."""

    def finish(self) -> None:
        self.decide()
        found: Counter[str] = Counter()
        for keys in self._keys_of_lines:
            fates = {self.fates[key] for key in keys}
            found[next(fate for fate in _FATES if fate in fates)] += 1
        for fate, lines in found.items():
            self.context.tally.count(fate, lines)
        self._keys_of_lines, self._shared = [], {}

    def touches(self) -> dict[str, Any]:
        months: Counter[dt.date] = Counter(key[2].replace(day=1) for key in self.counts)
        return {
            "months": [month.isoformat() for month in sorted(months)],
            "lines_by_month": [months[month] for month in sorted(months)],
            "stores": len({key[0] for key in self.counts}),
            "categories": len({key[1] for key in self.counts}),
        }

    def made(self) -> dict[str, int]:
        return {**self.accounts.made(), "categories": self.categories.made()}

    def make_missing(self, batch: Any) -> None:
        """Store new stores, customers and categories and give all keys their real ids."""
        self.accounts.make(batch)
        self.categories.make(batch)
        self.counts = {self._real(key): counts for key, counts in self.counts.items()}
        self.fates = {self._real(key): fate for key, fate in self.fates.items()}

    def _real(self, key: Key) -> Key:
        store, category, day, source = key
        return self.accounts.real_store(store), self.categories.real(category) or 0, day, source


def _tell_own(record: Record, is_own: bool) -> None:
    """Lines of ours count in both, lines of others in the total alone."""
    for measure in ("amount", "units"):
        total = record.get(f"total_{measure}")
        if total is not None:
            record[f"own_{measure}"] = total if is_own else 0
        else:
            record.pop(f"own_{measure}", None)
