"""Short ways to put facts into a test's database, in whole currency units and pieces."""

import datetime as dt
import itertools
from collections.abc import Iterable

from accounts.models import Customer, Store
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.lib.money import SCALE
from purchases.models import Category, MonthlySales, OrderDay
from visits.models import CategoryTotal, Observation


def months_before(as_of: dt.date, count: int = 12) -> list[dt.date]:
    """First days of the whole months before a date, oldest first."""
    index = as_of.year * 12 + as_of.month - 1
    return [dt.date((index - i) // 12, (index - i) % 12 + 1, 1) for i in range(count, 0, -1)]


def committed_batch(kind: str = "sales") -> ImportBatch:
    return ImportBatch.objects.create(kind=kind, state=BatchState.COMMITTED)


def sell(
    customer: Customer,
    months: Iterable[dt.date],
    amounts: Iterable[int],
    *,
    store: Store | None = None,
    category: Category | None = None,
    batch: ImportBatch | None = None,
) -> ImportBatch:
    """Monthly sums and one order day a month, as the import of sales lines leaves them."""
    batch = batch or committed_batch()
    for month, amount in zip(months, amounts, strict=True):
        if amount:
            MonthlySales.objects.create(
                batch=batch, customer=customer, store=store, category=category, month=month,
                net_amount=amount * SCALE, lines=1, uncosted_lines=1,
            )  # fmt: skip
            OrderDay.objects.create(batch=batch, customer=customer, date=month, net_amount=amount * SCALE)
    return batch


def count_in_full(
    store: Store, category: Category, months: Iterable[dt.date], total: int, own: int | None, price: int = 10
) -> None:
    """The same full count in every month: units, and amounts at one price."""
    for month in months:
        CategoryTotal.objects.create(
            store=store, category=category, month=month, is_live=True,
            total_units=total * SCALE, own_units=None if own is None else own * SCALE,
            total_amount=total * price * SCALE, own_amount=None if own is None else own * price * SCALE,
        )  # fmt: skip


def visit(
    store: Store, category: Category, days: Iterable[dt.date], counts: Iterable[tuple[int, int]]
) -> None:
    """One observation a day: (all brands, ours)."""
    for day, (total, own) in zip(days, counts, strict=False):
        Observation.objects.create(
            store=store, category=category, date=day, total_units=total * SCALE, own_units=own * SCALE
        )


def neighbours(
    customer: Customer, category: Category, months: list[dt.date], shares: Iterable[int]
) -> list[Store]:
    """Stores of a market with 100 units a month each, and so many of them ours."""
    number = itertools.count(1)
    stores = []
    for own in shares:
        store = Store.objects.create(
            code=f"N{next(number)}", name="Neighbour", customer=customer, region=customer.region
        )
        count_in_full(store, category, months, 100, own)
        stores.append(store)
    return stores
