"""Builds a run with made-up results, so that tests of pages say exactly what they show."""

import datetime as dt

from accounts.models import Customer, Store
from ka_crm.criteria.operations import ensure_published_criteria
from ka_crm.lib.money import SCALE
from purchases.models import Category
from segmentation.models import CustomerResult, RunState, SegmentationRun, StoreResult

AS_OF = dt.date(2022, 11, 1)


def make_run() -> SegmentationRun:
    criteria = ensure_published_criteria()
    return SegmentationRun.objects.create(
        as_of=AS_OF,
        window_months=12,
        criteria=criteria,
        settings=criteria.settings,
        state=RunState.COMPLETE,
        is_current=True,
        customers=2,
        summary={"measure": "net_sales", "abc_total": 1000 * SCALE},
    )


def account_result(run: SegmentationRun, customer: Customer, **values: object) -> CustomerResult:
    known = {
        "potential": 1000 * SCALE, "own": 200 * SCALE, "share": 0.2, "market_share": 0.3,
        "status": "below_confirmed", "potential_class": "A", "own_class": "B", "rank_potential": 1,
        "rank_own": 20, "quadrant": "attack", "gap_amount": 100 * SCALE, "has_sales": True,
        "net_sales": 200 * SCALE, "total": 200 * SCALE, "rank": 1, "before": 0.0, "abc": "A", "xyz": "X",
        "cell": "AX", "months_span": 12, "months_active": 12, "mean": 16.0, "cv": 0.2,
        "own_sales": 200 * SCALE,
        "stores": 2, "stores_below": 1,
    }  # fmt: skip
    return CustomerResult.objects.create(run=run, customer=customer, **{**known, **values})


def store_result(run: SegmentationRun, store: Store, category: Category, **values: object) -> StoreResult:
    known = {
        "potential": 500 * SCALE, "own": 100, "total": 500, "share": 0.2, "market_share": 0.3,
        "status": "below_confirmed", "potential_class": "A", "own_class": "B", "rank_potential": 1,
        "rank_own": 2,
        "quadrant": "attack", "gap_amount": 50 * SCALE, "basis": "totals", "clusters": 12,
    }  # fmt: skip
    return StoreResult.objects.create(run=run, store=store, category=category, **{**known, **values})


def many_accounts(run: SegmentationRun, kam, count: int) -> None:
    """Create accounts with few different gaps and some unknown shares, so that orders have ties and gaps."""
    customers = Customer.objects.bulk_create(
        Customer(code=f"C{number:04d}", name=f"Customer {number % 7}", kam=kam) for number in range(count)
    )
    CustomerResult.objects.bulk_create(
        CustomerResult(
            run=run,
            customer=customer,
            potential=(number % 5) * SCALE,
            share=None if number % 4 == 0 else (number % 3) / 10,
            market_share=0.2,
            status="ok",
            quadrant="maintain",
            gap_amount=(number % 3) * SCALE,
            rank=number + 1,
            before=0,
            abc="C",
            xyz="Z",
            cell="CZ",
        )
        for number, customer in enumerate(customers)
        if number % 6
    )
