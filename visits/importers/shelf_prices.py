"""Importing the list of shelf prices."""

import datetime as dt
from collections.abc import Hashable
from typing import Any, ClassVar

from accounts.importers.terms import Terms
from ka_crm.imports.importer import Context
from ka_crm.imports.master import Values
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from purchases.importers.catalogue import Catalogue
from purchases.importers.columns import customer_column, product_column
from purchases.importers.fact import FactImporter
from purchases.rules.periods import Period, overlapping
from visits.models import ShelfPrice


def _date(name: str, label: str, example: str, *synonyms: str, required: bool = False) -> Field:
    return Field(
        name,
        FieldType.DATE,
        label,
        required=required,
        example=example,
        may_be_future=True,
        synonyms=synonyms,
    )


class ShelfPriceImporter(FactImporter):
    """Recommended prices and floors by whom, product, kind and first day; they never overlap."""

    kind: ClassVar[str] = "shelf_prices"
    label: ClassVar[str] = "Shelf prices"
    help: ClassVar[str] = (
        "Recommended price and floor of a product, of a customer, a region, or of neither: everywhere. "
        "Promotions have a last day. To end a price, state it again with its last day."
    )
    model = ShelfPrice
    compared: ClassVar[tuple[str, ...]] = ("price", "floor", "to_on", "note")
    defaults: ClassVar[Values] = {"to_on": None, "note": ""}
    key_names: ClassVar[tuple[str, ...]] = (
        "customer_id",
        "region_id",
        "product_id",
        "is_promotion",
        "from_on",
    )
    fields: ClassVar[tuple[Field, ...]] = (
        customer_column(required=False),
        Field("region", FieldType.TEXT, "Region", example="", synonyms=("market", "area", "区域")),
        product_column(),
        Field(
            "price",
            FieldType.AMOUNT,
            "Recommended price",
            required=True,
            example="25.00",
            synonyms=("recommended price", "rrp", "shelf price", "建议零售价"),
        ),
        Field(
            "floor",
            FieldType.AMOUNT,
            "Floor",
            required=True,
            example="22.50",
            synonyms=("floor price", "lowest price", "minimum", "最低价"),
        ),
        Field(
            "promotion",
            FieldType.CHOICE,
            "Promotion (yes or no)",
            choices=("yes", "no"),
            example="no",
            synonyms=("is promotion", "促销"),
        ),
        _date("from", "From", "2022-01-01", "from_on", "start", "valid from", "开始", required=True),
        _date("to", "Until", "2022-12-31", "to_on", "until", "end", "valid to", "结束"),
        Field("note", FieldType.TEXT, "Note", longest=200, example="", synonyms=("comment", "备注")),
    )

    def __init__(self, context: Context) -> None:
        self._regions = Terms("region")
        self._catalogue = Catalogue(context)
        super().__init__(context)

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        if "customer_code" in record and "region" in record:
            self.reject(line, record, "region", reasons.FOR_ONE_ONLY)
        if not 0 < record["floor"] <= record["price"]:
            self.reject(line, record, "floor", reasons.OUT_OF_RANGE)
        is_promotion = record.get("promotion") == "yes"
        end: dt.date | None = record.get("to")
        if end is not None and end < record["from"]:
            self.reject(line, record, "to", reasons.END_BEFORE_START)
        if is_promotion and end is None:
            self.reject(line, record, "to", reasons.MISSING)
        code = record["product_code"]
        if code not in self._catalogue.products and not self._catalogue.makes_products:
            self.reject(line, record, "product_code", reasons.UNKNOWN_PRODUCT)
        customer = self.find_customer(line, record)
        if line.problems:
            return None
        region = self._regions.find("region", record["region"]) if "region" in record else None
        product = self._catalogue.product(code, None, None)[0]
        values: Values = {"price": record["price"], "floor": record["floor"]}
        values |= {
            ours: record[theirs] for ours, theirs in (("to_on", "to"), ("note", "note")) if theirs in record
        }
        return (customer, region, product, is_promotion, record["from"]), values

    def stored(self, keys: list[Any]) -> dict[Hashable, Values]:
        return self.rows(self._live())

    def settle(self, line: Line, key: Hashable, values: Values) -> bool:
        if key not in self._overlapping:
            return True
        self.context.plan.reject(line, "from", reasons.OVERLAP)
        self.late.append(line)
        return False

    def finish(self) -> None:
        ends: dict[Any, dt.date | None] = {key: row["to_on"] for key, row in self.stored([]).items()}
        for _line, key, values in self._lines:
            ends[key] = values.get("to_on", ends.get(key))
        found = overlapping(Period(key[:4], key, key[4], last) for key, last in ends.items())
        self._overlapping = found & {key for _line, key, _values in self._lines}
        super().finish()

    def made(self) -> dict[str, int]:
        return {**super().made(), **self._regions.made(), **self._catalogue.made()}

    def resolve_pending(self, batch: ImportBatch) -> None:
        super().resolve_pending(batch)
        self._regions.make(batch)
        self._catalogue.make(batch)

    def columns_of(self, key: Hashable, values: Values) -> Values:
        columns = self._regions.resolved(super().columns_of(key, values))
        return {**columns, "product_id": self._catalogue.real_product(columns["product_id"])}
