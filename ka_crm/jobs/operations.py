"""Start, run and stop background jobs. The database holds the truth, the broker only rings."""

import datetime as dt
import logging
import secrets
import threading
import time
import traceback
from typing import Any

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.db.models import F, Q

from ka_crm.jobs.bodies import body_of, job_body
from ka_crm.jobs.context import LEASE, JobCancelled, JobContext, LeaseLost
from ka_crm.jobs.models import UNFINISHED, JobRun, JobState
from ka_crm.jobs.queries import abandoned_jobs, may_control
from ka_crm.lib import clock
from ka_crm.lib.processes import process_mark
from ka_crm.people.models import User
from ka_crm.records.operations import record_change

__all__ = [
    "JobCancelled", "JobContext", "cancel_job", "drop_jobs", "job_body", "retry_job", "ring", "ring_again",
    "run_in_process", "run_job", "start_job", "start_job_once",
]  # fmt: skip
_log = logging.getLogger(__name__)
#: A job whose process dies this often is given up.
MAX_ATTEMPTS = 5
_LOOK_EVERY = 0.5
_HEARTBEAT = LEASE.total_seconds() / 4
#: A page must not wait for a broker that is gone.
_RING_RETRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}


class UsedKey(Exception):
    """A job with this key ran before, and was to run once."""


def start_job(
    *, kind: str, key: str = "", params: dict[str, Any] | None = None, by: User | None = None
) -> JobRun:
    """Return the unfinished job of this kind and key, made now if there is none, and ring for it."""
    job = _get_or_create(kind, key, params or {}, by)
    transaction.on_commit(lambda: ring(job.pk))
    return job


def start_job_once(
    *, kind: str, key: str, params: dict[str, Any] | None = None, by: User | None = None
) -> JobRun:
    """Like ``start_job``, but a key that was ever used gives the old job, finished or not.

    Two schedulers that ring with the same date get one run between them, however far apart they ring.
    """
    earlier = JobRun.objects.filter(kind=kind, key=key)
    job = earlier.order_by("-pk").first()
    if job is None:
        try:
            with transaction.atomic():
                job = JobRun.objects.create(kind=kind, key=key, params=params or {}, actor=by)
                # The constraint lets one through at a time: whoever came before is finished and seen here.
                if earlier.exclude(pk=job.pk).exists():
                    raise UsedKey
        except (IntegrityError, UsedKey):
            job = earlier.latest("pk")
    if job.state == JobState.WAITING:
        ring_later = job.pk
        transaction.on_commit(lambda: ring(ring_later))
    return job


def ring(job_id: int) -> None:
    """Tell the workers that a job waits. A broker that is gone is no error: the schedule rings again."""
    try:
        current_app.send_task("jobs.run", args=[job_id], retry=True, retry_policy=_RING_RETRY)
    except Exception:  # any failure of any broker
        _log.warning("The broker cannot be reached; job %s waits for the schedule.", job_id)


def run_in_process(
    *,
    kind: str,
    key: str = "",
    params: dict[str, Any] | None = None,
    by: User | None = None,
    is_patient: bool = False,
) -> JobRun:
    """Run a job in this process, under the same lease that a worker would hold, and return it done.

    A job of the same kind and key that waits, or whose process is dead, is run with these ``params``. Where
    another process is at it, a patient caller waits for its turn; others get a ``RuntimeError``.
    """
    while True:
        job = _get_or_create(kind, key, params or {}, by)
        free = Q(state=JobState.WAITING) | abandoned_jobs()
        JobRun.objects.filter(free, pk=job.pk).update(params=params or {})
        if run_job(job.pk, reraise=True):
            break
        if not is_patient:
            raise RuntimeError(f"{kind} {key}".strip() + " is already running")
        time.sleep(_LOOK_EVERY)
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
    context = JobContext(job)
    try:
        result = body_of(job.kind)(context)
    except LeaseLost:
        _log.warning("Job %s was taken over by another process.", job.pk)
        return False
    except JobCancelled:
        _finish(job, JobState.CANCELLED)
    except KeyboardInterrupt:
        _finish(job, JobState.CANCELLED)
        raise
    except Exception as error:
        _log.exception("Job %s failed.", job.pk)
        _finish(job, JobState.FAILED, error=f"{type(error).__name__}: {error}", log=traceback.format_exc())
        if reraise:
            raise
    else:
        _finish(job, JobState.DONE, result=result, total=context.reached[1])
    finally:
        stop.set()
    return True


@transaction.atomic
def cancel_job(*, job: JobRun, by: User) -> None:
    """Ask a job to stop: at once while it waits, at its next step while it runs.

    Raises ``PermissionDenied`` for somebody else's job without the role for it.
    """
    if not may_control(by, job):
        raise PermissionDenied
    asked = JobRun.objects.filter(pk=job.pk, state__in=UNFINISHED, cancel_requested=False).update(
        cancel_requested=True
    )
    JobRun.objects.filter(pk=job.pk, state=JobState.WAITING).update(
        state=JobState.CANCELLED, finished_at=clock.now()
    )
    if asked:
        record_change(
            by=by, action="stop", record=job, before={"state": job.state}, after={"cancel_requested": True}
        )
    job.refresh_from_db()


@transaction.atomic
def retry_job(*, job: JobRun, by: User) -> JobRun:
    """Start a failed or stopped job again, as a new one with the same ``params``; return it.

    Raises ``PermissionDenied`` for somebody else's job without the role for it, ``ValueError`` for a job
    that did not fail.
    """
    if not may_control(by, job):
        raise PermissionDenied
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        raise ValueError("Only a job that failed or was stopped can be started again.")
    again = start_job(kind=job.kind, key=job.key, params=job.params, by=by)
    record_change(by=by, action="start again", record=again, after={"instead_of": job.pk})
    return again


def ring_again() -> list[int]:
    """Ring for every job that waits or whose process is dead; return their ids. Runs every few minutes."""
    now = clock.now()
    dead = abandoned_jobs()
    JobRun.objects.filter(dead, attempts__gte=MAX_ATTEMPTS).update(
        state=JobState.FAILED, error="Its process died too often.", finished_at=now, lease_until=None
    )
    waiting = Q(state=JobState.WAITING, created_at__lt=now - dt.timedelta(seconds=20))
    due = list(JobRun.objects.filter(dead | waiting).order_by("pk").values_list("pk", flat=True))
    for job_id in due:
        ring(job_id)
    return due


def forget_old_jobs(*, keep: dt.timedelta) -> int:
    """Delete finished jobs older than this; return how many."""
    old = JobRun.objects.filter(finished_at__lt=clock.now() - keep).exclude(state__in=UNFINISHED)
    deleted, _kinds = old.delete()
    return deleted


def _get_or_create(kind: str, key: str, params: dict[str, Any], by: User | None) -> JobRun:
    unfinished = JobRun.objects.filter(kind=kind, key=key, state__in=UNFINISHED)
    for _try in range(3):
        job = unfinished.first()
        if job is not None:
            return job
        try:
            with transaction.atomic():
                return JobRun.objects.create(kind=kind, key=key, params=params, actor=by)
        except IntegrityError:
            continue  # somebody was faster; theirs may be finished by now
    return unfinished.get()


def _take_lease(job_id: int) -> JobRun | None:
    """Take the job if it waits or if its process is dead: one conditional UPDATE decides."""
    now = clock.now()
    token = process_mark() + secrets.token_hex(8)
    taken = (
        JobRun.objects.filter(pk=job_id)
        .filter(Q(state=JobState.WAITING) | abandoned_jobs())
        .update(
            state=JobState.RUNNING,
            lease_token=token,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            started_at=now,
            done=0,
            total=0,
            phase="",
            phase_at=now,
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
    job: JobRun,
    state: str,
    *,
    result: dict[str, Any] | None = None,
    total: int = 0,
    error: str = "",
    log: str = "",
) -> None:
    values: dict[str, Any] = {"done": total, "total": total} if total else {}
    JobRun.objects.filter(pk=job.pk, lease_token=job.lease_token).update(
        state=state,
        result=result or {},
        error=error,
        log=job.log + log,
        finished_at=clock.now(),
        lease_until=None,
        **values,
    )


def drop_jobs(*, kind: str, key_prefix: str, except_key: str = "") -> None:
    """End unfinished jobs whose result nobody waits for any more (their input was changed)."""
    jobs = JobRun.objects.filter(kind=kind, key__startswith=key_prefix, state__in=UNFINISHED)
    jobs = jobs.exclude(key=except_key) if except_key else jobs
    jobs.update(cancel_requested=True)
    jobs.filter(state=JobState.WAITING).update(state=JobState.CANCELLED, finished_at=clock.now())
