"""A list asks the database as often for a hundred rows as for ten."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer, Region, Store
from ka_crm.criteria.operations import publish_criteria
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.jobs.models import JobRun
from ka_crm.people.models import Territory
from purchases.models import (
    AccountCost,
    Category,
    Delivery,
    OrderLine,
    PriceTerm,
    Product,
    Receivable,
    SalesLine,
    Target,
)
from segmentation.models import CustomerResult, RunState, SegmentationRun, StoreResult
from visits.models import (
    CategoryTotal,
    Flag,
    Inspection,
    MarketShare,
    Measure,
    Observation,
    PotentialEstimate,
)

LISTS = (
    "customers/", "stores/", "products/", "categories/", "regions/", "territories/", "sales/",
    "observations/", "category-totals/", "market-shares/", "potential-estimates/", "runs/",
    "results/customers/", "results/stores/", "flags/", "inspections/", "measures/",
    "imports/", "jobs/", "targets/", "receivables/",
    "order-lines/", "price-terms/", "account-costs/",
)  # fmt: skip
MOST = 8


@pytest.fixture
def rows_of_everything(db, alice, dora, territories):
    """A hundred rows of everything that is listed, each pointing at its own others."""
    n = range(100)
    criteria = publish_criteria(values={}, reason="r", by=dora)
    regions = Region.objects.bulk_create(Region(name=f"R{i}") for i in n)
    Territory.objects.bulk_create(Territory(name=f"T{i}", parent=territories["north"]) for i in n)
    categories = Category.objects.bulk_create(Category(code=f"K{i}") for i in n)
    products = Product.objects.bulk_create(Product(code=f"P{i}", name="P", category=categories[i]) for i in n)
    customers = Customer.objects.bulk_create(
        Customer(code=f"C{i}", name="C", kam=alice, region=regions[i], territory=territories["north"])
        for i in n
    )
    stores = Store.objects.bulk_create(
        Store(code=f"S{i}", name="S", customer=customers[i], region=regions[i]) for i in n
    )
    batches = ImportBatch.objects.bulk_create(
        ImportBatch(kind="sales", by=dora, state=BatchState.COMMITTED) for _ in n
    )
    day = dt.date(2022, 10, 1)
    SalesLine.objects.bulk_create(
        SalesLine(date=day, customer=customers[i], store=stores[i], product=products[i],
                  category=categories[i], net_amount=1, batch=batches[i])
        for i in n
    )  # fmt: skip
    facts = [{"store": stores[i], "category": categories[i], "total_units": 2, "own_units": 1} for i in n]
    Observation.objects.bulk_create(Observation(**fact, date=day, rep=alice) for fact in facts)
    CategoryTotal.objects.bulk_create(CategoryTotal(**fact, month=day, is_live=True) for fact in facts)
    MarketShare.objects.bulk_create(
        MarketShare(category=categories[i], region=regions[i], from_on=day, share="0.1") for i in n
    )
    PotentialEstimate.objects.bulk_create(
        PotentialEstimate(customer=customers[i], category=categories[i], year=2022, amount=1, source="area")
        for i in n
    )
    whose = [{"customer": customers[i], "batch": batches[i]} for i in n]
    Target.objects.bulk_create(
        Target(**of, category=categories[i], month=day, amount=1) for i, of in enumerate(whose)
    )
    Receivable.objects.bulk_create(
        Receivable(**of, document_no="R", due_on=day, amount=1, open_amount=1) for of in whose
    )
    lines = OrderLine.objects.bulk_create(
        OrderLine(
            **of,
            store=stores[i],
            product=products[i],
            order_no="O",
            line_no="1",
            ordered_units=1,
            requested_on=day,
        )
        for i, of in enumerate(whose)
    )
    Delivery.objects.bulk_create(Delivery(order_line=line, delivered_on=day, units=1) for line in lines)
    PriceTerm.objects.bulk_create(
        PriceTerm(**of, product=products[i], net_price=1, from_on=day) for i, of in enumerate(whose)
    )
    AccountCost.objects.bulk_create(AccountCost(**of, month=day, kind="visits", amount=1) for of in whose)
    runs = SegmentationRun.objects.bulk_create(
        SegmentationRun(as_of=day, window_months=12, criteria=criteria, by=dora, state=RunState.COMPLETE,
                        is_current=i == 99)
        for i in n
    )  # fmt: skip
    side = {"run": runs[99], "status": "below_confirmed", "flagged": True, "quadrant": "attack"}
    CustomerResult.objects.bulk_create(
        CustomerResult(**side, customer=customers[i], rank=i, before=0, abc="A", xyz="X", cell="AX")
        for i in n
    )
    StoreResult.objects.bulk_create(StoreResult(**side, store=stores[i], category=categories[i]) for i in n)
    flags = Flag.objects.bulk_create(
        Flag(store=stores[i], category=categories[i], opened_on=day, moved_on=day, supervisor=dora) for i in n
    )
    Inspection.objects.bulk_create(Inspection(flag=flag, by=dora, planned_on=day) for flag in flags)
    Measure.objects.bulk_create(
        Measure(flag=flag, kind="display", text="t", owner=alice, due_on=day) for flag in flags
    )
    JobRun.objects.bulk_create(JobRun(kind="recompute", key=str(i), actor=dora) for i in n)


def test_lists_ask_as_often_for_a_hundred_rows_as_for_ten(rows_of_everything, as_dora, as_alice):
    for caller in (as_dora, as_alice):
        for path in LISTS:
            counts = []
            for size in (10, 100):
                caller.get(path, page_size=size)  # what is cached, is
                with CaptureQueriesContext(connection) as asked:
                    answer = caller.get(path, page_size=size)
                rows = answer.json()["results"]
                assert caller is as_alice or len(rows) == size, (path, len(rows))
                counts.append(len(asked))
                assert not any("COUNT(" in query["sql"].upper() for query in asked.captured_queries), path
            assert counts[0] == counts[1] <= MOST, (path, counts)
