"""Importing facts of the dossier: one record per key, made or changed, and taken back as master data are."""

from collections.abc import Hashable
from typing import Any, ClassVar

from django.db.models import QuerySet

from accounts.importers import AccountLookup
from ka_crm.imports.importer import Context
from ka_crm.imports.master import MasterImporter, Values
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.lib.bulk import chunked
from purchases.importers.following import refresh_touched

_PART = 900


class FactImporter(MasterImporter):
    """Facts that carry their batch: a row that a file makes counts once the file is committed.

    Rows are compared with those stored of the customers that the file names, not with all there are.
    """

    prepares_in_steps: ClassVar[bool] = True
    #: Whether the standings of accounts are made of these facts, too.
    makes_standing: ClassVar[bool] = False
    #: The attributes that make the key, in its order.
    key_names: ClassVar[tuple[str, ...]]

    def __init__(self, context: Context) -> None:
        self.accounts = AccountLookup(context)
        self.late: list[Line] = []
        super().__init__(context)

    def existing(self) -> dict[Hashable, Values]:
        return {}  # read once it is known what the file is about: ``finish``

    def reject(self, line: Line, record: Record, name: str, reason: str) -> None:
        """Add a problem of one record of a line; in a wide table every record has a column of its own."""
        position = next((place for place, other in enumerate(line.records) if other is record), 0)
        self.context.plan.reject(line, name, reason, position)

    def _rejected_late(self) -> list[Line]:
        return self.late

    def finish(self) -> None:
        self._existing = self.stored([key for _, key, _ in self._lines])
        super().finish()

    def stored(self, keys: list[Any]) -> dict[Hashable, Values]:
        """Return {key: {"id": …, **compared attributes}} of the customers named; they stand first in keys."""
        customers = sorted({key[0] for key in keys if key[0] is not None and key[0] > 0})
        found: dict[Hashable, Values] = {}
        for part in chunked(customers, _PART):
            found |= self.rows(self._live().filter(customer__in=part))
        if any(key[0] is None for key in keys):
            found |= self.rows(self._live().filter(customer__isnull=True))
        return found

    def _live(self) -> "QuerySet[Any]":
        manager: Any = self.model._base_manager
        live: QuerySet[Any] = manager.filter(archived_at__isnull=True).order_by("pk")
        return live

    def rows(self, rows: "QuerySet[Any]") -> dict[Hashable, Values]:
        """Return records by key."""
        found = rows.values("id", *self.key_names, *self.compared)
        return {tuple(row.pop(name) for name in self.key_names): row for row in found.iterator(5_000)}

    def find_customer(self, line: Line, record: Record) -> int | None:
        """Return the customer's number; reject the line where the person may not see one of this code."""
        code = record.get("customer_code")
        if code is None:
            return None
        if code not in self.accounts.customers and not self.accounts.may_make_customer(code):
            self.reject(line, record, "customer_code", reasons.UNKNOWN_CUSTOMER)
            return None
        return self.accounts.customer(code)

    def find_store(self, line: Line, record: Record, customer: int | None = None) -> int | None:
        """Return the store's number; reject the line for one that the person may not see, or that belongs
        to another customer than the line's."""
        code = record.get("store_code")
        if code is None:
            return None
        found = self.accounts.stores.get(code)
        if found is None:
            self.reject(line, record, "store_code", reasons.UNKNOWN_STORE)
            return None
        if customer is not None and found[1] != customer:
            self.reject(line, record, "store_code", reasons.STORE_OF_ANOTHER)
        return found[0]

    def made(self) -> dict[str, int]:
        return self.accounts.made()

    def resolve_pending(self, batch: ImportBatch) -> None:
        self.accounts.make(batch)
        self.batch = batch

    def columns_of(self, key: Hashable, values: Values) -> Values:
        columns = dict(zip(self.key_names, key, strict=True))  # type: ignore[call-overload]
        if columns.get("customer_id") is not None:
            columns["customer_id"] = self.accounts.real_customer(columns["customer_id"])
        return {**columns, "batch_id": self.batch.pk, **values}

    @classmethod
    def follow_up(cls, batch: ImportBatch) -> None:
        if cls.makes_standing:
            refresh_touched(cls.model, batch)
