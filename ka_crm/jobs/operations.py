"""Start, run and stop background jobs. The database holds the truth, the broker only rings."""

import datetime as dt
import logging
import secrets
import threading
import traceback
from typing import Any

from celery import current_app
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.db.models import F, Q

from ka_crm.jobs.bodies import body_of, job_body
from ka_crm.jobs.context import LEASE, JobCancelled, JobContext, LeaseLost
from ka_crm.jobs.models import UNFINISHED, JobRun, JobState
from ka_crm.lib import clock
from ka_crm.people.models import User

__all__ = ["JobCancelled", "JobContext", "cancel_job", "job_body", "run_in_process", "run_job", "start_job"]
_log = logging.getLogger(__name__)
#: A job whose process dies this often is given up.
MAX_ATTEMPTS = 5
_HEARTBEAT = LEASE.total_seconds() / 4


def start_job(
    *, kind: str, key: str = "", params: dict[str, Any] | None = None, by: User | None = None
) -> JobRun:
    """Return the unfinished job of this kind and key, made now if there is none, and ring for it."""
    job = _get_or_create(kind, key, params or {}, by)
    transaction.on_commit(lambda: ring(job.pk))
    return job


def ring(job_id: int) -> None:
    """Tell the workers that a job waits. A broker that is gone is no error: the schedule rings again."""
    try:
        current_app.send_task("jobs.run", args=[job_id])
    except Exception:  # any failure of any broker
        _log.warning("The broker cannot be reached; job %s waits for the schedule.", job_id)


def run_in_process(
    *, kind: str, key: str = "", params: dict[str, Any] | None = None, by: User | None = None
) -> JobRun:
    """Run a job in this process, under the same lease that a worker would hold, and return it done.

    A job of the same kind and key that still waits is run with these ``params``. Raises ``RuntimeError``
    where another process is at it.
    """
    job = _get_or_create(kind, key, params or {}, by)
    JobRun.objects.filter(pk=job.pk, state=JobState.WAITING).update(params=params or {})
    if not run_job(job.pk, reraise=True):
        raise RuntimeError(f"{kind} {key} is already running")
    job.refresh_from_db()
    return job


def run_job(job_id: int, *, reraise: bool = False) -> bool:
    """Take the lease of a job and run its body; return whether this process ran it."""
    job = _take_lease(job_id)
    if job is None:
        return False
    stop = threading.Event()
    if not connection.in_atomic_block:
        threading.Thread(target=_keep_lease, args=(job.pk, job.lease_token, stop), daemon=True).start()
    try:
        result = body_of(job.kind)(JobContext(job))
    except LeaseLost:
        _log.warning("Job %s was taken over by another process.", job.pk)
        return False
    except JobCancelled:
        _finish(job, JobState.CANCELLED)
    except Exception as error:
        _log.exception("Job %s failed.", job.pk)
        _finish(job, JobState.FAILED, error=f"{type(error).__name__}: {error}", log=traceback.format_exc())
        if reraise:
            raise
    else:
        _finish(job, JobState.DONE, result=result)
    finally:
        stop.set()
    return True


def cancel_job(*, job: JobRun, by: User) -> None:
    """Ask a job to stop: at once while it waits, at its next step while it runs."""
    JobRun.objects.filter(pk=job.pk, state__in=UNFINISHED).update(cancel_requested=True)
    JobRun.objects.filter(pk=job.pk, state=JobState.WAITING).update(
        state=JobState.CANCELLED, finished_at=clock.now()
    )


def ring_again() -> list[int]:
    """Ring for every job that waits or whose lease expired; return their ids. Runs every few minutes."""
    now = clock.now()
    dead = Q(state=JobState.RUNNING, lease_until__lt=now)
    JobRun.objects.filter(dead, attempts__gte=MAX_ATTEMPTS).update(
        state=JobState.FAILED, error="Its process died too often.", finished_at=now
    )
    waiting = Q(state=JobState.WAITING, created_at__lt=now - dt.timedelta(seconds=20))
    due = list(JobRun.objects.filter(dead | waiting).values_list("pk", flat=True))
    for job_id in due:
        ring(job_id)
    return due


def _get_or_create(kind: str, key: str, params: dict[str, Any], by: User | None) -> JobRun:
    unfinished = JobRun.objects.filter(kind=kind, key=key, state__in=UNFINISHED)
    job = unfinished.first()
    if job is not None:
        return job
    try:
        with transaction.atomic():
            return JobRun.objects.create(kind=kind, key=key, params=params, actor=by)
    except IntegrityError:
        return unfinished.get()


def _take_lease(job_id: int) -> JobRun | None:
    """Take the job if it waits or if its lease expired: one conditional UPDATE decides."""
    now = clock.now()
    token = secrets.token_hex(16)
    taken = (
        JobRun.objects.filter(pk=job_id)
        .filter(Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, lease_until__lt=now))
        .update(
            state=JobState.RUNNING,
            lease_token=token,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            started_at=now,
            done=0,
            total=0,
            phase="",
            error="",
        )
    )
    return JobRun.objects.select_related("actor").get(pk=job_id) if taken else None


def _keep_lease(job_id: int, token: str, stop: threading.Event) -> None:
    """Renew the lease while the body is busy between two reports."""
    try:
        while not stop.wait(_HEARTBEAT):
            close_old_connections()
            try:
                JobRun.objects.filter(pk=job_id, lease_token=token, state=JobState.RUNNING).update(
                    lease_until=clock.now() + LEASE
                )
            except Exception:  # the next beat tries again
                _log.warning("The lease of job %s could not be renewed just now.", job_id)
    finally:
        connection.close()


def _finish(
    job: JobRun, state: str, *, result: dict[str, Any] | None = None, error: str = "", log: str = ""
) -> None:
    held = JobRun.objects.filter(pk=job.pk, lease_token=job.lease_token)
    held.update(
        state=state,
        result=result or {},
        error=error,
        log=job.log + log,
        finished_at=clock.now(),
        lease_until=None,
    )
    if state == JobState.DONE:
        held.filter(total__gt=0).update(done=F("total"))
