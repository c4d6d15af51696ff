"""Importing monthly targets of customers and key account managers."""

from collections.abc import Hashable
from typing import ClassVar

from ka_crm.imports.importer import Context
from ka_crm.imports.master import Values
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.imports.rules.mapping import Mapping
from ka_crm.people.models import User
from purchases.importers.catalogue import Categories
from purchases.importers.columns import customer_column, month_column
from purchases.importers.fact import FactImporter
from purchases.models import Target
from purchases.queries.scopes import kam_scope


class TargetImporter(FactImporter):
    """Targets by customer or person, category and month; a blank category is the whole."""

    kind: ClassVar[str] = "targets"
    label: ClassVar[str] = "Targets"
    help: ClassVar[str] = "What is to be sold in a month, to a customer or by a key account manager."
    model = Target
    makes_standing = True
    value_field: ClassVar[str] = "amount"
    compared: ClassVar[tuple[str, ...]] = ("amount",)
    key_names: ClassVar[tuple[str, ...]] = ("customer_id", "kam_id", "category_id", "month")
    fields: ClassVar[tuple[Field, ...]] = (
        customer_column(required=False),
        Field(
            "kam_email",
            FieldType.EMAIL,
            "Key account manager (mail)",
            example="",
            synonyms=(
                "kam",
                "manager",
                "sales manager",
                "owner",
                "mail",
                "email",
                "客户经理",
                "客户经理邮箱",
            ),
        ),
        Field(
            "category_code",
            FieldType.CODE,
            "Category",
            example="",
            synonyms=("category", "category_id", "category name", "品类"),
        ),
        month_column(may_be_future=True),
        Field(
            "amount",
            FieldType.AMOUNT,
            "Target amount",
            required=True,
            example="50000",
            synonyms=("target", "budget", "plan", "quota", "value", "目标", "销售目标", "目标金额"),
        ),
    )

    def __init__(self, context: Context) -> None:
        self._categories = Categories()
        people = User.objects.filter(is_active=True)
        if context.viewer is not None:
            people = people.filter(kam_scope(context.viewer))
        self._people = {email.lower(): pk for pk, email in people.values_list("pk", "email")}
        super().__init__(context)

    @classmethod
    def missing_fields(cls, mapped: set[str], mapping: Mapping) -> list[str]:
        missing = super().missing_fields(mapped, mapping)
        if not mapped & {"customer_code", "kam_email"}:
            missing.append("customer_code or kam_email")
        return missing

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        code, email = record.get("customer_code"), record.get("kam_email")
        if (code is None) == (email is None):
            self.reject(line, record, "customer_code", reasons.CUSTOMER_OR_KAM)
        elif email is not None and email not in self._people:
            self.reject(line, record, "kam_email", reasons.UNKNOWN_USER)
        if record["amount"] < 0:
            self.reject(line, record, "amount", reasons.NEGATIVE)
        customer = self.find_customer(line, record)
        if line.problems:
            return None
        category = record.get("category_code")
        number = None if category is None else self._categories.number(category)
        kam = None if email is None else self._people[email]
        return (customer, kam, number, record["month"]), {"amount": record["amount"]}

    def made(self) -> dict[str, int]:
        return {**super().made(), "categories": self._categories.made()}

    def resolve_pending(self, batch: ImportBatch) -> None:
        super().resolve_pending(batch)
        self._categories.make(batch)

    def columns_of(self, key: Hashable, values: Values) -> Values:
        columns = super().columns_of(key, values)
        return {**columns, "category_id": self._categories.real(columns["category_id"])}
