"""The work of the night: its order, its failures, its time, and two schedulers at once."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from ka_crm.jobs import bodies, nightly, operations, schedule
from ka_crm.jobs.models import JobRun, JobState
from ka_crm.jobs.operations import run_in_process, run_job, start_job
from ka_crm.records.models import AuditRow, IdempotencyKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch):
    heard = []
    monkeypatch.setattr(operations, "ring", heard.append)
    return heard


@pytest.fixture
def steps(monkeypatch):
    """A night of three steps, the middle one of which can be told to fail."""
    order = []

    def step(name):
        def body(job):
            order.append(name)
            if name == fails["step"]:
                raise ValueError("out of order")
            return {"done": name}

        return body

    fails = {"step": ""}
    kinds = {
        name: bodies.JobKind(name, step(name), name, number)
        for number, name in ((30, "c"), (10, "a"), (20, "b"))
    }
    night = {"nightly": bodies._KINDS["nightly"]}
    monkeypatch.setattr(bodies, "_KINDS", kinds | night)
    return order, fails


def test_the_rooms_steps_run_recompute_then_invariants_then_tidying_up():
    names = [kind.name for kind in bodies.nightly_kinds()]
    wanted = ["recompute", "check_invariants", "clean_up"]
    assert [name for name in names if name in wanted] == wanted


def test_the_steps_run_in_their_order_each_as_a_job_of_its_own(steps, rung):
    order, _fails = steps
    job = run_in_process(kind="nightly", key="2022-11-01")
    assert order == ["a", "b", "c"]
    assert job.result == {name: {"done": name} for name in "abc"}
    assert JobRun.objects.filter(state=JobState.DONE).count() == 4
    assert [line.split()[1] for line in job.log.splitlines()] == ["a:", "b:", "c:"]


def test_a_step_that_fails_does_not_keep_the_others_from_running_but_the_night_has_failed(steps, rung):
    order, fails = steps
    fails["step"] = "b"
    job = schedule.start_night()
    run_job(job.pk)
    job.refresh_from_db()
    assert order == ["a", "b", "c"]
    assert (job.state, job.error) == (JobState.FAILED, "NightFailed: b")
    assert "ValueError: out of order" in job.log


def test_a_step_that_somebody_else_is_at_is_waited_for_and_not_run_twice(steps, rung, monkeypatch):
    order, _fails = steps
    other = start_job(kind="b")
    operations._take_lease(other.pk)
    waits = []

    def somebody_finishes(seconds):
        waits.append(seconds)
        JobRun.objects.filter(pk=other.pk).update(state=JobState.DONE, result={"by": "another"})

    monkeypatch.setattr(nightly.time, "sleep", somebody_finishes)
    job = run_in_process(kind="nightly", key="x")
    assert (order, len(waits), job.result["b"]) == (["a", "c"], 1, {"by": "another"})


def test_two_schedulers_give_one_night_per_date(steps, rung, monkeypatch):
    order, _fails = steps
    first, second = schedule.start_night(), schedule.start_night()
    assert first.pk == second.pk
    run_job(first.pk)
    late = schedule.start_night()
    assert (late.pk, run_job(late.pk)) == (first.pk, False)
    assert order == ["a", "b", "c"]
    monkeypatch.setattr(schedule.clock, "today", lambda: dt.date(2032, 1, 2))
    assert schedule.start_night().pk != first.pk


def test_the_schedule_is_there_after_migrating_and_is_made_again_when_it_was_deleted():
    PeriodicTask.objects.all().delete()
    schedule.ensure_schedule()
    schedule.ensure_schedule()
    assert set(PeriodicTask.objects.values_list("name", "task")) == {
        ("nightly", "jobs.start_night"),
        ("ring again", "jobs.ring_again"),
    }
    ring = PeriodicTask.objects.get(name="ring again").interval
    assert (ring.every, ring.period) == (2, IntervalSchedule.MINUTES)
    assert schedule.nightly_schedule().time == dt.time(2, 10)


def test_an_administrator_moves_the_night_and_it_stays_moved(adam, dora):
    schedule.ensure_schedule()
    after = schedule.change_schedule(by=adam, time=dt.time(23, 45), is_on=False)
    assert (after.time, after.is_on) == (dt.time(23, 45), False)
    schedule.ensure_schedule()
    assert schedule.nightly_schedule() == after
    row = AuditRow.objects.get(action="change schedule")
    assert (row.before["time"], row.after["time"], row.after["is_on"]) == ("02:10", "23:45", False)
    schedule.change_schedule(by=adam, time=dt.time(23, 45), is_on=False)
    assert AuditRow.objects.filter(action="change schedule").count() == 1
    with pytest.raises(PermissionDenied):
        schedule.change_schedule(by=dora, time=dt.time(1, 0), is_on=True)


def test_moving_the_night_to_an_hour_that_has_passed_does_not_start_it_at_once(adam):
    from django_celery_beat.schedulers import ModelEntry

    schedule.ensure_schedule()
    now = dt.datetime.now(dt.UTC)
    PeriodicTask.objects.filter(name="nightly").update(last_run_at=now - dt.timedelta(days=1))
    schedule.change_schedule(by=adam, time=(now - dt.timedelta(hours=1)).time(), is_on=True)
    entry = ModelEntry(PeriodicTask.objects.get(name="nightly"))
    assert entry.is_due().is_due is False


def test_the_schedule_follows_the_companys_time_zone(settings):
    schedule.ensure_schedule()
    settings.TIME_ZONE = "America/Chicago"
    schedule.ensure_schedule()
    now = schedule.nightly_schedule()
    assert (now.time, now.time_zone) == (dt.time(2, 10), "America/Chicago")


def test_the_next_start_is_told_across_midnight_and_the_change_of_the_clocks():
    night = schedule.NightlySchedule(dt.time(2, 10), True, "Europe/Berlin")
    evening = dt.datetime(2025, 10, 25, 20, 0, tzinfo=dt.UTC)  # the clocks change in this night
    assert night.next_start(evening).astimezone(dt.UTC) == dt.datetime(2025, 10, 26, 0, 10, tzinfo=dt.UTC)
    assert schedule.NightlySchedule(dt.time(2, 10), False, "UTC").next_start(evening) is None


def test_broken_invariants_make_the_check_fail(rung, monkeypatch):
    monkeypatch.setattr(nightly, "violations", lambda: {"fine": 0, "rows_without_owner": 3})
    job = start_job(kind="check_invariants")
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, "rows_without_owner: 3" in job.error) == (JobState.FAILED, True)


def test_tidying_up_deletes_old_keys_and_old_jobs_and_nothing_else(rung, adam):
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    for name in ("old", "new"):
        IdempotencyKey.objects.create(user=adam, key=name, endpoint="/", body_digest="x", status=201)
    IdempotencyKey.objects.filter(key="old").update(created_at=long_ago)
    done = JobRun.objects.create(kind="probe", state=JobState.DONE, finished_at=long_ago)
    waiting = JobRun.objects.create(kind="probe")
    JobRun.objects.update(created_at=long_ago)
    job = run_in_process(kind="clean_up")
    assert job.result == {"idempotency_keys": 1, "jobs": 1}
    assert not JobRun.objects.filter(pk=done.pk).exists()
    assert JobRun.objects.filter(pk=waiting.pk).exists()
    assert IdempotencyKey.objects.get().key == "new"
