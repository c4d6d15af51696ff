"""Measures are checked again: after five new visits, once, by whoever answers for the flag."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from ka_crm.jobs.operations import run_in_process
from ka_crm.records.models import AuditRow
from tests.facts import visit
from tests.integration.visits.flags import TODAY, fresh, recovering
from visits.evaluation import evaluate_stores
from visits.models import FlagEffect, VisitTask
from visits.operations import remove_stop, skip_stop
from visits.operations.flags import close_flag
from visits.rechecks import propose_rechecks
from visits.rules.flag_life import RECHECK_AFTER

pytestmark = pytest.mark.usefixtures("pinned")
DONE = dt.date(2022, 9, 15)
TOMORROW = TODAY + dt.timedelta(days=1)


def after(flag, count, first=DONE):
    """So many visits after a day, evaluated as if the last one had just come."""
    visit(
        flag.store,
        flag.category,
        [first + dt.timedelta(days=2 * n + 1) for n in range(count)],
        [(40, 8)] * count,
    )
    evaluate_stores([flag.store_id])


@pytest.fixture
def treated_flag(sue, flag):
    return recovering(sue, flag, done_on=DONE)


def tasks():
    return list(VisitTask.objects.filter(flag__isnull=False).order_by("pk"))


def test_the_fifth_visit_after_the_measure_plans_a_re_check_for_tomorrow_and_only_one(treated_flag, sue):
    after(treated_flag, RECHECK_AFTER - 1)
    assert tasks() == []
    after(treated_flag, 1, first=dt.date(2022, 10, 20))
    assert [(task.user, task.on, task.reason, task.state) for task in tasks()] == [
        (sue, TOMORROW, "recheck", "planned")
    ]
    evaluate_stores([treated_flag.store_id])
    assert propose_rechecks() == [] and run_in_process(kind="propose_rechecks", by=None).result == {
        "visits": 0
    }
    assert len(tasks()) == 1
    assert AuditRow.objects.filter(record_type="visits.visittask", action="create").count() == 1


def test_at_night_it_stands_on_the_list_of_the_day_that_begins(client, treated_flag, sue):
    visit(treated_flag.store, treated_flag.category,
          [DONE + dt.timedelta(days=n) for n in range(1, 6)], [(40, 8)] * 5)  # fmt: skip
    FlagEffect.objects.update(visits_since=5)
    assert run_in_process(kind="propose_rechecks", by=None).result == {"visits": 1}
    client.force_login(sue)
    text = client.get("/visits/today/").content.decode()
    assert "Time to check again: 5 visits since the measure of 15 Sep" in text
    assert f"/flags/{treated_flag.pk}/" in text
    assert "Sue goes there on 1 Nov" in " ".join(
        client.get(f"/flags/{treated_flag.pk}/").content.decode().split()
    )


def test_three_new_months_of_full_counts_ask_for_it_too(treated_flag):
    FlagEffect.objects.update(basis="totals", visits_after=2, visits_since=0)
    assert propose_rechecks() == []
    FlagEffect.objects.update(visits_after=3)
    assert len(propose_rechecks()) == 1


def test_left_out_or_done_it_comes_again_after_five_more_visits(treated_flag, sue):
    after(treated_flag, 5)
    task = tasks()[0]
    with pytest.raises(ValidationError, match="with a reason"):
        remove_stop(by=sue, task=task)
    skip_stop(by=sue, task=task, version=task.version, reason="closed")
    evaluate_stores([treated_flag.store_id])
    assert propose_rechecks() == []
    VisitTask.objects.update(on=dt.date(2022, 10, 1))
    after(treated_flag, 4, first=dt.date(2022, 10, 2))
    assert len(tasks()) == 1
    after(treated_flag, 1, first=dt.date(2022, 10, 20))
    assert [task.state for task in tasks()] == ["skipped", "planned"]


def test_a_visit_planned_anyway_becomes_the_re_check_unless_it_belongs_to_a_sample(treated_flag, sue):
    planned = VisitTask.objects.create(store=treated_flag.store, user=sue, on=TOMORROW, reason="cadence")
    after(treated_flag, 5)
    assert [(task.pk, task.reason, task.version) for task in tasks()] == [(planned.pk, "recheck", 2)]


def test_without_a_supervisor_the_account_manager_goes_and_without_anybody_nobody(treated_flag, sue, alice):
    sue.is_active = False
    sue.save()
    after(treated_flag, 5)
    assert [task.user for task in tasks()] == [alice]
    VisitTask.objects.all().delete()
    alice.is_active = False
    alice.save()
    assert propose_rechecks() == []


def test_closing_the_flag_takes_the_re_check_from_the_list(treated_flag, sue):
    after(treated_flag, 5)
    close_flag(
        by=sue, flag=treated_flag, version=fresh(treated_flag).version, outcome="recovered", text="Good"
    )
    assert [(task.state, task.skip_reason) for task in tasks()] == [("skipped", "The flag was closed.")]
    assert propose_rechecks() == []


def test_flags_without_a_measure_or_closed_ask_for_nothing(flag):
    after(flag, 8, first=dt.date(2022, 9, 1))
    assert tasks() == [] and propose_rechecks() == []


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_evaluations_at_once_plan_one_re_check(treated_flag):
    visit(treated_flag.store, treated_flag.category,
          [DONE + dt.timedelta(days=n) for n in range(1, 6)], [(40, 8)] * 5)  # fmt: skip
    FlagEffect.objects.update(visits_since=5)
    failures = []

    def run():
        try:
            propose_rechecks()
        except Exception as error:  # told below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and len(tasks()) == 1
