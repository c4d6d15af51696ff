"""A run is complete or absent, exactly one is current, and it says what the rules say."""

import datetime as dt
import json
import math

import numpy as np
import pytest
from django.core.management import call_command

from accounts.models import Customer, Store
from ka_crm.criteria.operations import publish_criteria
from ka_crm.lib import clock
from ka_crm.records.models import AuditRow
from purchases.models import AccountCost, Category
from segmentation.exports import comparison_export, store_export
from segmentation.models import CustomerResult, RunState, SegmentationRun, StoreResult
from segmentation.operations import IncompleteRun, recompute_segmentation
from segmentation.operations import recomputing as operations
from segmentation.rules.ninebox import needed_store_visits
from tests.facts import committed_batch, count_in_full, months_before, neighbours, sell, visit
from visits.models import PotentialEstimate, VisitCadence

AS_OF = dt.date(2022, 11, 1)
MONTHS = months_before(AS_OF)


@pytest.fixture
def tequila(db):
    return Category.objects.create(code="TEQ", name="Tequila")


def result(customer: Customer) -> CustomerResult:
    return CustomerResult.objects.get(run__is_current=True, customer=customer)


def test_with_own_sales_alone_customers_get_their_cell_and_nobody_is_an_attack(alpha, beta):
    sell(alpha, MONTHS, [100] * 12)
    sell(beta, MONTHS, [0] * 11 + [20])
    run = recompute_segmentation(as_of=AS_OF)
    assert (run.customers, run.stores, run.is_current) == (2, 0, True)
    assert result(alpha).cell == "AX"
    assert result(beta).cell == "CN"  # bought for the first time last month
    assert {row.quadrant for row in run.customer_results.all()} == {"monitor"}
    assert result(alpha).potential is None
    assert "no_cost_known" in run.warnings


def test_months_before_the_window_make_an_old_customer_irregular_not_new(alpha, beta):
    sell(alpha, MONTHS, [100] * 12)
    sell(beta, months_before(AS_OF, 20)[:1], [50])
    sell(beta, MONTHS[-1:], [20])
    recompute_segmentation(as_of=AS_OF)
    assert result(beta).xyz == "Z"


def test_the_large_buyer_who_buys_elsewhere_is_missed_by_the_sales_list(alpha, beta, tequila, region):
    for i in range(6):
        small = Customer.objects.create(code=f"S{i}", name=f"Small {i}", region=region)
        neighbours_store = Store.objects.create(code=f"SS{i}", name="Small", customer=small)
        count_in_full(neighbours_store, tequila, MONTHS, 30, 20)
        sell(small, MONTHS, [200] * 12)
    big = Store.objects.create(code="BIG", name="Big", customer=beta)
    count_in_full(big, tequila, MONTHS, 1000, 12)
    sell(beta, MONTHS, [120] * 12)
    run = recompute_segmentation(as_of=AS_OF)
    row = result(beta)
    assert (row.quadrant, row.rank_potential, row.status) == ("attack", 1, "below_confirmed")
    assert row.rank_own == 7
    assert row.list_mark == "missed"
    assert run.summary["customers"]["list_length"] == 1
    assert row.gap_amount == pytest.approx((row.market_share - row.share) * row.potential, rel=1e-6)


def test_a_desk_estimate_without_any_count_makes_a_large_account_explore(alpha, beta, tequila):
    sell(alpha, MONTHS, [100] * 12)
    PotentialEstimate.objects.create(
        customer=beta, category=tequila, year=2022, amount=900_000 * 10_000, source="declared",
        stated_on=dt.date(2022, 6, 1),
    )  # fmt: skip
    recompute_segmentation(as_of=AS_OF)
    assert result(beta).quadrant == "explore"
    assert result(beta).potential == 900_000 * 10_000


def estimate(customer, category, source, stated_on, **figure):
    PotentialEstimate.objects.create(
        customer=customer, category=category, year=2022, source=source, stated_on=stated_on, **figure
    )


def test_desk_sources_of_a_customer_are_combined_the_surer_weighing_more(alpha, tequila):
    day = dt.date(2022, 10, 31)
    estimate(alpha, tequila, "approved_budget", day, amount=1_000 * 10_000)
    estimate(alpha, tequila, "judgement", day, amount=2_000 * 10_000)
    recompute_segmentation(as_of=AS_OF)
    sure, unsure = 1 / math.log(1 + 0.15**2), 1 / math.log(1 + 0.60**2)
    log = (sure * math.log(1_000) + unsure * math.log(2_000)) / (sure + unsure)
    assert result(alpha).potential == pytest.approx(math.exp(log) * 10_000, rel=1e-6)


def test_a_desk_estimate_in_units_is_worth_the_price_seen_in_the_stores(alpha, beta, tequila):
    neighbours(beta, tequila, MONTHS, [20] * 6)  # 10 a unit
    estimate(alpha, tequila, "declared", None, units=500 * 10_000)
    recompute_segmentation(as_of=AS_OF)
    assert result(alpha).potential == pytest.approx(5_000 * 10_000)


def test_uncommitted_batches_are_not_read(alpha, beta):
    sell(alpha, MONTHS, [100] * 12)
    waiting = committed_batch()
    waiting.state = "loading"
    waiting.save()
    sell(beta, MONTHS, [100] * 12, batch=waiting)
    run = recompute_segmentation(as_of=AS_OF)
    assert run.customers == 1


def test_a_second_run_takes_over_and_the_first_is_kept(alpha):
    sell(alpha, MONTHS, [100] * 12)
    first = recompute_segmentation(as_of=AS_OF)
    second = recompute_segmentation(as_of=AS_OF)
    assert list(SegmentationRun.objects.filter(is_current=True)) == [second]
    first.refresh_from_db()
    assert first.state == RunState.COMPLETE
    assert first.customer_results.count() == 1


def test_a_run_that_was_not_written_in_full_never_becomes_current(alpha, monkeypatch):
    sell(alpha, MONTHS, [100] * 12)
    good = recompute_segmentation(as_of=AS_OF)
    monkeypatch.setattr(operations, "customer_chunks", lambda run_id, computed: iter(()))
    with pytest.raises(IncompleteRun):
        recompute_segmentation(as_of=AS_OF)
    assert SegmentationRun.objects.get(is_current=True) == good
    monkeypatch.undo()
    recompute_segmentation(as_of=AS_OF)
    assert not SegmentationRun.objects.filter(state=RunState.BUILDING).exists()


def test_the_same_data_and_criteria_give_the_same_results_again(alpha, beta, alpha_store, tequila):
    neighbours(alpha, tequila, MONTHS, [30, 20, 25, 40, 35, 10])
    count_in_full(alpha_store, tequila, MONTHS, 100, 10)
    sell(alpha, MONTHS, range(100, 112))
    sell(beta, MONTHS, [5] * 12)
    one, two = recompute_segmentation(as_of=AS_OF), recompute_segmentation(as_of=AS_OF)
    for name in ("customer_results", "store_results"):
        rows = [
            [
                {k: v for k, v in row.items() if k not in ("id", "run_id")}
                for row in getattr(run, name).values()
            ]
            for run in (one, two)
        ]
        assert rows[0] == rows[1]


def test_contribution_is_gross_profit_less_what_serving_the_customer_cost(alpha, beta):
    for customer, amount in ((alpha, 100), (beta, 90)):
        sell(customer, MONTHS, [amount] * 12)
        customer.monthly_sales.update(uncosted_lines=0, cost_amount=50 * 10_000)
    publish_criteria(values={"abc_measure": "contribution"}, reason="r", by=None)
    run = recompute_segmentation(as_of=AS_OF)
    assert (run.summary["measure"], run.warnings) == ("contribution", ["no_cost_to_serve_known"])
    assert result(alpha).total == result(alpha).gross_profit == 600 * 10_000
    for month, kind, amount in ((MONTHS[0], "freight", 300), (MONTHS[-1], "visits", 100)):
        AccountCost.objects.create(customer=alpha, month=month, kind=kind, amount=amount * 10_000)
    for outside in (AS_OF, months_before(AS_OF, 13)[0]):
        AccountCost.objects.create(customer=alpha, month=outside, kind="other", amount=10_000)
    unread = AccountCost.objects.create(customer=beta, month=MONTHS[0], kind="other", amount=10_000)
    unread.archived_at = unread.updated_at
    unread.save()
    run = recompute_segmentation(as_of=AS_OF)
    assert (run.summary["measure"], run.warnings) == ("contribution", [])
    assert (result(alpha).total, result(alpha).gross_profit) == (200 * 10_000, 600 * 10_000)
    assert (result(beta).total, result(beta).rank, result(alpha).rank) == (480 * 10_000, 1, 2)


def test_gross_profit_is_used_only_where_every_line_has_a_cost(alpha, beta):
    batch = sell(alpha, MONTHS, [100] * 12)
    alpha.monthly_sales.update(uncosted_lines=0, cost_amount=80 * 10_000)
    sell(beta, MONTHS, [50] * 12, batch=batch)
    assert recompute_segmentation(as_of=AS_OF).summary["measure"] == "net_sales"
    beta.monthly_sales.update(uncosted_lines=0, cost_amount=10 * 10_000)
    run = recompute_segmentation(as_of=AS_OF)
    assert run.summary["measure"] == "gross_profit"
    assert result(beta).rank == 1
    assert result(alpha).total == 12 * 20 * 10_000


def test_the_day_of_the_as_of_month_makes_no_difference(alpha):
    sell(alpha, MONTHS, range(1, 13))
    one = recompute_segmentation(as_of=dt.date(2022, 11, 1)).customer_results.get()
    two = recompute_segmentation(as_of=dt.date(2022, 11, 15)).customer_results.get()
    assert (one.months, one.total) == (two.months, two.total)


def test_the_command_prints_its_figures_on_the_last_line(alpha, capsys):
    sell(alpha, MONTHS, [100] * 12)
    call_command("recompute")
    figures = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert figures["as_of"] == "2022-11-01"  # the month after the newest sales
    assert figures["customers"] == 1
    assert set(figures) == {"run", "as_of", "customers", "stores", "seconds"}


def test_every_run_leaves_one_audit_row(alpha, dora):
    sell(alpha, MONTHS, [100] * 12)
    run = recompute_segmentation(as_of=AS_OF, by=dora)
    row = AuditRow.objects.get(action="recompute_segmentation")
    assert (row.by, row.record_id) == (dora, str(run.pk))


def test_stores_are_classed_within_their_category(alpha, tequila, region):
    beer = Category.objects.create(code="BEER")
    tequila_stores = neighbours(alpha, tequila, MONTHS, [30] * 6)
    count_in_full(tequila_stores[0], beer, MONTHS, 10_000, 100)
    run = recompute_segmentation(as_of=AS_OF)
    assert run.store_results.filter(category=tequila, potential_class="A").count() == 6
    assert run.store_results.get(category=beer).rank_potential == 1


def test_the_criteria_of_a_run_are_kept_with_it(alpha):
    sell(alpha, MONTHS, [100] * 12)
    publish_criteria(values={"abc_measure": "net_sales", "window_months": 6}, reason="half a year", by=None)
    run = recompute_segmentation(as_of=AS_OF)
    publish_criteria(values={}, reason="back", by=None)
    run.refresh_from_db()
    assert run.settings["window_months"] == 6
    assert len(run.customer_results.get().months) == 6
    assert run.criteria.number == 1


def test_ours_is_real_money_however_the_share_was_measured(alpha, tequila):
    store = neighbours(alpha, tequila, MONTHS, [30] * 6)[0]
    store.category_totals.update(own_amount=60 * 10 * 10_000)  # 30 of 100 pieces, 60 of 100 in money
    run = recompute_segmentation(as_of=AS_OF)
    row = run.store_results.get(store=store)
    assert row.share == pytest.approx(0.30)
    assert row.own_sales == 12 * 600 * 10_000
    assert result(alpha).own == 12 * (600 + 5 * 300) * 10_000


def test_months_active_are_those_with_a_net_amount_however_returns_are_treated(alpha, dora):
    publish_criteria(values={"xyz_returns": "floor"}, reason="floor", by=dora)
    sell(alpha, MONTHS, [100] * 10 + [-30, 0])
    recompute_segmentation(as_of=AS_OF)
    assert result(alpha).months_active == 11


@pytest.mark.parametrize("source", ["totals", "visits"])
def test_the_export_has_stores_whose_counts_the_criteria_do_not_use(alpha, tequila, dora, source):
    counted = Store.objects.create(code="COUNTED", name="Counted", customer=alpha)
    visited = Store.objects.create(code="VISITED", name="Visited", customer=alpha)
    count_in_full(counted, tequila, MONTHS, 30, 20)
    visit(visited, tequila, [dt.date(2022, 10, 1)], [(20, 3)])
    publish_criteria(values={"share_source": source}, reason="one source", by=dora)
    header, *rows = store_export(recompute_segmentation(as_of=AS_OF))
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["store_code"] for row in found] == ["COUNTED", "VISITED"]
    unused = found[source == "totals"]
    assert (unused["share"], unused["status"], unused["flagged"]) == ("", "insufficient", False)


def test_the_comparison_of_stores_states_own_sales_in_the_money_they_are_ranked_by(alpha, tequila, dora):
    publish_criteria(values={"selection_level": "store"}, reason="stores", by=dora)
    store = Store.objects.create(code="COUNTED", name="Counted", customer=alpha)
    count_in_full(store, tequila, MONTHS, 30, 20, price=7)
    header, row = comparison_export(recompute_segmentation(as_of=AS_OF))
    assert dict(zip(header, row, strict=True))["own"] == "1680"


def test_a_recompute_decides_how_often_each_store_is_visited(alpha, beta, tequila, region):
    neighbours(alpha, tequila, MONTHS, [50, 50, 50, 50, 50, 50])
    big = Store.objects.create(code="BIG", name="Big", customer=beta)
    count_in_full(big, tequila, MONTHS, 9_000, 100)
    unknown = Store.objects.create(code="NEW", name="Unknown", customer=beta)
    gone = Store.objects.create(code="OLD", name="Gone", customer=beta, archived_at=clock.now())
    recompute_segmentation(as_of=AS_OF)
    rhythms = dict(VisitCadence.objects.values_list("store", "visits_a_month"))
    quadrants = dict(StoreResult.objects.values_list("store", "quadrant"))
    assert quadrants[big.pk] == "attack" and rhythms[big.pk] == 4
    assert all(
        rhythms[store] == float(needed_store_visits(np.array([name]))[0]) for store, name in quadrants.items()
    )
    assert VisitCadence.objects.get(store=unknown).reason == result(beta).quadrant
    assert gone.pk not in rhythms
