"""Importing net prices."""

import datetime as dt
from collections.abc import Hashable
from typing import Any, ClassVar

from accounts.importers.terms import Terms
from ka_crm.imports.importer import Context
from ka_crm.imports.master import Pending, Values
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.lib.bulk import chunked
from ka_crm.lib.locks import hold_until_commit
from ka_crm.lib.spreadsheets import FileRefused
from purchases.importers.catalogue import Catalogue
from purchases.importers.columns import customer_column, product_column, store_column
from purchases.importers.fact import FactImporter
from purchases.models import PriceSource, PriceTerm
from purchases.queries.price_terms import overlapping_terms
from purchases.rules.periods import Period, overlapping

_PART = 900


class PriceTermImporter(FactImporter):
    """Prices by whom, product, source and first day. Those of one product never hold on the same day."""

    kind: ClassVar[str] = "price_terms"
    label: ClassVar[str] = "Price terms"
    help: ClassVar[str] = (
        "Net prices of a customer, a store or a region; of none of them: the general list. "
        "To end a price that holds until further notice, state it again with its last day."
    )
    model = PriceTerm
    compared: ClassVar[tuple[str, ...]] = ("net_price", "to_on", "note")
    defaults: ClassVar[Values] = {"to_on": None, "note": ""}
    key_names: ClassVar[tuple[str, ...]] = (
        "customer_id",
        "store_id",
        "region_id",
        "product_id",
        "source",
        "from_on",
    )
    fields: ClassVar[tuple[Field, ...]] = (
        customer_column(required=False),
        store_column(),
        Field("region", FieldType.TEXT, "Region", example="", synonyms=("market", "area", "区域")),
        product_column(),
        Field(
            "net_price",
            FieldType.AMOUNT,
            "Net price",
            required=True,
            example="21.50",
            synonyms=("price", "unit price", "net", "净价", "价格", "单价"),
        ),
        Field(
            "from",
            FieldType.DATE,
            "From",
            required=True,
            example="2022-01-01",
            may_be_future=True,
            synonyms=("from_on", "start", "since", "valid from", "开始", "生效日期"),
        ),
        Field(
            "to",
            FieldType.DATE,
            "Until",
            example="2022-12-31",
            may_be_future=True,
            synonyms=("to_on", "until", "end", "valid to", "结束", "失效日期"),
        ),
        Field(
            "source",
            FieldType.CHOICE,
            "Source",
            choices=tuple(PriceSource.values),
            example="agreed",
            synonyms=("basis", "数据来源"),
        ),
        Field("note", FieldType.TEXT, "Note", longest=200, example="", synonyms=("comment", "备注")),
    )

    def __init__(self, context: Context) -> None:
        self._regions = Terms("region")
        self._catalogue = Catalogue(context)
        self._overlapping: set[Hashable] = set()
        super().__init__(context)

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        named = [name for name in ("customer_code", "store_code", "region") if name in record]
        if len(named) > 1:
            self.reject(line, record, named[0], reasons.FOR_ONE_ONLY)
        elif not {"customer_code", "store_code"} & set(named) and not self.context.is_everywhere:
            self.reject(line, record, "customer_code", reasons.FOR_ALL)
        if record["net_price"] < 0:
            self.reject(line, record, "net_price", reasons.NEGATIVE)
        end: dt.date | None = record.get("to")
        if end is not None and end < record["from"]:
            self.reject(line, record, "to", reasons.END_BEFORE_START)
        code = record["product_code"]
        if code not in self._catalogue.products and not self._catalogue.makes_products:
            self.reject(line, record, "product_code", reasons.UNKNOWN_PRODUCT)
        customer, store = self.find_customer(line, record), self.find_store(line, record)
        if line.problems:
            return None
        region = self._regions.find("region", record["region"]) if "region" in record else None
        product = self._catalogue.product(code, None, None)[0]
        values: Values = {"net_price": record["net_price"]}
        values |= {
            ours: record[theirs] for ours, theirs in (("to_on", "to"), ("note", "note")) if theirs in record
        }
        source = record.get("source", PriceSource.AGREED.value)
        return (customer, store, region, product, source, record["from"]), values

    def stored(self, keys: list[Any]) -> dict[Hashable, Values]:
        products = sorted({key[3] for key in keys if key[3] > 0})
        found: dict[Hashable, Values] = {}
        for part in chunked(products, _PART):
            found |= self.rows(self._live().filter(product__in=part))
        return found

    def finish(self) -> None:
        stored = self.stored([key for _, key, _ in self._lines])
        while found := self._overlaps(stored) - self._overlapping:
            self._overlapping |= found
        super().finish()

    def _overlaps(self, stored: dict[Hashable, Values]) -> set[Hashable]:
        """Return the keys of lines whose price would hold on a day of another one."""
        ends: dict[Any, dt.date | None] = {key: values["to_on"] for key, values in stored.items()}
        lines = [item[1:] for item in self._lines if item[1] not in self._overlapping]
        for key, values in lines:
            ends[key] = values.get("to_on", ends.get(key))
        found = overlapping(Period(key[:5], key, key[5], last) for key, last in ends.items())
        return found & {key for key, _ in lines}

    def settle(self, line: Line, key: Hashable, values: Values) -> bool:
        if key not in self._overlapping:
            return True
        self.context.plan.reject(line, "from", reasons.OVERLAP)
        self.late.append(line)
        return False

    def publish(self, batch: ImportBatch) -> None:
        """Look again: somebody may have typed a price since the lines were checked."""
        hold_until_commit("price terms")
        products = {self._catalogue.real_product(key[3]) for key in self._now}  # type: ignore[index]
        for part in chunked(sorted(products), _PART):  # type: ignore[type-var]
            if overlapping_terms(part):
                raise FileRefused(
                    "Somebody has stated one of these prices at the same moment. Please try again."
                )

    def made(self) -> dict[str, int]:
        return {**super().made(), **self._regions.made(), **self._catalogue.made()}

    def resolve_pending(self, batch: ImportBatch) -> None:
        super().resolve_pending(batch)
        self._regions.make(batch)
        self._catalogue.make(batch)

    def columns_of(self, key: Hashable, values: Values) -> Values:
        columns = super().columns_of(key, values)
        if isinstance(columns["region_id"], Pending):
            columns = self._regions.resolved(columns)
        return {**columns, "product_id": self._catalogue.real_product(columns["product_id"])}
