"""Importing where lots were shipped to."""

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
from ka_crm.people.models import User
from ka_crm.people.queries import territory_ids_below
from purchases.importers.catalogue import Catalogue
from purchases.importers.columns import customer_column, product_column
from purchases.importers.fact import FactImporter
from visits.models import LotShipment

_PART = 900


class LotShipmentImporter(FactImporter):
    """Lots by territory and day of shipping, with customer and product where they are known."""

    kind: ClassVar[str] = "lot_shipments"
    label: ClassVar[str] = "Shipments of lots"
    help: ClassVar[str] = (
        "Which lot was shipped to which territory, and when; so that a lot seen elsewhere shows."
    )
    model = LotShipment
    compared: ClassVar[tuple[str, ...]] = ("customer_id", "product_id")
    defaults: ClassVar[Values] = {"customer_id": None, "product_id": None}
    key_names: ClassVar[tuple[str, ...]] = ("lot", "territory_id", "shipped_on")
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "lot",
            FieldType.DOCUMENT,
            "Lot",
            required=True,
            longest=60,
            example="L77",
            synonyms=("lot no", "lot number", "batch", "charge", "批号"),
        ),
        Field(
            "territory",
            FieldType.TEXT,
            "Territory",
            required=True,
            example="North",
            synonyms=("shipped to", "sales area", "区域", "销售区域"),
        ),
        Field(
            "shipped_on",
            FieldType.DATE,
            "Shipped on",
            required=True,
            example="2022-09-01",
            synonyms=("date", "shipping date", "发货日期"),
        ),
        customer_column(required=False),
        product_column(required=False),
    )

    def __init__(self, context: Context) -> None:
        self._territories = Terms("territory")
        self._catalogue = Catalogue(context)
        viewer: User | None = context.viewer
        self._allowed: set[int] | None = None
        if viewer is not None and not context.is_everywhere:
            self._allowed = set(territory_ids_below(viewer.territory_id)) if viewer.territory_id else set()
        super().__init__(context)

    def _live(self) -> Any:
        return LotShipment.objects.order_by("pk")

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        values: Values = {}
        code = record.get("product_code")
        if code is not None and code not in self._catalogue.products:
            self.reject(line, record, "product_code", reasons.UNKNOWN_PRODUCT)
        elif code is not None:
            values["product_id"] = self._catalogue.products[code][0]
        territory = self._territories.find("territory", record["territory"])
        if self._allowed is not None and territory not in self._allowed:
            self.reject(line, record, "territory", reasons.OUTSIDE_TERRITORY)
        if record.get("customer_code") is not None:
            values["customer_id"] = self.find_customer(line, record)
        if line.problems:
            return None
        lot = "".join(record["lot"].split()).upper()
        return (lot, territory, record["shipped_on"]), values

    def stored(self, keys: list[Any]) -> dict[Hashable, Values]:
        found: dict[Hashable, Values] = {}
        for part in chunked(sorted({key[0] for key in keys}), _PART):
            found |= self.rows(self._live().filter(lot__in=part))
        return found

    def made(self) -> dict[str, int]:
        return {**super().made(), **self._territories.made()}

    def resolve_pending(self, batch: ImportBatch) -> None:
        super().resolve_pending(batch)
        self._territories.make(batch)

    def resolved(self, values: Values) -> Values:
        number = values.get("customer_id")
        if number is not None and not isinstance(number, Pending):
            values = {**values, "customer_id": self.accounts.real_customer(number)}
        return self._territories.resolved(values)

    def columns_of(self, key: Hashable, values: Values) -> Values:
        columns = dict(zip(self.key_names, key, strict=True))  # type: ignore[call-overload]
        return {**columns, "batch_id": self.batch.pk, **values}
