"""Importing order lines with what arrived of them."""

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterator
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet

from ka_crm.imports.changes import remember_created, remember_updated
from ka_crm.imports.importer import Context
from ka_crm.imports.master import Values
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.lib.bulk import chunked, load_rows
from ka_crm.lib.money import LARGEST
from purchases.importers.catalogue import Catalogue
from purchases.importers.delivery_fields import DELIVERY_FIELDS, YES
from purchases.importers.fact import FactImporter
from purchases.models import Delivery, OrderLine

_PART = 900
_STEP = 10_000
_DAY = "delivered_on"
#: What a line states besides its key: our attribute ← their field.
_STATED = (
    ("ordered_units", "ordered_units"),
    ("requested_on", "requested_on"),
    ("confirmed_on", "confirmed_on"),
    ("delivery_mode", "delivery_mode"),
)


class DeliveryImporter(FactImporter):
    """Order lines by customer, order and line number; every row may state one delivery of its line.

    Rows of one file for the same line and day add up; a later file replaces what arrived on that day.
    """

    kind: ClassVar[str] = "deliveries"
    label: ClassVar[str] = "Orders and deliveries"
    help: ClassVar[str] = "Order lines with what arrived when; several rows of one line are its deliveries."
    model = OrderLine
    makes_standing = True
    compared: ClassVar[tuple[str, ...]] = (
        "store_id",
        "product_id",
        "ordered_units",
        "requested_on",
        "confirmed_on",
        "is_cancelled",
        "delivery_mode",
    )
    defaults: ClassVar[Values] = {"is_cancelled": False, "delivery_mode": ""}
    key_names: ClassVar[tuple[str, ...]] = ("customer_id", "order_no", "line_no")
    fields = DELIVERY_FIELDS

    def __init__(self, context: Context) -> None:
        self._catalogue = Catalogue(context)
        self._arrived: Counter[tuple[Any, dt.date]] = Counter()
        self._too_large: set[tuple[Any, dt.date]] = set()
        #: Key of the line → day → (delivery, units), as stored.
        self._known: dict[Hashable, dict[dt.date, tuple[int, int]]] = {}
        super().__init__(context)

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        if ("delivered_units" in record) != (_DAY in record):
            self.reject(line, record, _DAY, reasons.HALF_A_DELIVERY)
        for name in ("ordered_units", "delivered_units"):
            if record.get(name, 0) < 0:
                self.reject(line, record, name, reasons.NEGATIVE)
        code = record.get("product_code")
        if code is not None and code not in self._catalogue.products and not self._catalogue.makes_products:
            self.reject(line, record, "product_code", reasons.UNKNOWN_PRODUCT)
        customer = self.find_customer(line, record)
        store = self.find_store(line, record, customer)
        if line.problems:
            return None
        values: Values = {ours: record[theirs] for ours, theirs in _STATED if theirs in record}
        if store is not None:
            values["store_id"] = store
        if code is not None:
            values["product_id"] = self._catalogue.product(code, None, None)[0]
        if "cancelled" in record:
            values["is_cancelled"] = record["cancelled"] in YES
        if _DAY in record:
            values[_DAY] = (record[_DAY], record["delivered_units"])
        return (customer, record["order_no"], record["line_no"]), values

    def finish(self) -> None:
        for _, key, values in self._lines:
            if _DAY in values:
                day, units = values[_DAY]
                self._arrived[key, day] += units
        self._too_large = {pair for pair, units in self._arrived.items() if units > LARGEST}
        for pair in self._too_large:
            del self._arrived[pair]
        super().finish()

    def stored(self, keys: list[Any]) -> dict[Hashable, Values]:
        wanted = set(keys)
        found: dict[Hashable, Values] = {}
        for rows in self._rows_about({key for key in wanted if key[0] > 0}):
            found |= {key: row for key, row in self.rows(rows).items() if key in wanted}
        key_of = {row["id"]: key for key, row in found.items()}
        for part in chunked(sorted(key_of), _PART):
            deliveries = Delivery.objects.filter(order_line__in=part).order_by()
            for pk, order_line, day, units in deliveries.values_list("pk", "order_line_id", _DAY, "units"):
                self._known.setdefault(key_of[order_line], {})[day] = (pk, units)
        return found

    def _rows_about(self, keys: set[Any]) -> "Iterator[QuerySet[Any]]":
        """Stored order lines with these customers and order numbers, part by part."""
        for part in chunked(sorted(keys), _PART):
            customers, orders = {key[0] for key in part}, {key[1] for key in part}
            yield self._live().filter(customer__in=customers, order_no__in=orders)

    def settle(self, line: Line, key: Hashable, values: Values) -> bool:
        if _DAY not in values or (key, values[_DAY][0]) not in self._too_large:
            return True
        self.context.plan.reject(line, "delivered_units", reasons.TOO_LARGE)
        self.late.append(line)
        return False

    def _fate(self, key: Hashable, values: Values) -> str:
        """What becomes of a row: of its order line, or else of the delivery that it states."""
        delivered = values.pop(_DAY, None)
        fate = super()._fate(key, values)
        if delivered is None:
            return fate
        day = delivered[0]
        known = self._known.get(key, {}).get(day)
        of_delivery = (
            "created" if known is None else "unchanged" if known[1] == self._arrived[key, day] else "updated"
        )
        return next(one for one in ("created", "updated", "unchanged") if one in (fate, of_delivery))

    def made(self) -> dict[str, int]:
        return {**super().made(), **self._catalogue.made()}

    def resolve_pending(self, batch: ImportBatch) -> None:
        super().resolve_pending(batch)
        self._catalogue.make(batch)

    def resolved(self, values: Values) -> Values:
        if "product_id" not in values:
            return values
        return {**values, "product_id": self._catalogue.real_product(values["product_id"])}

    def after_write(self, batch: ImportBatch) -> None:
        for part in chunked(self._arrived.items(), _STEP):
            with transaction.atomic():
                self._write_deliveries(batch, part)

    def _write_deliveries(self, batch: ImportBatch, arrived: list[tuple[tuple[Any, dt.date], int]]) -> None:
        lines: dict[tuple[Any, ...], int] = {}
        for rows in self._rows_about({self._real_key(key) for (key, _), _ in arrived}):
            lines |= {tuple(key): pk for pk, *key in rows.values_list("pk", *self.key_names)}
        new, changed = [], []
        for (key, day), units in arrived:
            known = self._known.get(key, {}).get(day)
            if known is None:
                new.append((lines[self._real_key(key)], day, units, batch.pk))
            elif known[1] != units:
                changed.append((known, units))
        newest = Delivery.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        load_rows(Delivery, ("order_line_id", _DAY, "units", "batch_id"), new)
        made = Delivery.objects.filter(pk__gt=newest, batch=batch)
        remember_created(batch, Delivery, made.values_list("pk", flat=True))
        Delivery.objects.bulk_update(
            [Delivery(pk=pk, units=units) for (pk, _), units in changed], ["units"], batch_size=400
        )
        remember_updated(batch, Delivery, {pk: {"units": before} for (pk, before), _ in changed})

    def _real_key(self, key: Any) -> tuple[Any, ...]:
        return (self.accounts.real_customer(key[0]), *key[1:])
