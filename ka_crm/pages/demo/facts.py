"""The demo company's facts: sales lines, full counts and visit days, each in a committed import batch.

The rows are written as the import engine writes them: lines with their batch, the sums that the batch adds
by month and day, full counts as live rows.
"""

import hashlib
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.lib import clock
from ka_crm.lib.bulk import load_rows
from ka_crm.lib.money import SCALE
from ka_crm.lib.periods import month_start
from ka_crm.pages.demo.names import title_text
from ka_crm.pages.demo.plan import DemoPlan
from ka_crm.pages.demo.source import SALES_FILE, DemoSource
from ka_crm.pages.demo.visit_history import load_visit_history
from ka_crm.pages.demo.visits import VisitDay
from ka_crm.people.models import User
from purchases.models import Category, MonthlySales, OrderDay, Product, SalesLine
from visits.models import CategoryTotal, Observation, Visit

CATEGORY_CODE, CATEGORY_NAME = "TEQUILA", "Agave tequila"
TOTALS_SOURCE = "State of Iowa"
_BRANDS = ("Patron", "Cazadores", "Corzo", "Ilegal", "Leyenda")


class Keys(NamedTuple):
    """Database keys by code."""

    customer_of_store: dict[str, int]
    store: dict[str, int]
    product: dict[str, int]
    category: int


def load_category() -> Category:
    """Create the one category."""
    return Category.objects.get_or_create(code=CATEGORY_CODE, defaults={"name": CATEGORY_NAME})[0]


def load_products(source: DemoSource, category: Category) -> dict[str, Product]:
    """Create our articles; no cost is known. Returned by code."""
    made = Product.objects.bulk_create(
        [
            Product(
                code=str(row.Index),
                name=_product_name(row.name, row.volume),
                category=category,
                brand=next((brand for brand in _BRANDS if row.name.startswith(brand.upper())), ""),
                list_price=Decimal(row.price) if row.price else None,
            )
            for row in source.products.itertuples()
        ]
    )
    return {product.code: product for product in made}


def _product_name(printed: str, volume: str) -> str:
    """Return a product's name in normal case with its size once."""
    return f"{title_text(re.sub(r' ?[0-9]+ ?ML$', '', printed))}, {volume} ml"


def load_sales(source: DemoSource, keys: Keys, *, by: User) -> int:
    """Load our lines with their sums by month and by day; returns the number of lines."""
    own = source.lines[source.lines["is_ours"]]
    own = own.assign(
        customer_id=own["store"].map(keys.customer_of_store),
        store_id=own["store"].map(keys.store),
        product_id=own["item"].map(keys.product),
    )
    batch = committed_batch("sales", len(own), by=by, path=SALES_FILE)
    load_rows(
        SalesLine,
        ["date", "customer_id", "store_id", "product_id", "category_id", "net_amount", "quantity"]
        + ["cost_amount", "document_no", "line_no", "batch_id"],
        (
            (row.date, row.customer_id, row.store_id, row.product_id, keys.category, row.amount, row.units)
            + (None, row.document, "1", batch.pk)
            for row in own.itertuples(index=False)
        ),
    )
    _load_monthly_sales(own, keys, batch)
    days = own.groupby(["customer_id", "date"], sort=True)["amount"].sum().reset_index()
    load_rows(
        OrderDay,
        ["batch_id", "customer_id", "date", "net_amount"],
        ((batch.pk, row.customer_id, row.date, row.amount) for row in days.itertuples(index=False)),
    )
    return len(own)


def _load_monthly_sales(own: pd.DataFrame, keys: Keys, batch: ImportBatch) -> None:
    groups = own.groupby(["customer_id", "store_id", "month"], sort=True)
    sums = groups[["amount", "units"]].sum().assign(lines=groups.size()).reset_index()
    load_rows(
        MonthlySales,
        ["batch_id", "customer_id", "store_id", "category_id", "month", "net_amount", "quantity"]
        + ["cost_amount", "lines", "uncosted_lines"],
        (
            (batch.pk, row.customer_id, row.store_id, keys.category, month_start(row.month), row.amount)
            + (row.units, 0, row.lines, row.lines)
            for row in sums.itertuples(index=False)
        ),
    )


def load_totals(plan: DemoPlan, keys: Keys, *, by: User) -> int:
    """Load the full counts by store and month; returns their number."""
    batch = committed_batch("category_totals", len(plan.totals), by=by, path=SALES_FILE)
    return load_rows(
        CategoryTotal,
        ["store_id", "category_id", "month", "source", "total_amount", "own_amount"]
        + ["total_units", "own_units", "batch_id", "is_live"],
        (
            (keys.store[row.store], keys.category, month_start(row.month), TOTALS_SOURCE)
            + (row.amount, row.own_amount, row.units, row.own_units, batch.pk, True)
            for row in plan.totals.reset_index().itertuples(index=False)
        ),
    )


def load_visits(plan: DemoPlan, keys: Keys, *, reps: dict[str, tuple[int, int]], by: User) -> int:
    """Load the generated visits and their counts, each labelled as generated; returns their number."""
    visits = load_visit_history(plan.visit_days, keys.store, reps)
    batch = committed_batch("observations", len(plan.visit_days), by=by, name="generated visits")
    return load_rows(
        Observation,
        ["store_id", "category_id", "date", "kind", "client_uuid", "visit_id", "total_units", "own_units"]
        + ["total_amount", "own_amount", "rep_id", "is_confirmed", "is_live", "is_generated"]
        + ["batch_id", "version", "created_at"],
        _count_rows(visits, keys, batch),
    )


def _count_rows(visits: dict[VisitDay, Visit], keys: Keys, batch: ImportBatch) -> Iterator[tuple[Any, ...]]:
    for day, visit in visits.items():
        yield (
            (visit.store_id, keys.category, day.date, "routine", visit.client_uuid.hex, visit.pk)
            + (day.total * SCALE, day.own * SCALE, None, None, visit.by_id, True, True, True)
            + (batch.pk, 1, visit.saved_at)
        )


def committed_batch(
    kind: str, rows: int, *, by: User, path: Path | None = None, name: str = ""
) -> ImportBatch:
    """Create the committed batch that a kind of facts hangs on; its name says what was generated."""
    return ImportBatch.objects.create(
        kind=kind,
        source="demo",
        file_name=path.name if path else name,
        digest=hashlib.sha256(path.read_bytes()).hexdigest() if path else "",
        state=BatchState.COMMITTED,
        rows=rows,
        created=rows,
        by=by,
        committed_at=clock.now(),
    )
