"""Importing the ledger of what customers owe."""

import datetime as dt
from collections.abc import Hashable
from typing import ClassVar

from ka_crm.imports.importer import Context
from ka_crm.imports.master import Values
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from purchases.importers.columns import customer_column
from purchases.importers.fact import FactImporter
from purchases.models import Receivable


class ReceivableImporter(FactImporter):
    """Invoices and credit notes by customer and number; a blank open amount means that all is open.

    With the constant ``complete_list`` the file lists all open items of the customers it names: what is
    open by now and not in the file was paid.
    """

    kind: ClassVar[str] = "receivables"
    label: ClassVar[str] = "Receivables"
    help: ClassVar[str] = (
        "Invoices with what is open of them; a paid one has an open amount of 0. Where the file lists "
        "all open items of its customers, say so: those that are missing then count as paid."
    )
    model = Receivable
    makes_standing = True
    value_field: ClassVar[str] = "open_amount"
    compared: ClassVar[tuple[str, ...]] = ("issued_on", "due_on", "amount", "open_amount")
    key_names: ClassVar[tuple[str, ...]] = ("customer_id", "document_no")
    fields: ClassVar[tuple[Field, ...]] = (
        customer_column(),
        Field(
            "document_no",
            FieldType.DOCUMENT,
            "Document no.",
            required=True,
            example="INV-5001",
            synonyms=("invoice", "invoice no", "invoice number", "document", "reference", "单据号", "发票号"),
        ),
        Field(
            "issued_on",
            FieldType.DATE,
            "Issued on",
            example="2022-09-01",
            synonyms=("invoice date", "document date", "posting date", "date", "开票日期", "单据日期"),
        ),
        Field(
            "due_on",
            FieldType.DATE,
            "Due on",
            required=True,
            example="2022-10-01",
            may_be_future=True,
            synonyms=("due", "due date", "payment due", "net due date", "到期日", "到期日期"),
        ),
        Field(
            "amount",
            FieldType.AMOUNT,
            "Amount",
            required=True,
            example="1200.00",
            synonyms=("invoice amount", "total", "gross amount", "value", "金额", "发票金额"),
        ),
        Field(
            "open_amount",
            FieldType.AMOUNT,
            "Open amount",
            example="400.00",
            synonyms=("open", "outstanding", "balance", "amount open", "未付金额", "未清金额", "余额"),
        ),
        Field(
            "complete_list",
            FieldType.CHOICE,
            "The file lists all open items (yes or no)",
            of_whole_file=True,
            choices=("yes", "no"),
            example="no",
        ),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._complete: set[int] = set()

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        amount: int = record["amount"]
        open_amount: int = record.get("open_amount", amount)
        issued: dt.date | None = record.get("issued_on")
        if not min(amount, 0) <= open_amount <= max(amount, 0):
            self.reject(line, record, "open_amount", reasons.OPEN_ABOVE_AMOUNT)
        if issued is not None and record["due_on"] < issued:
            self.reject(line, record, "due_on", reasons.END_BEFORE_START)
        customer = self.find_customer(line, record)
        if line.problems or customer is None:
            return None
        if record.get("complete_list") == "yes":
            self._complete.add(customer)
        values: Values = {"due_on": record["due_on"], "amount": amount, "open_amount": open_amount}
        if issued is not None:
            values["issued_on"] = issued
        return (customer, record["document_no"]), values

    def value_of(self, line: Line) -> int:
        amounts: list[int] = [
            record.get("open_amount" if "open_amount" in record else "amount", 0) for record in line.records
        ]
        return sum(amounts)

    def finish(self) -> None:
        super().finish()
        if not self._complete:
            return
        tally = self.context.tally
        if tally.report.rejected:
            tally.note("Nothing counts as paid: of a list with rejected lines nobody knows what is missing.")
            return
        paid = [
            key
            for key, stored in self._existing.items()
            if key[0] in self._complete and key not in self._now and stored["open_amount"]  # type: ignore[index]
        ]
        for key in paid:
            self._before[key] = self._existing[key]
            self._now[key] = {**self._existing[key], "open_amount": 0}
        tally.note("Open items that the list no longer holds count as paid.", len(paid))
