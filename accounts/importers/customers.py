"""Importing customers."""

from collections.abc import Hashable
from typing import ClassVar

from django.db import connection, transaction

from accounts.importers.owners import Owners
from accounts.importers.terms import Terms
from accounts.models import Customer
from accounts.queries.merges import kept_ids
from ka_crm.imports.importer import Context
from ka_crm.imports.master import MasterImporter, Pending, Values
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.lib.bulk import chunked
from ka_crm.people.queries import territory_ids_below

_PARENTS = 10_000
_SET_PARENT = f"UPDATE {Customer._meta.db_table} SET parent_id = %s WHERE id = %s"
_TERMS = ("channel", "format", "region", "territory")


class CustomerImporter(MasterImporter):
    """Customers by code; a parent may stand further down in the same file."""

    kind: ClassVar[str] = "customers"
    label: ClassVar[str] = "Customers"
    model = Customer
    prepares_in_steps: ClassVar[bool] = True
    compared: ClassVar[tuple[str, ...]] = (
        "name",
        "imported_name",
        "parent_id",
        "channel_id",
        "format_id",
        "region_id",
        "territory_id",
        "kam_id",
        "headcount",
        "website",
    )
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "code",
            FieldType.CODE,
            "Customer code",
            required=True,
            example="C-1001",
            synonyms=(
                "customer_code",
                "customer_id",
                "customer",
                "customer no",
                "customer number",
                "account",
                "account code",
                "id",
                "客户编码",
                "客户代码",
            ),
        ),
        Field(
            "name",
            FieldType.TEXT,
            "Name",
            required=True,
            longest=200,
            example="Alpha Markets",
            synonyms=("customer_name", "company", "company_name", "account name", "客户名称", "名称"),
        ),
        Field(
            "parent_code",
            FieldType.CODE,
            "Belongs to (code)",
            example="C-1000",
            synonyms=("parent", "parent customer", "group", "chain code"),
        ),
        Field("channel", FieldType.TEXT, "Channel", example="Modern retail", synonyms=("渠道",)),
        Field("format", FieldType.TEXT, "Format", example="Supermarket", synonyms=("store format", "业态")),
        Field("region", FieldType.TEXT, "Region", example="North", synonyms=("market", "area", "区域")),
        Field("territory", FieldType.TEXT, "Territory", example="North-East", synonyms=("sales territory",)),
        Field(
            "kam_email",
            FieldType.EMAIL,
            "Key account manager (mail)",
            example="kam@example.com",
            synonyms=("kam", "manager", "account manager", "owner"),
        ),
        Field("headcount", FieldType.INT, "Headcount", example="250", synonyms=("employees", "staff")),
        Field(
            "website", FieldType.URL, "Website", example="https://alpha.example", synonyms=("homepage", "url")
        ),
    )
    defaults: ClassVar[Values] = {"website": ""}

    def __init__(self, context: Context) -> None:
        self._terms = Terms(*_TERMS)
        self._owners = Owners()
        self._kept = kept_ids()
        self._visible: set[str] | None = None
        if context.viewer is not None and not context.is_everywhere:
            self._visible = set(Customer.objects.visible_to(context.viewer).values_list("code", flat=True))
        super().__init__(context)
        self._late: list[Line] = []

    def existing(self) -> dict[Hashable, Values]:
        rows = Customer.objects.order_by().values("id", "code", *self.compared)
        return {row.pop("code"): row for row in rows.iterator(chunk_size=5000)}

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        plan = self.context.plan
        code = record["code"]
        if self._visible is not None and code in self._existing and code not in self._visible:
            plan.reject(line, "code", reasons.CODE_NOT_YOURS)
        values: Values = {"name": record["name"], "imported_name": record["name"]}
        values |= {name: record[name] for name in ("headcount", "website") if name in record}
        values |= {f"{kind}_id": self._terms.find(kind, record[kind]) for kind in _TERMS if kind in record}
        if "kam_email" in record:
            values["kam_id"] = self._owners.id_of(record["kam_email"])
            if values["kam_id"] is None:
                plan.reject(line, "kam_email", reasons.UNKNOWN_USER)
        if self._visible is not None:
            self._keep_in_territory(line, record, values)
        if "parent_code" in record:
            self._set_parent(line, code, record["parent_code"], values)
        return code, values

    def _keep_in_territory(self, line: Line, record: Record, values: Values) -> None:
        viewer = self.context.viewer
        assert viewer is not None
        if "territory" not in record:
            if record["code"] not in self._existing:
                values["territory_id"] = viewer.territory_id
            return
        below = territory_ids_below(viewer.territory_id) if viewer.territory_id else []
        if values["territory_id"] not in below:
            self.context.plan.reject(line, "territory", reasons.OUTSIDE_TERRITORY)

    def _set_parent(self, line: Line, code: str, parent: str, values: Values) -> None:
        if parent == code:
            self.context.plan.reject(line, "parent_code", reasons.OWN_PARENT)
            return
        known = self._existing.get(parent)
        visible = self._visible is None or parent in self._visible
        if not known or not visible:
            values["parent_id"] = Pending("parent", parent)
            return
        values["parent_id"] = self._kept.get(known["id"], known["id"])
        if values["parent_id"] == self._existing.get(code, {}).get("id"):
            self.context.plan.reject(line, "parent_code", reasons.OWN_PARENT)

    def finish(self) -> None:
        self._codes = {key for _, key, _ in self._lines}
        self._parents = self._parents_after()
        super().finish()

    def _parents_after(self) -> dict[str, str]:
        """The code of every customer's parent once the file is loaded, to find circles."""
        codes = {row["id"]: str(code) for code, row in self._existing.items()}
        parents = {
            str(code): codes[row["parent_id"]] for code, row in self._existing.items() if row["parent_id"]
        }
        for _, key, values in self._lines:
            parent = values.get("parent_id")
            if parent is not None:
                parents[str(key)] = parent.key if isinstance(parent, Pending) else str(codes[parent])
        return parents

    def settle(self, line: Line, key: Hashable, values: Values) -> bool:
        parent = values.get("parent_id")
        if parent is None:
            return True
        if isinstance(parent, Pending) and parent.key not in self._codes:
            reason = reasons.UNKNOWN_CUSTOMER
        elif self._is_in_circle(str(key)):
            reason = reasons.OWN_PARENT
        else:
            return True
        self.context.plan.reject(line, "parent_code", reason)
        self._late.append(line)
        return False

    def _is_in_circle(self, code: str) -> bool:
        step, seen = self._parents.get(code), {code}
        while step is not None and step not in seen:
            seen.add(step)
            step = self._parents.get(step)
        return step == code

    def _rejected_late(self) -> list[Line]:
        return self._late

    def merged(self, now: Values, values: Values) -> Values:
        return keep_edited_name(now, values)

    def made(self) -> dict[str, int]:
        return self._terms.made()

    def resolve_pending(self, batch: ImportBatch) -> None:
        self._terms.make(batch)

    def resolved(self, values: Values) -> Values:
        known = self._terms.resolved(values)
        return {name: None if isinstance(value, Pending) else value for name, value in known.items()}

    def columns_of(self, key: Hashable, values: Values) -> Values:
        return {"code": key, **values}

    def after_write(self, batch: ImportBatch) -> None:
        waiting = {
            str(key): values["parent_id"].key
            for key, values in self._now.items()
            if isinstance(values.get("parent_id"), Pending)
        }
        codes = sorted(set(waiting) | set(waiting.values()))
        ids: dict[str, int] = {}
        for part in chunked(codes, 1000):
            ids |= dict(Customer.objects.filter(code__in=part).values_list("code", "id"))
        for rows in chunked(((ids[parent], ids[code]) for code, parent in waiting.items()), _PARENTS):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(_SET_PARENT, rows)
        owned = {
            key: values["kam_id"]
            for key, values in self._now.items()
            if values.get("kam_id") and values["kam_id"] != self._before.get(key, {}).get("kam_id")
        }
        self._owners.hand_over(batch, owned, self.context.today)


def keep_edited_name(now: Values, values: Values) -> Values:
    """Return the values without the name where somebody has edited it since the last import.

    ``imported_name`` follows the files, ``name`` follows it until a hand changes it.
    """
    edited = now.get("imported_name") and now.get("name") != now["imported_name"]
    return {name: value for name, value in values.items() if name != "name"} if edited else values
