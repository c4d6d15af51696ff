"""A generated company of any size for the benchmark: customers with irregular monthly purchases."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np

MONTHS = [dt.date(2021 + (10 + i) // 12, (10 + i) % 12 + 1, 1) for i in range(12)]  # to October 2022


def generate_company(customers: int) -> int:
    """Load so many customers with monthly sums into the configured database; return the sums' number."""
    from django.db import transaction

    from accounts.models import Customer
    from ka_crm.imports.models import BatchState, ImportBatch
    from ka_crm.lib import bulk, clock
    from purchases.models import MonthlySales

    now = clock.now()
    names = ["code", "name", "imported_name", "website", "created_at", "updated_at", "version"]
    with transaction.atomic():
        people = ((f"BENCH{i:07d}", f"Bench customer {i}", "", "", now, now, 1) for i in range(customers))
        bulk.load_rows(Customer, names, people)
        batch = ImportBatch.objects.create(kind="sales", source="bench", state=BatchState.COMMITTED)
        ids = list(Customer.objects.filter(code__startswith="BENCH").values_list("pk", flat=True))
        columns = ["batch_id", "customer_id", "month", "net_amount", "quantity", "cost_amount", "lines"]
        return bulk.load_rows(MonthlySales, [*columns, "uncosted_lines"], _sums(batch.pk, ids))


def _sums(batch: int, ids: list[int]) -> Iterator[tuple[object, ...]]:
    random = np.random.default_rng(20221101)
    for customer in ids:
        scale = random.lognormal(10, 1.5) * 1000
        for month in np.flatnonzero(random.random(12) < 0.4).tolist():
            amount = int(scale * (0.5 + random.random()))
            yield batch, customer, MONTHS[month], amount, 10_000, 0, 1, 1


def write_sales_file(path: Path, lines: int) -> None:
    """Write a file of sales lines of 5,000 customers, as an order system would export it."""
    random = np.random.default_rng(20221101)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "customer_code", "product_code", "quantity", "unit_price"])
        for _ in range(lines):
            month = MONTHS[int(random.integers(12))]
            day = month.replace(day=int(random.integers(1, 29)))
            customer, product = int(random.integers(5000)), int(random.integers(300))
            price = f"{random.random() * 50:.2f}"
            writer.writerow([day, f"F{customer:05d}", f"P{product:04d}", int(random.integers(1, 20)), price])
