"""Importing sales lines."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import transaction

from accounts.importers import AccountLookup
from ka_crm.imports.importer import Context, Importer, LinesAgain, Progress, Removed, UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.imports.rules.mapping import Mapping
from ka_crm.imports.rules.report import Question
from ka_crm.lib.bulk import chunked, load_rows
from ka_crm.lib.money import LARGEST, to_scaled
from ka_crm.lib.spreadsheets import FileRefused
from purchases.importers import documents, overlap
from purchases.importers.catalogue import Catalogue
from purchases.importers.following import refresh_touched
from purchases.importers.sales_fields import SALES_FIELDS
from purchases.importers.sums import CHUNK, Sale, Sums
from purchases.models import MonthlySales, SalesLine
from purchases.rules.line_amount import cost_amount, net_amount

_COLUMNS = (*Sale._fields, "batch_id", "replaces_id")


class SalesImporter(Importer):
    """Sales lines. With document and line number they update by that key, else equal lines count twice."""

    kind: ClassVar[str] = "sales"
    label: ClassVar[str] = "Sales lines"
    fields: ClassVar[tuple[Field, ...]] = SALES_FIELDS
    value_field: ClassVar[str] = "net_amount"
    is_additive: ClassVar[bool] = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._accounts = AccountLookup(context)
        self._catalogue = Catalogue(context)
        mapped = context.plan.mapped
        self._replaces_months = context.mapping.overlap == "replace"
        if self._replaces_months and not context.is_everywhere:
            raise FileRefused("Only somebody who sees all customers may replace whole months.")
        has_key = {"document_no", "line_no"} <= mapped and context.mapping.unpivot is None
        self._documents: documents.Documents | None = None
        if has_key:
            visible = None if context.is_everywhere else set(self._accounts.customers.values())
            self._documents = documents.Documents(look_up=not self._replaces_months, visible=visible)
        self._months: dict[int, int] = {}
        self._amounts: dict[int, int] = {}
        self._seen: dict[str, set[int]] = {"customers": set(), "stores": set(), "products": set()}
        self._returns = [0, 0]
        self._additive_lines = 0

    @classmethod
    def needed_in_every_line(cls) -> list[str]:
        return ["date"]

    @classmethod
    def missing_fields(cls, mapped: set[str], mapping: Mapping) -> list[str]:
        missing = [] if "date" in mapped else ["date"]
        if not mapped & {"customer_code", "store_code"}:
            missing.append("customer_code")
        if "net_amount" not in mapped and not {"quantity", "unit_price"} <= mapped:
            missing.append("net_amount (or quantity and unit_price)")
        return missing

    def value_of(self, line: Line) -> int:
        return sum(_net(record) or 0 for record in line.records)

    def check(self, lines: list[Line]) -> None:
        for line in lines:
            sales = self._sales(line)
            if line.problems:
                continue
            line.fate = "created"
            for sale in sales:
                self._note(sale)
            if self._documents is not None:
                self._documents.expect(line, sales[0])
            else:
                self._additive_lines += 1
        if self._documents is not None:
            without_key, foreign = self._documents.decide()
            self._additive_lines += without_key
            for line in foreign:
                line.fate = ""
                self.context.plan.reject(line, "document_no", reasons.CODE_NOT_YOURS)

    def _note(self, sale: Sale) -> None:
        day = sale[0]
        month = day.year * 12 + day.month - 1
        self._months[month] = self._months.get(month, 0) + 1
        self._amounts[month] = self._amounts.get(month, 0) + sale[5]
        seen = self._seen
        seen["customers"].add(sale[1])
        if sale[2]:
            seen["stores"].add(sale[2])
        if sale[3]:
            seen["products"].add(sale[3])
        if sale[5] < 0:
            self._returns[0] += 1
            self._returns[1] += sale[5]

    def _sales(self, line: Line) -> list[Sale]:
        """Return the line's sales, or reject it. The checks come first, so that a line which is rejected
        makes no customers on the way."""
        for position, record in enumerate(line.records):
            self._check(line, record, position)
        return [] if line.problems else [self._sale(record) for record in line.records]

    def _check(self, line: Line, record: Record, position: int) -> None:
        reject, accounts = self.context.plan.reject, self._accounts
        customer, store, product = map(record.get, ("customer_code", "store_code", "product_code"))
        if store is not None and store not in accounts.stores and not accounts.may_make_store(store):
            reject(line, "store_code", reasons.UNKNOWN_STORE, position)
        elif customer is None and store is None:
            reject(line, "customer_code", reasons.NO_CUSTOMER, position)
        if customer is not None and customer not in accounts.customers:
            own_code = customer == store and accounts.may_make_store(customer)
            if not (own_code or accounts.may_make_customer(customer)):
                reject(line, "customer_code", reasons.UNKNOWN_CUSTOMER, position)
        catalogue = self._catalogue
        if product is not None and product not in catalogue.products and not catalogue.makes_products:
            reject(line, "product_code", reasons.UNKNOWN_PRODUCT, position)
        net = _net(record)
        record["net_amount"] = net
        if net is None:
            reject(line, "net_amount", reasons.NO_AMOUNT, position)
        elif abs(net) > LARGEST:
            reject(line, "net_amount", reasons.TOO_LARGE, position)

    def _sale(self, record: Record) -> Sale:
        get, accounts = record.get, self._accounts
        customer_code, store_code, product_code, category_code = map(
            get, ("customer_code", "store_code", "product_code", "category_code")
        )
        store_id = owner_id = None
        if store_code is not None:
            store_id, owner_id = accounts.store(store_code, customer_code, get("store_name"))
        if customer_code is not None:
            customer_id = accounts.customer(customer_code, get("customer_name"))
        else:
            assert owner_id is not None
            customer_id = owner_id
        category_id = None if category_code is None else self._catalogue.categories.number(category_code)
        product_id, quantity, cost = None, get("quantity"), get("cost_amount")
        if product_code is not None:
            product_id, of_product, unit_cost = self._catalogue.product(
                product_code, category_id, get("product_name")
            )
            category_id = of_product if category_id is None else category_id
            if cost is None and unit_cost is not None and quantity is not None:
                cost = cost_amount(quantity, unit_cost)
        return Sale(
            record["date"],
            customer_id,
            store_id,
            product_id,
            category_id,
            record["net_amount"],
            quantity,
            cost,
            get("document_no", ""),
            get("line_no", ""),
        )

    def finish(self) -> None:
        tally = self.context.tally
        if self._returns[0]:
            tally.note("Lines with a negative amount (returns) are counted as such.", self._returns[0])
        if not self._additive_lines:
            return
        months = overlap.months_loaded(sorted(self._months))
        if not months:
            return
        names = [f"{month:%Y-%m}" for month in months]
        if self._replaces_months:
            tally.note("All lines loaded earlier in the months of this file are replaced.", len(months))
            return
        options: list[dict[str, Any]] = [{"overlap": "add"}, {"overlap": "replace"}]
        text = "Sales of these months are loaded already. Add these lines to them, or replace them?"
        sums = {
            "loaded_scaled": overlap.amount_loaded(months),
            "file_scaled": sum(self._amounts[day.year * 12 + day.month - 1] for day in months),
        }
        self.context.questions.append(Question("overlap", text, names, options, sums))
        if not self.context.mapping.overlap:
            tally.note("The lines are added to months that are loaded already.", len(months))

    def touches(self) -> dict[str, Any]:
        months = sorted(self._months)
        return {
            "months": [dt.date(month // 12, month % 12 + 1, 1).isoformat() for month in months],
            "lines_by_month": [self._months[month] for month in months],
            **{name: len(found) for name, found in self._seen.items()},
            "returns": {"lines": self._returns[0], "value_scaled": self._returns[1]},
        }

    def made(self) -> dict[str, int]:
        return {**self._accounts.made(), **self._catalogue.made()}

    def prepare(self, batch: ImportBatch) -> None:
        self._accounts.make(batch)
        self._catalogue.make(batch)

    def store(self, batch: ImportBatch, lines: LinesAgain, progress: Progress) -> None:
        sums = Sums()
        for part in chunked(self._rows(batch, lines, sums), CHUNK):
            with transaction.atomic():
                load_rows(SalesLine, _COLUMNS, part)
        if self._replaces_months:
            overlap.subtract_months(sums, sorted(self._months))
        with transaction.atomic():
            sums.store(batch)

    def _rows(self, batch: ImportBatch, lines: LinesAgain, sums: Sums) -> Iterator[tuple[Any, ...]]:
        for chunk in lines():
            for line in chunk:
                if line.fate or line.problems:
                    continue
                sales = self._sales(line)
                if line.problems:
                    continue
                if self._documents is None:
                    for sale in sales:
                        sums.add(sale)
                        yield (*sale, batch.pk, None)
                else:
                    self._documents.expect(line, sales[0])
            if self._documents is not None:
                for sale, replaced in self._documents.changed():
                    sums.add(sale)
                    if replaced is not None:
                        sums.add(replaced[1], -1)
                    yield (*sale, batch.pk, replaced[0] if replaced else None)

    def publish(self, batch: ImportBatch) -> None:
        if self._replaces_months:
            overlap.supersede_months(batch, sorted(self._months))
        elif self._documents is not None:
            replaced = SalesLine.objects.filter(batch=batch, replaces__isnull=False).order_by()
            SalesLine.objects.filter(pk__in=replaced.values("replaces_id")).update(superseded_by=batch)

    @classmethod
    def check_undo(cls, batch: ImportBatch) -> None:
        later = (
            SalesLine.objects.filter(batch=batch, superseded_by__isnull=False)
            .filter(superseded_by__state=BatchState.COMMITTED)
            .order_by()
            .values_list("superseded_by_id", flat=True)
            .first()
        )
        if later is not None:
            raise UndoRefused(f"Import {later} has replaced lines of this one; take that one back first.")

    @classmethod
    def unpublish(cls, batch: ImportBatch) -> dict[str, int]:
        restored = SalesLine.objects.filter(superseded_by=batch).update(superseded_by=None)
        return {"sales lines restored": restored, "sales lines": batch.created + batch.updated}

    @classmethod
    def discard(cls, batch: ImportBatch, removed: Removed) -> None:
        overlap.delete_batch(batch, removed)

    @classmethod
    def follow_up(cls, batch: ImportBatch) -> None:
        refresh_touched(MonthlySales, batch)


def _net(record: Record) -> int | None:
    """The stated net amount, else the one from quantity, price and discount."""
    net: int | None = record.get("net_amount")
    if net is not None:
        return net
    quantity, price = record.get("quantity"), record.get("unit_price")
    if quantity is None or price is None:
        return None
    share = record.get("discount")
    return net_amount(quantity, price, to_scaled(share) if share else 0)
