"""Importing what serving customers costs."""

from collections import Counter
from collections.abc import Hashable
from typing import ClassVar

from ka_crm.imports.master import Values
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.lib.money import LARGEST
from purchases.importers.columns import customer_column, month_column
from purchases.importers.fact import FactImporter
from purchases.models import AccountCost, CostKind


class AccountCostImporter(FactImporter):
    """Costs by customer, month and kind; lines of one file add up, a later file replaces that sum."""

    kind: ClassVar[str] = "account_costs"
    label: ClassVar[str] = "Costs to serve"
    help: ClassVar[str] = (
        "What visits, promotion, freight, credit and other service to a customer cost in a month."
    )
    model = AccountCost
    value_field: ClassVar[str] = "amount"
    compared: ClassVar[tuple[str, ...]] = ("amount",)
    key_names: ClassVar[tuple[str, ...]] = ("customer_id", "month", "kind")
    fields: ClassVar[tuple[Field, ...]] = (
        customer_column(),
        month_column(),
        Field(
            "kind",
            FieldType.CHOICE,
            "Kind of cost",
            required=True,
            example="freight",
            choices=tuple(CostKind.values),
            synonyms=("cost kind", "cost type", "type", "费用类型", "成本类型"),
        ),
        Field(
            "amount",
            FieldType.AMOUNT,
            "Amount",
            required=True,
            example="350.00",
            synonyms=("cost", "costs", "value", "金额", "费用"),
        ),
    )

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        if record["amount"] < 0:
            self.reject(line, record, "amount", reasons.NEGATIVE)
        customer = self.find_customer(line, record)
        if line.problems:
            return None
        return (customer, record["month"], record["kind"]), {"amount": record["amount"]}

    def finish(self) -> None:
        self._sums: Counter[Hashable] = Counter()
        for _, key, values in self._lines:
            self._sums[key] += values["amount"]
        super().finish()

    def settle(self, line: Line, key: Hashable, values: Values) -> bool:
        if self._sums[key] > LARGEST:
            self.context.plan.reject(line, "amount", reasons.TOO_LARGE)
            self.late.append(line)
            return False
        values["amount"] = self._sums[key]
        return True
