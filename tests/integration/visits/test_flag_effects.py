"""What a measure was worth: the store before and after it, against stores that were never flagged."""

import datetime as dt

import pytest

from accounts.models import Format, Store
from ka_crm.jobs.operations import run_in_process
from ka_crm.lib.money import SCALE
from tests.facts import count_in_full, months_before, visit
from tests.integration.visits.flags import TODAY, flag_of, fresh, inspected, many_flags, recovering, treated
from visits.effects import refresh_effects
from visits.evaluation import evaluate_stores
from visits.models import CategoryTotal, Flag, FlagEffect, Measure
from visits.operations import flags as flags_op
from visits.operations import measures as measures_op
from visits.queries.flag_sums import remedies

DONE = dt.date(2022, 9, 15)
BEFORE = [DONE - dt.timedelta(days=7 * i + 1) for i in range(6)]
AFTER = [DONE + dt.timedelta(days=7 * i + 1) for i in range(6)]


@pytest.fixture
def followed(flag, sue):
    """Alpha One: 10 % before the measure of 15 September, 20 % after it."""
    visit(flag.store, flag.category, BEFORE, [(40, 4), (40, 5), (40, 3)] * 2)
    visit(flag.store, flag.category, AFTER, [(40, 8), (40, 9), (40, 7)] * 2)
    return flag


def comparable(customer, category, count: int, rise: int = 2, **fields: object) -> list[Store]:
    """Stores without a flag: 30 % before, a little more after."""
    stores = []
    for n in range(count):
        store = Store.objects.create(
            code=f"C{Store.objects.count()}", name=f"Comparable {n}", customer=customer, **fields
        )
        visit(store, category, BEFORE, [(40, 12)] * 6)
        visit(store, category, AFTER, [(40, 12 + rise)] * 6)
        stores.append(store)
    return stores


def finish(sue, flag) -> FlagEffect:
    measure = treated(sue, flag)
    measures_op.finish_measure(by=sue, measure=measure, version=1, done_on=DONE)
    return FlagEffect.objects.get(flag=flag)


def test_the_effect_is_the_change_beyond_that_of_stores_without_a_flag(followed, alpha, spirits, sue):
    comparable(alpha, spirits, 5)
    effect = finish(sue, followed)
    assert (effect.since_on, effect.basis, effect.control_stores) == (DONE, "visits", 5)
    assert (effect.before_share, effect.after_share) == (pytest.approx(0.1), pytest.approx(0.2))
    assert (effect.control_before_share, effect.control_after_share) == (
        pytest.approx(0.30), pytest.approx(0.35),
    )  # fmt: skip
    assert effect.effect == pytest.approx(0.05)
    assert effect.low < effect.effect < effect.high
    assert (effect.visits_before, effect.visits_after, effect.visits_since) == (6, 6, 6)


def test_with_four_comparable_stores_the_plain_change_is_told(followed, alpha, spirits, sue):
    comparable(alpha, spirits, 4)
    effect = finish(sue, followed)
    assert (effect.control_stores, effect.effect) == (0, pytest.approx(0.1))


def test_stores_flagged_meanwhile_of_another_region_or_category_are_not_compared(
    followed, alpha, beta, spirits, sue
):
    stores = comparable(alpha, spirits, 5)
    flag_of(stores[0], spirits, opened_on=dt.date(2022, 10, 1))
    assert finish(sue, followed).control_stores == 0
    Flag.objects.filter(store=stores[0]).update(
        opened_on=dt.date(2022, 1, 1), state="closed", closed_on=dt.date(2022, 2, 1), outcome="recovered"
    )
    refresh_effects([fresh(followed)])
    assert FlagEffect.objects.get().control_stores == 5


def test_stores_of_the_same_format_are_preferred_where_there_are_five(followed, alpha, spirits, sue):
    market = Format.objects.create(name="Supermarket")
    Store.objects.filter(pk=followed.store_id).update(format=market)
    comparable(alpha, spirits, 5, rise=8)
    comparable(alpha, spirits, 5, rise=0, format=market)
    effect = finish(sue, fresh(followed))
    assert (effect.control_stores, effect.control_after_share) == (5, pytest.approx(0.30))


def test_months_of_full_counts_serve_where_nobody_counted(alpha, alpha_store, spirits, sue):
    months = months_before(TODAY)
    for store, own_after in [(alpha_store, 20)] + [
        (Store.objects.create(code=f"T{n}", name="T", customer=alpha), 30) for n in range(5)
    ]:
        count_in_full(store, spirits, months[:9], 100, 10 if store == alpha_store else 30)
        count_in_full(store, spirits, months[9:], 100, own_after)
    flag = flag_of(alpha_store, spirits, supervisor=sue)
    measure = treated(sue, flag)
    measures_op.finish_measure(by=sue, measure=measure, version=1, done_on=dt.date(2022, 8, 10))
    effect = FlagEffect.objects.get()
    # August, the month of the measure, is left out: half of it was before.
    assert (effect.basis, effect.visits_before, effect.visits_after) == ("totals", 6, 2)
    assert (effect.before_share, effect.after_share) == (pytest.approx(0.1), pytest.approx(0.2))
    assert (effect.control_stores, effect.effect) == (5, pytest.approx(0.1))
    CategoryTotal.objects.all().delete()
    refresh_effects([fresh(flag)])
    assert FlagEffect.objects.get().effect is None


def test_a_new_visit_moves_the_store_and_leaves_the_comparison_for_the_night(
    followed, alpha, spirits, sue, django_assert_max_num_queries
):
    stores = comparable(alpha, spirits, 5)
    finish(sue, followed)
    visit(followed.store, spirits, [TODAY], [(40, 16)])
    for store in stores:
        visit(store, spirits, [TODAY], [(40, 40)])
    evaluate_stores([followed.store_id])
    after_visit = FlagEffect.objects.get()
    assert after_visit.visits_since == 7
    assert after_visit.control_after_share == pytest.approx(0.35)
    assert after_visit.after_share > 0.2
    result = run_in_process(kind="flag_effects", by=None).result
    assert result == {"flags": 1}
    assert FlagEffect.objects.get().control_after_share > 0.35


def test_on_the_day_of_the_measure_the_share_before_it_is_known_already(alpha_store, spirits, sue):
    count_in_full(alpha_store, spirits, months_before(TODAY), 100, 10)
    recovering(sue, flag_of(alpha_store, spirits))
    effect = FlagEffect.objects.get()
    assert (effect.basis, effect.before_share, effect.after_share) == ("totals", pytest.approx(0.1), None)


def test_without_a_done_measure_there_is_no_effect(followed, sue):
    treated(sue, followed)
    evaluate_stores([followed.store_id])
    refresh_effects([followed])
    assert not FlagEffect.objects.exists()


def test_remedies_pool_closed_flags_by_kind_and_leave_out_what_has_no_comparison(alpha, spirits, sue, bob):
    effects = [0.04, 0.05, 0.03, 0.5]
    for number, flag in enumerate(many_flags(alpha, spirits, 4, supervisor=sue)):
        moved = recovering(sue, flag)
        FlagEffect.objects.filter(flag=flag).update(
            effect=effects[number],
            low=effects[number] - 0.02,
            high=effects[number] + 0.02,
            control_stores=0 if number == 3 else 9,
        )
        # A second measure of the same kind in one flag counts once.
        Measure.objects.create(
            flag=flag, kind="display", text="again", owner=sue, due_on=TODAY, done_on=TODAY, cost=50
        )
        Flag.objects.filter(pk=moved.pk).update(state="closed", closed_on=TODAY, outcome="improved")
    (remedy,) = remedies(sue)
    assert (remedy.kind, remedy.taken, remedy.without_control) == ("display", 4, 1)
    assert (remedy.pooled.n, remedy.pooled.mean) == (3, pytest.approx(0.04))
    assert remedy.pooled.low < 0.04 < remedy.pooled.high
    assert remedy.cost == 4 * 150
    assert remedies(bob) == []


def test_open_flags_teach_no_remedy_yet(flag, sue):
    recovering(sue, flag)
    assert remedies(sue) == []


def test_closing_computes_the_effect_a_last_time(followed, alpha, spirits, sue):
    finish(sue, followed)
    moved = flags_op.move_flag(by=sue, flag=followed, version=fresh(followed).version, to="recovering")
    assert FlagEffect.objects.get().control_stores == 0
    comparable(alpha, spirits, 5)
    flags_op.close_flag(by=sue, flag=moved, version=moved.version, outcome="improved")
    assert FlagEffect.objects.get().control_stores == 5


def test_money_of_a_flag_is_told_in_ten_thousandths(flag, sue):
    assert inspected(sue, flag).opening_gap_amount == 200 * SCALE
