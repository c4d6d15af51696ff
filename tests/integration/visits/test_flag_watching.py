"""Evidence opens flags: after repeated evidence, once, and with the supervisor whose stores they are."""

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from ka_crm.criteria.operations import ensure_published_criteria
from ka_crm.criteria.rules.settings import CriteriaSettings
from ka_crm.lib.money import SCALE
from ka_crm.records.models import AuditRow
from ka_crm.records.operations import set_system_setting
from purchases.models import Category
from tests.facts import count_in_full, months_before, neighbours, visit
from visits.evaluation import evaluate_all, evaluate_stores, keep_store_shares
from visits.models import Flag, FlagWatch, MarketShare, Observation, StoreShare
from visits.operations import record_observation

TODAY = dt.date(2022, 11, 1)
MONTHS = months_before(TODAY)
DAYS = [TODAY - dt.timedelta(days=7 * i + 1) for i in range(12)]


@pytest.fixture
def tequila(db):
    set_system_setting(name="demo_day", value="2022-11-01")
    category = Category.objects.create(code="TEQ", name="Tequila")
    MarketShare.objects.create(category=category, from_on=dt.date(2022, 1, 1), share="0.3")
    return category


def evaluate(as_of: dt.date = TODAY, rule: str = "confident") -> None:
    keep_store_shares(evaluate_all(as_of, CriteriaSettings(share_rule=rule)))


def count(store, category, day, total, own, by=None):
    return record_observation(
        by=by or store.customer.kam, store=store, category=category, date=day, total_units=total * SCALE,
        own_units=own * SCALE, client_uuid=uuid.uuid4(), is_certain=True,
    )  # fmt: skip


def test_the_first_run_flags_what_was_surely_below_at_the_last_two_months(alpha, alpha_store, sue, tequila):
    count_in_full(alpha_store, tequila, MONTHS, 100, 10)
    evaluate()
    flag = Flag.objects.get()
    assert (flag.store, flag.state, flag.supervisor) == (alpha_store, "flagged", sue)
    assert (flag.opening_share, flag.opening_market_share) == (pytest.approx(0.1), pytest.approx(0.3))
    assert flag.opening_gap_amount == 200 * SCALE  # 20 points of 100 units at 10, a month
    row = AuditRow.objects.get(record_type="visits.flag")
    assert (row.action, row.by, row.after["share"]) == ("create", None, pytest.approx(0.1))


def test_a_store_known_for_six_months_is_flagged_only_when_the_seventh_says_so_too(
    alpha, alpha_store, tequila
):
    count_in_full(alpha_store, tequila, MONTHS[-6:], 100, 10)
    evaluate()
    assert not Flag.objects.exists()
    assert FlagWatch.objects.get().confirmed_in_a_row == 1
    count_in_full(alpha_store, tequila, [TODAY], 100, 10)
    evaluate(dt.date(2022, 12, 1))
    assert Flag.objects.count() == 1


def test_the_same_evidence_is_never_judged_twice(alpha, alpha_store, tequila):
    count_in_full(alpha_store, tequila, MONTHS, 100, 10)
    evaluate()
    first = FlagWatch.objects.get()
    evaluate()
    evaluate_stores([alpha_store.pk])
    again = FlagWatch.objects.get()
    assert (again.confirmed_in_a_row, again.evidence_key) == (first.confirmed_in_a_row, first.evidence_key)
    assert Flag.objects.count() == 1


def test_a_flag_is_opened_by_the_second_sure_visit_and_not_by_the_first(alpha, alpha_store, alice, tequila):
    days = sorted(DAYS)[:7]
    states = []
    for day in days:
        count(alpha_store, tequila, day, 30, 3)
        states.append(Flag.objects.count())
    # Five days make a share; the fifth and the sixth are the two in a row.
    assert states == [0, 0, 0, 0, 0, 1, 1]


def test_a_corrected_day_is_no_new_evidence(alpha, alpha_store, tequila):
    for day in sorted(DAYS)[:5]:
        count(alpha_store, tequila, day, 30, 3)
    count(alpha_store, tequila, sorted(DAYS)[4], 30, 2)
    assert FlagWatch.objects.get().confirmed_in_a_row == 1
    assert not Flag.objects.exists()


def test_days_that_grow_too_old_are_no_new_evidence(alpha, alpha_store, tequila):
    days = [TODAY - dt.timedelta(days=179 - i) for i in range(3)] + sorted(DAYS)[:5]
    visit(alpha_store, tequila, days, [(30, 3)] * 8)
    evaluate_stores([alpha_store.pk])
    key = FlagWatch.objects.get().evidence_key
    set_system_setting(name="demo_day", value="2022-11-20")
    evaluate_stores([alpha_store.pk])
    assert StoreShare.objects.get().clusters == 5
    assert FlagWatch.objects.get().evidence_key == key


def test_two_evaluations_at_or_above_take_the_store_back_and_leave_the_flag_to_people(
    alpha, alpha_store, tequila
):
    visit(alpha_store, tequila, [day - dt.timedelta(days=60) for day in DAYS[:8]], [(30, 3)] * 8)
    evaluate_stores([alpha_store.pk])
    assert Flag.objects.get().state == "flagged"
    for day in sorted(DAYS)[-4:]:
        count(alpha_store, tequila, day, 300, 150)
    assert FlagWatch.objects.get().state == "ok"
    assert Flag.objects.get().state == "flagged"


def test_a_closed_flag_is_not_opened_again_by_the_same_spell(alpha, alpha_store, tequila):
    visit(alpha_store, tequila, DAYS[1:9], [(30, 3)] * 8)
    evaluate_stores([alpha_store.pk])
    Flag.objects.update(state="closed", closed_on=TODAY, outcome="not_worth")
    count(alpha_store, tequila, DAYS[0], 30, 3)
    assert Flag.objects.count() == 1


def test_the_plain_rule_flags_what_is_only_probably_below(alpha, alpha_store, tequila):
    count_in_full(alpha_store, tequila, MONTHS[0::2], 20, 7)
    count_in_full(alpha_store, tequila, MONTHS[1::2], 20, 4)
    evaluate()
    assert StoreShare.objects.get().status == "below_watch"
    assert not Flag.objects.exists()
    FlagWatch.objects.all().delete()
    evaluate(rule="plain")
    assert Flag.objects.count() == 1


def test_a_store_without_a_supervisor_is_flagged_and_nobody_has_it(beta, beta_store, tequila):
    count_in_full(beta_store, tequila, MONTHS, 100, 10)
    evaluate()
    assert Flag.objects.get().supervisor is None


def test_the_nearest_supervisor_above_gets_the_flag(alpha, alpha_store, sue, dora, territories, tequila):
    sue.territory = territories["country"]
    sue.save()
    count_in_full(alpha_store, tequila, MONTHS, 100, 10)
    evaluate()
    assert Flag.objects.get().supervisor == sue


def test_the_effective_number_of_units_is_kept_with_the_share(alpha, alpha_store, tequila):
    visit(alpha_store, tequila, DAYS, [(20, 4)] * 12)
    evaluate_stores([alpha_store.pk])
    assert StoreShare.objects.get().n_eff == pytest.approx(240)


def test_many_stores_cost_a_bounded_number_of_queries(
    alpha, tequila, django_assert_max_num_queries, django_assert_num_queries
):
    neighbours(alpha, tequila, MONTHS, [5] * 30)
    with django_assert_max_num_queries(40):
        evaluate()
    assert Flag.objects.count() == 30


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_twenty_evaluations_at_once_open_one_flag(alpha, alpha_store):
    set_system_setting(name="demo_day", value="2022-11-01")
    category = Category.objects.create(code="TEQ", name="Tequila")
    MarketShare.objects.create(category=category, from_on=dt.date(2022, 1, 1), share="0.3")
    ensure_published_criteria()
    visit(alpha_store, category, DAYS, [(30, 3)] * 12)
    together = threading.Barrier(20, timeout=30)

    def evaluate_it(_number):
        try:
            together.wait()
            evaluate_stores([alpha_store.pk])
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(evaluate_it, range(20)))
    assert (Flag.objects.count(), FlagWatch.objects.count(), StoreShare.objects.count()) == (1, 1, 1)
    assert FlagWatch.objects.get().confirmed_in_a_row == 2
    assert AuditRow.objects.filter(record_type="visits.flag").count() == 1
    assert Observation.objects.count() == 12
