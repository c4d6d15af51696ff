"""A store's evidence becomes a share, a certainty and a potential."""

import datetime as dt

import pytest

from ka_crm.criteria.operations import publish_criteria
from ka_crm.criteria.rules.settings import CriteriaSettings
from ka_crm.records.operations import set_system_setting
from purchases.models import Category
from tests.facts import count_in_full, months_before, neighbours, visit
from visits.evaluation import evaluate_all, evaluate_stores, keep_store_shares
from visits.models import CategoryTotal, MarketShare, StoreShare

AS_OF = dt.date(2022, 11, 1)
MONTHS = months_before(AS_OF)
DAYS = [AS_OF - dt.timedelta(days=7 * i + 1) for i in range(12)]


@pytest.fixture
def tequila(db):
    set_system_setting(name="demo_day", value="2022-11-01")
    return Category.objects.create(code="TEQ", name="Tequila")


def evaluated(settings: CriteriaSettings | None = None) -> dict[str, StoreShare]:
    keep_store_shares(evaluate_all(AS_OF, settings or CriteriaSettings()))
    return {row.store.code: row for row in StoreShare.objects.select_related("store")}


def test_a_store_is_left_out_of_the_market_it_is_compared_with(alpha, alpha_store, tequila):
    neighbours(alpha, tequila, MONTHS, [30] * 5)
    count_in_full(alpha_store, tequila, MONTHS, 100, 10)
    row = evaluated()["A1"]
    assert row.market_share == pytest.approx(0.30)
    assert row.share == pytest.approx(0.10)
    assert row.status == "below_confirmed"
    # 20 points of 12 × 100 units at 10 each, a month.
    assert row.gap_amount == 200 * 10_000
    assert row.grade == "A"


def test_fewer_than_five_other_stores_give_no_market_share_and_no_flag(alpha, alpha_store, tequila):
    neighbours(alpha, tequila, MONTHS, [30] * 4)
    count_in_full(alpha_store, tequila, MONTHS, 100, 10)
    assert evaluated()["A1"].status == "no_market_share"


def test_a_configured_market_share_of_the_region_comes_first(alpha, alpha_store, tequila, region):
    count_in_full(alpha_store, tequila, MONTHS, 100, 10)
    MarketShare.objects.create(category=tequila, from_on=dt.date(2022, 1, 1), share="0.5")
    MarketShare.objects.create(category=tequila, region=region, from_on=dt.date(2022, 1, 1), share="0.08")
    row = evaluated()["A1"]
    assert (row.market_share, row.market_share_source, row.status) == (0.08, "region", "ok")


def test_blank_own_leaves_the_share_unknown_while_the_potential_counts(alpha, alpha_store, tequila):
    neighbours(alpha, tequila, MONTHS, [30] * 5)
    count_in_full(alpha_store, tequila, MONTHS, 100, None)
    row = evaluated()["A1"]
    assert row.share is None
    assert row.potential_amount == 12 * 100 * 10 * 10_000
    # Counted in units as its market is; ours is unknown, which is not 0.
    assert (row.in_units, row.total, row.own) == (True, 12 * 100 * 10_000, None)


def test_months_with_returns_count_as_long_as_the_window_holds(alpha, alpha_store, tequila):
    neighbours(alpha, tequila, MONTHS, [30] * 5)
    count_in_full(alpha_store, tequila, MONTHS[:-1], 100, 40)
    count_in_full(alpha_store, tequila, MONTHS[-1:], -5, -2)
    row = evaluated()["A1"]
    assert row.share == pytest.approx((11 * 40 - 2) / (11 * 100 - 5))


def test_own_above_total_over_the_window_gives_no_share(alpha, alpha_store, tequila):
    neighbours(alpha, tequila, MONTHS, [30] * 5)
    count_in_full(alpha_store, tequila, MONTHS, 10, 12)
    assert evaluated()["A1"].share is None


def test_four_visit_days_are_too_early_and_the_fifth_decides(alpha, alpha_store, tequila):
    neighbours(alpha, tequila, MONTHS, [30] * 6)
    visit(alpha_store, tequila, DAYS[1:5], [(20, 1)] * 4)
    assert evaluated()["A1"].status == "insufficient"
    visit(alpha_store, tequila, DAYS[:1], [(20, 1)])
    publish_criteria(values={}, reason="defaults", by=None)
    evaluate_stores([alpha_store.pk])
    row = StoreShare.objects.get(store=alpha_store)
    assert (row.basis, row.clusters, row.status) == ("visits", 5, "below_confirmed")
    assert row.potential_amount and row.potential_low < row.potential_amount < row.potential_high


def test_one_store_alone_is_judged_as_in_the_nightly_run(alpha, alpha_store, tequila):
    neighbours(alpha, tequila, MONTHS, [20, 25, 30, 35, 40, 45])
    visit(alpha_store, tequila, DAYS, [(18 + i % 5, 3 + i % 2) for i in range(12)])
    publish_criteria(values={}, reason="defaults", by=None)
    nightly = evaluated()["A1"]
    evaluate_stores([alpha_store.pk])
    alone = StoreShare.objects.get(store=alpha_store)
    assert alone.status == nightly.status
    for name in ("share", "low", "high", "market_share", "potential_amount", "gap_amount"):
        assert getattr(alone, name) == pytest.approx(getattr(nightly, name), rel=0.01), name


def test_five_newer_visit_days_take_over_from_a_full_count(alpha, alpha_store, tequila):
    neighbours(alpha, tequila, MONTHS, [30] * 5)
    count_in_full(alpha_store, tequila, MONTHS[:9], 100, 30)
    newer = [dt.date(2022, 10, day) for day in (3, 5, 10, 17, 24)]
    visit(alpha_store, tequila, newer[:4], [(20, 2)] * 4)
    assert evaluated()["A1"].basis == "totals"
    visit(alpha_store, tequila, newer[4:], [(20, 2)])
    assert evaluated()["A1"].basis == "visits"


def test_a_category_without_units_is_compared_by_amount(alpha, alpha_store, tequila):
    neighbours(alpha, tequila, MONTHS, [30] * 5)
    count_in_full(alpha_store, tequila, MONTHS, 100, 10)
    CategoryTotal.objects.update(total_units=None, own_units=None)
    row = evaluated()["A1"]
    assert not row.in_units
    assert row.share == pytest.approx(0.10)


def test_the_newest_source_counts_where_two_tell_the_same_month(alpha, alpha_store, tequila):
    neighbours(alpha, tequila, MONTHS, [30] * 5)
    count_in_full(alpha_store, tequila, MONTHS, 100, 10)
    for month in MONTHS:
        CategoryTotal.objects.create(
            store=alpha_store, category=tequila, month=month, source="panel", is_live=True,
            total_units=2_000_000, own_units=1_000_000, total_amount=20_000_000, own_amount=10_000_000,
        )  # fmt: skip
    assert evaluated()["A1"].share == pytest.approx(0.5)


def test_archived_stores_are_not_evaluated(alpha, alpha_store, tequila):
    from django.utils import timezone

    neighbours(alpha, tequila, MONTHS, [30] * 5)
    count_in_full(alpha_store, tequila, MONTHS, 100, 10)
    alpha_store.archived_at = timezone.now()
    alpha_store.save()
    assert "A1" not in evaluated()


def test_a_recompute_with_nothing_measured_leaves_no_shares(tequila):
    assert evaluated() == {}


def test_visits_without_amounts_are_compared_with_the_market_by_units(alpha, alpha_store, tequila):
    """Where shares are by amount, a visit that counted pieces is held against pieces."""
    dear = neighbours(alpha, tequila, MONTHS, [30] * 6)
    CategoryTotal.objects.filter(store__in=dear).update(
        own_amount=60 * 10 * 10_000
    )  # ours cost twice as much
    visit(alpha_store, tequila, DAYS, [(20, 6)] * 12)
    row = evaluated(CriteriaSettings(share_measure="amount"))["A1"]
    assert row.in_units
    assert row.market_share == pytest.approx(0.30)
    assert row.status == "ok"
    assert StoreShare.objects.get(store=dear[0]).market_share == pytest.approx(0.60)


def test_one_store_alone_is_compared_like_with_like_too(alpha, alpha_store, tequila):
    dear = neighbours(alpha, tequila, MONTHS, [30] * 6)
    CategoryTotal.objects.filter(store__in=dear).update(own_amount=60 * 10 * 10_000)
    visit(alpha_store, tequila, DAYS, [(20, 6)] * 12)
    publish_criteria(values={"share_measure": "amount"}, reason="money", by=None)
    evaluated(CriteriaSettings(share_measure="amount"))
    evaluate_stores([alpha_store.pk])
    assert StoreShare.objects.get(store=alpha_store).market_share == pytest.approx(0.30)
