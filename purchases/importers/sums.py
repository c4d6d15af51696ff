"""Sums of sales lines by month and by day, as a batch adds them."""

import datetime as dt
from typing import NamedTuple

from ka_crm.imports.models import ImportBatch
from ka_crm.lib.bulk import chunked, load_rows
from purchases.models import MonthlySales, OrderDay

CHUNK = 20_000


class Sale(NamedTuple):
    """One sales line as it is stored, without batch; amounts and quantity in ten-thousandths."""

    date: dt.date
    customer_id: int
    store_id: int | None
    product_id: int | None
    category_id: int | None
    net_amount: int
    quantity: int | None
    cost_amount: int | None
    document_no: str
    line_no: str


class Sums:
    """Adds lines (or takes them away) per customer, store, category and month, and per customer and day."""

    def __init__(self) -> None:
        self._months: dict[tuple[int, int | None, int | None, int], list[int]] = {}
        self._days: dict[tuple[int, dt.date], int] = {}

    def add(self, sale: Sale, sign: int = 1) -> None:
        """Add a line; ``sign`` −1 takes a replaced one away."""
        day = sale[0]
        key = (sale[1], sale[2], sale[4], day.year * 12 + day.month)
        sums = self._months.get(key)
        if sums is None:
            sums = self._months[key] = [0, 0, 0, 0, 0]
        sums[0] += sign * sale[5]
        if sale[6] is not None:
            sums[1] += sign * sale[6]
        if sale[7] is None:
            sums[4] += sign
        else:
            sums[2] += sign * sale[7]
        sums[3] += sign
        day_key = (sale[1], day)
        self._days[day_key] = self._days.get(day_key, 0) + sign * sale[5]

    def take_month(
        self, customer: int, store: int | None, category: int | None, month: dt.date, amounts: list[int]
    ) -> None:
        """Take away a whole month's sums (amounts in the order of the model's fields)."""
        key = (customer, store, category, month.year * 12 + month.month)
        sums = self._months.setdefault(key, [0, 0, 0, 0, 0])
        self._months[key] = [now - old for now, old in zip(sums, amounts, strict=True)]

    def take_day(self, customer: int, day: dt.date, amount: int) -> None:
        """Take away a day's sum."""
        self._days[customer, day] = self._days.get((customer, day), 0) - amount

    def store(self, batch: ImportBatch) -> None:
        """Write the sums under the batch."""
        months = (
            (batch.pk, customer, store, category, dt.date((month - 1) // 12, (month - 1) % 12 + 1, 1), *sums)
            for (customer, store, category, month), sums in self._months.items()
            if any(sums)
        )
        names = (
            "batch_id",
            "customer_id",
            "store_id",
            "category_id",
            "month",
            "net_amount",
            "quantity",
            "cost_amount",
            "lines",
            "uncosted_lines",
        )
        for part in chunked(months, CHUNK):
            load_rows(MonthlySales, names, part)
        days = ((batch.pk, customer, day, amount) for (customer, day), amount in self._days.items())
        for part in chunked(days, CHUNK):
            load_rows(OrderDay, ("batch_id", "customer_id", "date", "net_amount"), part)
