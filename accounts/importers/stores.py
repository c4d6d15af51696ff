"""Importing stores."""

from collections.abc import Hashable
from typing import ClassVar

from accounts.importers.customers import keep_edited_name
from accounts.importers.lookup import AccountLookup
from accounts.importers.terms import Terms
from accounts.models import Store
from ka_crm.imports.importer import Context
from ka_crm.imports.master import MasterImporter, Pending, Values
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.imports.rules.mapping import Mapping
from ka_crm.people.queries import territory_ids_below

_TERMS = ("format", "region", "territory")
_PLAIN = ("city", "address", "latitude", "longitude", "delivery_mode")


class StoreImporter(MasterImporter):
    """Stores by code, each of a customer."""

    kind: ClassVar[str] = "stores"
    label: ClassVar[str] = "Stores"
    model = Store
    prepares_in_steps: ClassVar[bool] = True
    compared: ClassVar[tuple[str, ...]] = (
        "name",
        "imported_name",
        "customer_id",
        "format_id",
        "region_id",
        "territory_id",
        *_PLAIN,
    )
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "code",
            FieldType.CODE,
            "Store code",
            required=True,
            example="S-2001",
            synonyms=(
                "store_code",
                "store",
                "store id",
                "store no",
                "store number",
                "outlet",
                "id",
                "门店编码",
            ),
        ),
        Field(
            "name",
            FieldType.TEXT,
            "Name",
            required=True,
            longest=200,
            example="Alpha Main Street",
            synonyms=("store_name", "outlet name", "门店名称", "名称"),
        ),
        Field(
            "customer_code",
            FieldType.CODE,
            "Customer code",
            required=True,
            example="C-1001",
            synonyms=("customer", "customer_id", "customer no", "chain", "account", "客户编码"),
        ),
        Field("format", FieldType.TEXT, "Format", example="Supermarket", synonyms=("store format", "业态")),
        Field("region", FieldType.TEXT, "Region", example="North", synonyms=("market", "area", "区域")),
        Field(
            "territory", FieldType.TEXT, "Territory", example="North-East", synonyms=("county", "district")
        ),
        Field("city", FieldType.TEXT, "City", example="Springfield", synonyms=("town", "城市")),
        Field(
            "address",
            FieldType.TEXT,
            "Address",
            longest=250,
            example="1 Main Street",
            synonyms=("street", "地址"),
        ),
        Field(
            "latitude",
            FieldType.FLOAT,
            "Latitude",
            lowest=-90,
            highest=90,
            example="41.5868",
            synonyms=("lat",),
        ),
        Field(
            "longitude",
            FieldType.FLOAT,
            "Longitude",
            lowest=-180,
            highest=180,
            example="-93.6250",
            synonyms=("lon", "lng", "long"),
        ),
        Field(
            "delivery_mode",
            FieldType.TEXT,
            "Delivery mode",
            longest=60,
            example="direct",
            synonyms=("delivery",),
        ),
    )
    defaults: ClassVar[Values] = {"city": "", "address": "", "delivery_mode": ""}

    def __init__(self, context: Context) -> None:
        self._terms = Terms(*_TERMS)
        self._accounts = AccountLookup(context)
        super().__init__(context)

    @classmethod
    def needed_in_every_line(cls) -> list[str]:
        return ["code", "name"]

    @classmethod
    def missing_fields(cls, mapped: set[str], mapping: Mapping) -> list[str]:
        missing = super().missing_fields(mapped, mapping)
        made = {"customers", "stores"} & set(mapping.create_missing)
        return [name for name in missing if not (name == "customer_code" and made)]

    def existing(self) -> dict[Hashable, Values]:
        rows = Store.objects.order_by().values("id", "code", *self.compared)
        return {row.pop("code"): row for row in rows.iterator(chunk_size=5000)}

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        plan = self.context.plan
        code = record["code"]
        if code in self._existing and code not in self._accounts.stores:
            plan.reject(line, "code", reasons.CODE_NOT_YOURS)
        values: Values = {"name": record["name"], "imported_name": record["name"]}
        values |= {name: record[name] for name in _PLAIN if name in record}
        values |= {f"{kind}_id": self._terms.find(kind, record[kind]) for kind in _TERMS if kind in record}
        if "territory" in record:
            self._keep_in_territory(line, values)
        self._set_customer(line, record, values)
        return code, values

    def _keep_in_territory(self, line: Line, values: Values) -> None:
        viewer = self.context.viewer
        if viewer is None or not viewer.territory_id or self.context.is_everywhere:
            return
        if values["territory_id"] not in territory_ids_below(viewer.territory_id):
            self.context.plan.reject(line, "territory", reasons.OUTSIDE_TERRITORY)

    def _set_customer(self, line: Line, record: Record, values: Values) -> None:
        """A store without a customer gets one of its own code, where customers may be made."""
        accounts = self._accounts
        code, owner = record["code"], record.get("customer_code")
        makes = accounts.makes_customers or accounts.makes_stores
        if owner is None and code in self._existing:
            return
        if owner is None and not makes:
            self.context.plan.reject(line, "customer_code", reasons.MISSING)
            return
        wanted = owner or code
        if wanted not in accounts.customers and not (
            accounts.may_make_customer(wanted) or (owner is None and makes)
        ):
            self.context.plan.reject(line, "customer_code", reasons.UNKNOWN_CUSTOMER)
        elif not line.problems:
            found = accounts.customer(wanted, record["name"] if owner is None or owner == code else None)
            values["customer_id"] = found if found > 0 else Pending("customer", str(found))

    def merged(self, now: Values, values: Values) -> Values:
        return keep_edited_name(now, values)

    def made(self) -> dict[str, int]:
        return {**self._terms.made(), **self._accounts.made()}

    def resolve_pending(self, batch: ImportBatch) -> None:
        self._terms.make(batch)
        self._accounts.make(batch)

    def resolved(self, values: Values) -> Values:
        known = self._terms.resolved(values)
        owner = known.get("customer_id")
        if isinstance(owner, Pending):
            known["customer_id"] = self._accounts.real_customer(int(owner.key))
        return known

    def columns_of(self, key: Hashable, values: Values) -> Values:
        return {"code": key, **values}
