"""A small company with results: who is missed, who is misfiled, and what moved since the run before."""

import datetime as dt

import pytest

from accounts.models import Customer, Store
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.rules.settings import CriteriaSettings
from ka_crm.lib import clock
from ka_crm.people.models import Role, Territory, User
from purchases.models import Category
from segmentation.models import CustomerResult, RunState, SegmentationRun, StoreResult
from visits.models import StoreShare

UNIT = 10_000
MARKET = 0.30


def customer_row(run, customer, **fields):
    """One customer in one run; amounts in currency."""
    own, potential, share = fields["own"], fields["potential"], fields["share"]
    gap = round(max(MARKET - share, 0) * potential * UNIT) if share is not None and potential else 0
    return CustomerResult.objects.create(
        run=run,
        customer=customer,
        has_sales=own > 0,
        net_sales=own * UNIT,
        total=own * UNIT,
        own_sales=own * UNIT,
        own=own * UNIT,
        potential=None if potential is None else potential * UNIT,
        share=share,
        share_low=None if share is None else max(share - 0.04, 0),
        share_high=None if share is None else share + 0.04,
        market_share=MARKET if share is not None else None,
        status=fields.get("status", "insufficient"),
        quadrant=fields["quadrant"],
        potential_class=fields.get("potential_class", "A"),
        own_class=fields.get("own_class", "A"),
        rank_own=fields["rank_own"],
        rank_potential=fields["rank_potential"],
        rank=fields["rank_own"],
        before=0.0,
        abc=fields.get("abc", "A"),
        xyz=fields.get("xyz", "X"),
        cell=fields.get("abc", "A") + fields.get("xyz", "X"),
        cv=0.2,
        mean=own * UNIT / 12,
        months_span=12,
        months_active=12,
        gap_amount=gap,
        list_mark=fields.get("mark", ""),
        stores=1,
        measured_share=1.0 if share is not None else None,
    )


def store_row(run, store, category, **fields):
    """One store in one run, fully counted."""
    potential, share = fields["potential"], fields["share"]
    return StoreResult.objects.create(
        run=run,
        store=store,
        category=category,
        basis="totals",
        clusters=12,
        total=potential * UNIT,
        own=round(potential * share * UNIT),
        own_sales=round(potential * share * UNIT),
        potential=potential * UNIT,
        share=share,
        share_low=max(share - 0.04, 0),
        share_high=share + 0.04,
        market_share=MARKET,
        status=fields["status"],
        quadrant=fields["quadrant"],
        potential_class="A",
        own_class="A",
        rank_own=fields["rank_own"],
        rank_potential=fields["rank_potential"],
        gap_amount=round(max(MARKET - share, 0) * potential * UNIT),
        list_mark=fields.get("mark", "kept"),
        grade="A",
        last_seen_on=dt.date(2022, 10, 31),
    )


@pytest.fixture
def criteria(db):
    return CriteriaVersion.objects.create(
        number=1, state="published", settings=CriteriaSettings().as_json(), published_at=clock.now()
    )


@pytest.fixture
def new_run(criteria):
    """Make a complete run; ``current`` makes it the one that pages show."""

    def make(as_of: dt.date, *, current: bool = True) -> SegmentationRun:
        if current:
            SegmentationRun.objects.filter(is_current=True).update(is_current=False)
        return SegmentationRun.objects.create(
            as_of=as_of,
            window_months=12,
            criteria=criteria,
            settings=criteria.settings,
            state=RunState.COMPLETE,
            is_current=current,
            completed_at=clock.now(),
            seconds=1.5,
            summary={"measure": "net_sales", "abc_total": 5_000 * UNIT},
            warnings=["no_cost_known"],
        )

    return make


@pytest.fixture
def company(new_run, alpha, beta, alpha_store, beta_store, alice, territories):
    """Alpha buys most and little of it from us (missed); Beta is defended; Gamma is misfiled.

    In the run before, Alpha was defended. Alice owns Alpha and Gamma, Bob owns Beta.
    """
    gamma = Customer.objects.create(
        code="GAMMA", name="Gamma Kiosk", kam=alice, territory=territories["north"]
    )
    category = Category.objects.create(code="tequila", name="Tequila")
    before = new_run(dt.date(2022, 8, 1))
    run = new_run(dt.date(2022, 11, 1))
    for each, share, quadrant, status in (
        (before, 0.35, "defend", "ok"),
        (run, 0.10, "attack", "below_confirmed"),
    ):
        customer_row(
            each, alpha, own=1_000, potential=10_000, share=share, status=status, quadrant=quadrant,
            rank_own=3, rank_potential=1, own_class="B", abc="B", xyz="Y", mark="missed",
        )  # fmt: skip
        customer_row(
            each, beta, own=2_500, potential=5_000, share=0.5, status="ok", quadrant="defend",
            rank_own=1, rank_potential=2, mark="kept",
        )  # fmt: skip
        customer_row(
            each, gamma, own=1_500, potential=2_000, share=0.75, status="ok", quadrant="maintain",
            rank_own=2, rank_potential=3, potential_class="B", abc="B", mark="misfiled",
        )  # fmt: skip
        store_row(
            each, alpha_store, category, potential=10_000, share=share, status=status, quadrant=quadrant,
            rank_own=2, rank_potential=1,
        )  # fmt: skip
        store_row(
            each, beta_store, category, potential=5_000, share=0.5, status="ok", quadrant="defend",
            rank_own=1, rank_potential=2,
        )  # fmt: skip
    StoreShare.objects.create(
        store=alpha_store, category=category, basis="totals", clusters=12, share=0.10, low=0.07, high=0.14,
        market_share=0.30, status="below_confirmed", gap_amount=2_000 * 10_000 // 12,
        evaluated_at=run.completed_at or dt.datetime(2022, 11, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    return {"run": run, "before": before, "gamma": gamma, "category": category}


@pytest.fixture
def many_customers(new_run, territories):
    """Fill the current run with as many customers and stores as asked for."""

    def make(count: int) -> SegmentationRun:
        kam = User.objects.create_user("many@test.example", "x" * 12, name="Many", role=Role.KAM)
        category, _ = Category.objects.get_or_create(code="tequila", defaults={"name": "Tequila"})
        before, run = new_run(dt.date(2022, 8, 1)), new_run(dt.date(2022, 11, 1))
        north: Territory = territories["north"]
        for number in range(count):
            customer = Customer.objects.create(
                code=f"C{number:04}", name=f"Customer {number:04}", kam=kam, territory=north
            )
            store = Store.objects.create(
                code=f"S{number:04}", name=f"Store {number:04}", customer=customer, territory=north
            )
            for each in (before, run):
                is_below = (number + each.pk) % 3 == 0
                side = {
                    "potential": 10_000 - number,
                    "share": 0.1 if is_below else 0.4,
                    "status": "below_confirmed" if is_below else "ok",
                    "quadrant": "attack" if is_below else "defend",
                    "rank_own": count - number,
                    "rank_potential": number + 1,
                    "mark": ("kept", "missed", "misfiled")[number % 3],
                }
                customer_row(each, customer, own=1_000 + number, **side)
                store_row(each, store, category, **side)
        return run

    return make
