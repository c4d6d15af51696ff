"""Importing desk estimates of what somebody buys in a year."""

from collections.abc import Hashable
from typing import ClassVar, cast

from accounts.importers import AccountLookup
from ka_crm.imports.importer import Context
from ka_crm.imports.master import MasterImporter, Values
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from purchases.importers.catalogue import Categories
from visits.models import PotentialEstimate
from visits.models.estimate import EstimateSource


class EstimateImporter(MasterImporter):
    """Estimates by customer or store, category, year and source."""

    kind: ClassVar[str] = "potential_estimates"
    label: ClassVar[str] = "Potential estimates"
    model = PotentialEstimate
    compared: ClassVar[tuple[str, ...]] = ("amount", "units", "stated_on")
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "customer_code",
            FieldType.CODE,
            "Customer code",
            example="C-1001",
            synonyms=("customer", "customer_id", "account", "客户编码"),
        ),
        Field(
            "store_code",
            FieldType.CODE,
            "Store code",
            example="",
            synonyms=("store", "store id", "outlet", "门店编码"),
        ),
        Field(
            "category_code",
            FieldType.CODE,
            "Category",
            required=True,
            example="TEQUILA",
            synonyms=("category", "category_id", "category name", "品类"),
        ),
        Field("year", FieldType.YEAR, "Year", required=True, example="2022", synonyms=("年份",)),
        Field(
            "amount",
            FieldType.AMOUNT,
            "Amount a year",
            example="50000",
            synonyms=("potential", "value", "金额"),
        ),
        Field("units", FieldType.UNITS, "Units a year", example="", synonyms=("quantity", "数量")),
        Field(
            "source",
            FieldType.CHOICE,
            "Source",
            required=True,
            example="declared",
            choices=tuple(EstimateSource.values),
            synonyms=("basis", "数据来源"),
        ),
        Field(
            "stated_on",
            FieldType.DATE,
            "Stated on",
            example="2022-06-30",
            synonyms=("date", "stated", "日期"),
        ),
    )

    def __init__(self, context: Context) -> None:
        self._accounts = AccountLookup(context)
        self._categories = Categories()
        super().__init__(context)

    @classmethod
    def missing_fields(cls, mapped, mapping):  # type: ignore[no-untyped-def]
        missing = super().missing_fields(mapped, mapping)
        if not mapped & {"customer_code", "store_code"}:
            missing.append("customer_code or store_code")
        if not mapped & {"amount", "units"}:
            missing.append("amount or units")
        return missing

    def existing(self) -> dict[Hashable, Values]:
        rows = PotentialEstimate.objects.filter(archived_at__isnull=True).order_by("pk")
        names = ("id", "customer_id", "store_id", "category_id", "year", "source", *self.compared)
        key_names = names[1:6]
        return {tuple(row.pop(name) for name in key_names): row for row in rows.values(*names)}

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        reject, accounts = self.context.plan.reject, self._accounts
        customer, store = record.get("customer_code"), record.get("store_code")
        if (customer is None) == (store is None):
            reject(line, "customer_code", reasons.CUSTOMER_OR_STORE)
        elif (
            customer is not None
            and customer not in accounts.customers
            and not accounts.may_make_customer(customer)
        ):
            reject(line, "customer_code", reasons.UNKNOWN_CUSTOMER)
        elif store is not None and store not in accounts.stores and not accounts.may_make_store(store):
            reject(line, "store_code", reasons.UNKNOWN_STORE)
        if "amount" not in record and "units" not in record:
            reject(line, "amount", reasons.AMOUNT_OR_UNITS)
        for name in ("amount", "units"):
            if record.get(name, 0) < 0:
                reject(line, name, reasons.NEGATIVE)
        if line.problems:
            return None
        values = {name: record[name] for name in self.compared if name in record}
        key = (
            None if customer is None else accounts.customer(customer),
            None if store is None else accounts.store(store)[0],
            self._categories.number(record["category_code"]),
            record["year"],
            record["source"],
        )
        return key, values

    def made(self) -> dict[str, int]:
        return {**self._accounts.made(), "categories": self._categories.made()}

    def resolve_pending(self, batch: ImportBatch) -> None:
        self._accounts.make(batch)
        self._categories.make(batch)
        self._batch = batch

    def columns_of(self, key: Hashable, values: Values) -> Values:
        customer, store, category, year, source = cast("tuple[int | None, int | None, int, int, str]", key)
        return {
            "customer_id": customer and self._accounts.real_customer(customer),
            "store_id": store and self._accounts.real_store(store),
            "category_id": self._categories.real(category),
            "year": year,
            "source": source,
            "batch_id": self._batch.pk,
            **values,
        }
