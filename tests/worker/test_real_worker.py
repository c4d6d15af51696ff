"""What only a real worker process can show: it is killed in the middle, it is rung for twice."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection, transaction

from ka_crm.jobs import bodies, operations
from ka_crm.jobs.models import JobRun, JobState
from ka_crm.jobs.operations import ring, ring_again, run_job, start_job
from ka_crm.records.models import SystemSetting
from segmentation.models import CustomerResult, RunState, SegmentationRun
from segmentation.operations import recompute_segmentation
from tests.facts import months_before, sell
from tests.processes import own_broker, shared_database, wait_for, workers

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
AS_OF = dt.date(2022, 11, 1)
LEASE_SECONDS = 2


@pytest.fixture
def database(transactional_db, tmp_path):
    with shared_database(tmp_path) as address:
        yield address


@pytest.fixture
def start_worker(database, tmp_path):
    with own_broker(tmp_path) as broker_env:
        env = {"DATABASE_URL": database, "KA_JOB_LEASE_SECONDS": str(LEASE_SECONDS), **broker_env}
        with workers(env) as start:
            yield start


def current_runs() -> list[int]:
    return list(SegmentationRun.objects.filter(is_current=True).values_list("pk", flat=True))


def test_a_worker_killed_in_the_middle_of_a_recomputation_harms_nobody_and_it_is_done_again(
    start_worker, tmp_path, alpha, beta
):
    for customer in (alpha, beta):
        sell(customer, months_before(AS_OF), [100] * 12)
    old = recompute_segmentation(as_of=AS_OF)
    still = tmp_path / "stand-still"
    still.touch()
    slow = start_worker(app="tests.worker.slow_product", env={"STAND_STILL_WHILE": str(still)}, name="slow")
    job = start_job(kind="recompute", params={"as_of": AS_OF.isoformat()})

    wait_for(lambda: CustomerResult.objects.exclude(run=old).exists(), 60, slow.log.read_text)
    time.sleep(LEASE_SECONDS + 0.5)  # it lives, so its lease is renewed although it reports nothing
    assert ring_again() == []
    slow.kill()
    still.unlink()

    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    assert SegmentationRun.objects.filter(state=RunState.BUILDING).count() == 1
    assert current_runs() == [old.pk]
    assert CustomerResult.objects.filter(run__is_current=True).count() == 2

    second = start_worker(name="second")
    wait_for(lambda: ring_again() == [job.pk], LEASE_SECONDS + 5)  # what the scheduler does every two minutes
    wait_for(lambda: JobRun.objects.get(pk=job.pk).is_finished, 60, lambda: second.log.read_text()[-3000:])
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.DONE, 2, "")
    assert current_runs() == [job.result["run"]] != [old.pk]
    assert set(SegmentationRun.objects.values_list("state", flat=True)) == {RunState.COMPLETE}
    assert CustomerResult.objects.filter(run__is_current=True).count() == 2
    assert set(CustomerResult.objects.values_list("run", flat=True)) == {old.pk, job.result["run"]}


def test_a_worker_that_hears_the_bell_many_times_runs_a_job_once(start_worker, adam):
    worker = start_worker()
    first, second = start_job(kind="check_invariants", by=adam), start_job(kind="clean_up", by=adam)
    for _again in range(10):
        ring(first.pk)
        ring(second.pk)
    wait_for(
        lambda: JobRun.objects.filter(state=JobState.DONE).count() == 2,
        60,
        lambda: worker.log.read_text()[-3000:],
    )
    assert set(JobRun.objects.values_list("attempts", flat=True)) == {1}
    assert JobRun.objects.count() == 2


def test_the_heartbeat_renews_the_lease_and_does_not_lock_out_the_body(database, monkeypatch):
    monkeypatch.setattr(operations, "_HEARTBEAT", 0.02)
    monkeypatch.setattr(operations, "ring", lambda job_id: None)
    leases = set()

    @bodies.job_body("writer")
    def writer(job):
        for step in range(60):
            with transaction.atomic():
                SystemSetting.objects.update_or_create(name="probe", defaults={"value": step})
                time.sleep(0.005)
            time.sleep(0.02)  # computing between two chunks
            leases.add(JobRun.objects.values_list("lease_until", flat=True).get(pk=job.job.pk))
            job.progress(step, 60, "writing")
        return {}

    threads = threading.active_count()
    job = start_job(kind="writer")
    try:
        run_job(job.pk)
    finally:
        bodies._KINDS.pop("writer")
    job.refresh_from_db()
    assert (job.state, job.error, len(leases) > 3) == (JobState.DONE, "", True)
    wait_for(lambda: threading.active_count() <= threads, 5)
    assert connection.is_usable()


def test_of_many_processes_that_take_a_lease_at_once_one_gets_it(database, monkeypatch):
    monkeypatch.setattr(operations, "ring", lambda job_id: None)
    job = start_job(kind="check_invariants")
    taken, start = [], threading.Barrier(8)

    def take():
        start.wait()
        try:
            if operations._take_lease(job.pk):
                taken.append(threading.get_ident())
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    assert JobRun.objects.get(pk=job.pk).attempts == 1
