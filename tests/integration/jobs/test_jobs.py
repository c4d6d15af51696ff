"""Jobs: one run for two doorbells, leases, cancelling, what is kept of a failure, progress."""

import datetime as dt
import os
import subprocess
import sys
import time

import pytest
from celery import Celery
from django.core.exceptions import PermissionDenied
from django.db import transaction

from ka_crm.jobs import bodies, context, operations
from ka_crm.jobs.models import JobRun, JobState
from ka_crm.jobs.operations import (
    JobContext,
    cancel_job,
    retry_job,
    ring_again,
    run_in_process,
    run_job,
    start_job,
    start_job_once,
)
from ka_crm.lib import clock
from ka_crm.records.models import AuditRow


@pytest.fixture
def rung(monkeypatch):
    """Doorbells are counted instead of sent."""
    heard = []
    monkeypatch.setattr(operations, "ring", heard.append)
    return heard


@pytest.fixture
def body():
    """Register bodies for one test: ``body(kind)(function)``."""
    made = []

    def register(kind, **options):
        made.append(kind)
        return bodies.job_body(kind, **options)

    yield register
    for kind in made:
        bodies._KINDS.pop(kind, None)


def count_runs(runs):
    return lambda job: runs.append(job.job.pk) or {"ran": len(runs)}


@pytest.mark.django_db
def test_starting_twice_gives_one_waiting_job(rung, body, adam):
    body("probe")(count_runs([]))
    with transaction.atomic():
        first = start_job(kind="probe", key="a", by=adam)
    assert start_job(kind="probe", key="a").pk == first.pk
    assert start_job(kind="probe", key="b").pk != first.pk
    assert JobRun.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_doorbell_rings_only_after_the_commit(rung, body):
    body("probe")(count_runs([]))
    with transaction.atomic():
        job = start_job(kind="probe")
        assert rung == []
    assert rung == [job.pk]


@pytest.mark.django_db
def test_two_doorbells_run_the_body_once(rung, body):
    runs = []
    body("probe")(count_runs(runs))
    job = start_job(kind="probe")
    assert [run_job(job.pk), run_job(job.pk)] == [True, False]
    job.refresh_from_db()
    assert (runs, job.state, job.result) == ([job.pk], JobState.DONE, {"ran": 1})


@pytest.mark.django_db
def test_a_running_job_cannot_be_taken_before_its_lease_expires_and_can_afterwards(rung, body):
    runs = []
    body("probe")(count_runs(runs))
    job = start_job(kind="probe")
    assert operations._take_lease(job.pk) is not None  # a process that dies right after
    assert run_job(job.pk) is False
    assert ring_again() == []
    JobRun.objects.update(lease_until=clock.now() - dt.timedelta(seconds=1))
    assert ring_again() == [job.pk]
    assert rung[-1] == job.pk
    assert run_job(job.pk) is True
    job.refresh_from_db()
    assert (job.state, job.attempts, runs) == (JobState.DONE, 2, [job.pk])


@pytest.mark.django_db
def test_the_process_that_lost_its_lease_writes_nothing_more(rung, body):
    @body("slow")
    def slow(job: JobContext):
        JobRun.objects.update(lease_token="somebody else", lease_until=clock.now() + dt.timedelta(minutes=1))
        job.progress(1, 2, "too late")
        raise AssertionError("went on without its lease")

    job = start_job(kind="slow")
    assert run_job(job.pk) is False
    job.refresh_from_db()
    assert (job.state, job.done, job.phase) == (JobState.RUNNING, 0, "")


@pytest.mark.django_db
def test_a_job_whose_process_dies_every_time_is_given_up(rung):
    job = start_job(kind="check_invariants")
    past = clock.now() - dt.timedelta(seconds=1)
    JobRun.objects.update(state="running", lease_until=past, attempts=operations.MAX_ATTEMPTS)
    assert ring_again() == []
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "died" in job.error


@pytest.mark.django_db
def test_a_waiting_job_is_rung_again_only_when_it_has_waited_a_while(rung):
    job = start_job(kind="check_invariants")
    assert ring_again() == []
    JobRun.objects.update(created_at=clock.now() - dt.timedelta(minutes=1))
    assert ring_again() == [job.pk]


@pytest.mark.django_db
def test_a_failure_is_kept_with_its_error_and_log_and_can_be_started_again(rung, body, adam):
    @body("broken")
    def broken(job: JobContext):
        job.log("the first half went well")
        raise ValueError("the second half did not")

    job = start_job(kind="broken", key="k", params={"a": 1}, by=adam)
    assert run_job(job.pk) is True
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "ValueError: the second half did not")
    assert "the first half went well" in job.log
    assert "Traceback" in job.log
    again = retry_job(job=job, by=adam)
    assert (again.kind, again.key, again.params, again.state) == ("broken", "k", {"a": 1}, JobState.WAITING)
    assert again.pk != job.pk
    assert AuditRow.objects.filter(record_type="jobs.jobrun", record_id=again.pk).count() == 1
    with pytest.raises(ValueError):
        retry_job(job=again, by=adam)


@pytest.mark.django_db
def test_a_waiting_job_stops_at_once_and_never_runs(rung, body, adam):
    runs = []
    body("probe")(count_runs(runs))
    job = start_job(kind="probe", by=adam)
    cancel_job(job=job, by=adam)
    assert (job.state, run_job(job.pk), runs) == (JobState.CANCELLED, False, [])
    assert AuditRow.objects.filter(record_type="jobs.jobrun", action="stop").count() == 1


@pytest.mark.django_db
def test_a_running_job_stops_at_its_next_step(rung, body, adam, monkeypatch):
    monkeypatch.setattr(context, "_WRITE_EVERY", 0)
    steps = []

    @body("long")
    def long(job: JobContext):
        for step in range(10):
            steps.append(step)
            if step == 3:
                cancel_job(job=JobRun.objects.get(pk=job.job.pk), by=adam)
            job.progress(step, 10, "stepping")
        return {}

    job = start_job(kind="long", by=adam)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, steps) == (JobState.CANCELLED, [0, 1, 2, 3])


@pytest.mark.django_db
def test_nobody_stops_or_restarts_the_job_of_somebody_else(rung, alice, bob, sue, dora):
    job = start_job(kind="check_invariants", by=alice)
    for stranger in (bob, sue):
        with pytest.raises(PermissionDenied):
            cancel_job(job=job, by=stranger)
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    cancel_job(job=job, by=dora)
    with pytest.raises(PermissionDenied):
        retry_job(job=job, by=bob)


@pytest.mark.django_db
def test_progress_is_written_at_most_twice_a_second(rung, body, django_assert_max_num_queries):
    @body("busy")
    def busy(job: JobContext):
        with django_assert_max_num_queries(4):
            end = time.monotonic() + 1.0
            done = 0
            while time.monotonic() < end:
                done += 1
                job.progress(done, 1_000_000, "counting")
        assert done > 1000
        return {"seen": JobRun.objects.get(pk=job.job.pk).done > 0}

    job = start_job(kind="busy")
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.done) == (JobState.DONE, {"seen": True}, 1_000_000)


@pytest.mark.django_db
def test_a_job_of_this_process_runs_under_the_same_lease(rung, body):
    runs = []
    body("probe")(count_runs(runs))
    waiting = start_job(kind="probe", params={"old": True})
    job = run_in_process(kind="probe", params={"new": True})
    assert (job.pk, job.state, job.params, len(runs)) == (waiting.pk, JobState.DONE, {"new": True}, 1)
    other = start_job(kind="probe")
    operations._take_lease(other.pk)
    with pytest.raises(RuntimeError, match="already running"):
        run_in_process(kind="probe")
    assert len(runs) == 1


@pytest.mark.django_db
def test_a_patient_caller_waits_for_its_turn(rung, body, monkeypatch):
    runs = []
    body("probe")(count_runs(runs))
    other = start_job(kind="probe", params={"theirs": True})
    operations._take_lease(other.pk)
    monkeypatch.setattr(
        operations.time, "sleep", lambda seconds: operations._finish(other, JobState.DONE, result={})
    )
    other.refresh_from_db()
    job = run_in_process(kind="probe", params={"ours": True}, is_patient=True)
    assert (job.pk != other.pk, job.state, job.params, len(runs)) == (True, JobState.DONE, {"ours": True}, 1)


@pytest.mark.django_db
def test_the_job_of_a_dead_process_of_this_machine_is_free_at_once(rung, body, monkeypatch):
    runs = []
    body("probe")(count_runs(runs))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(os, "getpid", lambda: dead.pid)
        job = start_job(kind="probe", params={"old": True})
        operations._take_lease(job.pk)
    assert ring_again() == [job.pk]
    again = run_in_process(kind="probe", params={"new": True})
    assert (again.pk, again.state, again.params, len(runs)) == (job.pk, JobState.DONE, {"new": True}, 1)


@pytest.mark.django_db
def test_an_error_in_this_process_is_raised_and_kept(rung, body):
    @body("broken")
    def broken(job: JobContext):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_in_process(kind="broken")
    assert JobRun.objects.get().state == JobState.FAILED


@pytest.mark.django_db
def test_a_key_that_is_used_once_is_never_used_again(rung, body):
    runs = []
    body("probe")(count_runs(runs))
    first = start_job_once(kind="probe", key="2022-11-01")
    run_job(first.pk)
    second = start_job_once(kind="probe", key="2022-11-01")
    assert (second.pk, run_job(second.pk), len(runs)) == (first.pk, False, 1)
    assert start_job_once(kind="probe", key="2022-11-02").pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_gone_keeps_nobody_waiting_and_the_job_waits(body, monkeypatch):
    body("probe")(count_runs([]))
    gone = Celery("gone", broker="redis://127.0.0.1:1/0", set_as_current=False)
    monkeypatch.setattr(operations, "current_app", gone)
    started = time.monotonic()
    job = start_job(kind="probe")
    assert time.monotonic() - started < 5
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    assert run_job(job.pk) is True
