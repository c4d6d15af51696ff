"""Importing market shares that somebody stated."""

import datetime as dt
from collections.abc import Hashable
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, cast

from accounts.importers.terms import Terms
from ka_crm.imports.importer import Context
from ka_crm.imports.master import MasterImporter, Pending, Values
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from purchases.importers.catalogue import Categories
from visits.models import MarketShare

_TEN_PLACES = Decimal("1e-10")


class MarketShareImporter(MasterImporter):
    """Shares by category, region and first day; a blank region is the whole country."""

    kind: ClassVar[str] = "market_shares"
    label: ClassVar[str] = "Market shares"
    model = MarketShare
    compared: ClassVar[tuple[str, ...]] = ("to_on", "share", "source")
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "category_code",
            FieldType.CODE,
            "Category",
            required=True,
            example="TEQUILA",
            synonyms=("category", "category_id", "category name", "品类"),
        ),
        Field("region", FieldType.TEXT, "Region", example="North", synonyms=("market", "area", "区域")),
        Field(
            "from",
            FieldType.DATE,
            "From",
            required=True,
            example="2022-01-01",
            may_be_future=True,
            synonyms=("from_on", "start", "since", "valid from", "开始"),
        ),
        Field(
            "to",
            FieldType.DATE,
            "Until",
            example="2022-12-31",
            may_be_future=True,
            synonyms=("to_on", "until", "end", "valid to", "结束"),
        ),
        Field(
            "share",
            FieldType.SHARE,
            "Market share",
            required=True,
            example="0.304",
            synonyms=("market share", "share %", "市场份额"),
        ),
        Field("source", FieldType.TEXT, "Source", example="Market research 2022", synonyms=("数据来源",)),
    )
    defaults: ClassVar[Values] = {"source": ""}

    def __init__(self, context: Context) -> None:
        self._terms = Terms("region")
        self._categories = Categories()
        super().__init__(context)

    def existing(self) -> dict[Hashable, Values]:
        rows = MarketShare.objects.filter(archived_at__isnull=True).order_by("pk")
        names = ("id", "category_id", "region_id", "from_on", *self.compared)
        return {
            (row.pop("category_id"), row.pop("region_id"), row.pop("from_on")): row
            for row in rows.values(*names)
        }

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        end: dt.date | None = record.get("to")
        if end is not None and end < record["from"]:
            self.context.plan.reject(line, "to", reasons.END_BEFORE_START)
            return None
        region = self._terms.find("region", record["region"]) if "region" in record else None
        values: Values = {"share": record["share"].quantize(_TEN_PLACES, ROUND_HALF_UP)}
        values |= {
            ours: record[theirs]
            for ours, theirs in (("to_on", "to"), ("source", "source"))
            if theirs in record
        }
        return (self._categories.number(record["category_code"]), region, record["from"]), values

    def made(self) -> dict[str, int]:
        return {**self._terms.made(), "categories": self._categories.made()}

    def resolve_pending(self, batch: ImportBatch) -> None:
        self._terms.make(batch)
        self._categories.make(batch)
        self._batch = batch

    def columns_of(self, key: Hashable, values: Values) -> Values:
        category, region, start = cast("tuple[int, int | Pending | None, dt.date]", key)
        if isinstance(region, Pending):
            region = int(self._terms.resolved({"region_id": region})["region_id"])
        return {
            "category_id": self._categories.real(category),
            "region_id": region,
            "from_on": start,
            "batch_id": self._batch.pk,
            **values,
        }
