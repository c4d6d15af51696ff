"""The work of the night: one job that runs the steps of all rooms in their order.

Every step is a kind of job of its own (``job_body(..., nightly=20)``), run in this process under its own
lease: it has its own progress and log, a button may start it by day, and it never runs twice at once.
Numbers in use: 10 feeds, 15 where accounts stand, 17 handovers, 20 segmentation, 22 key accounts,
25 effects of measures, 28 re-checks, 30 plan of visits, 40 duplicates, 80 invariants, 90 tidying up.
"""

import datetime as dt
import time
from typing import Any

from django.utils.translation import gettext_lazy as _

from ka_crm.jobs.bodies import JobKind, job_body, nightly_kinds
from ka_crm.jobs.context import JobCancelled, JobContext, LeaseLost
from ka_crm.jobs.models import UNFINISHED, JobRun, JobState
from ka_crm.jobs.operations import forget_old_jobs, run_in_process
from ka_crm.jobs.queries import unfinished_job
from ka_crm.lib import clock
from ka_crm.people.models import User
from ka_crm.records.idempotency import forget_old_keys
from ka_crm.records.invariants import violations

_KEPT = dt.timedelta(days=90)
_LOOK_EVERY = 1.0


class NightFailed(Exception):
    """Some steps of the night failed; the others were done."""


class BrokenInvariants(Exception):
    """Stored data break a rule that must hold."""


@job_body("nightly", label=_("Work of the night"))
def run_night(job: JobContext) -> dict[str, Any]:
    """Run all nightly steps in their order. A step that fails does not keep the others from running."""
    steps = nightly_kinds()
    outcome: dict[str, Any] = {}
    failed = []
    for done, step in enumerate(steps):
        job.progress(done, len(steps), str(step.label) or step.name)
        try:
            outcome[step.name] = _run_step(job, step)
        except (JobCancelled, LeaseLost):
            raise
        except Exception as error:
            failed.append(step.name)
            outcome[step.name] = f"{type(error).__name__}: {error}"
        job.log(f"{step.name}: {outcome[step.name]}")
    if failed:
        raise NightFailed(", ".join(failed))
    return outcome


def _run_step(job: JobContext, step: JobKind) -> Any:
    """Run one step as a job of its own, or wait for whoever is at it already."""
    try:
        return run_in_process(kind=step.name, by=_actor(job)).result
    except RuntimeError:
        running = unfinished_job(kind=step.name)
        if running is None:
            raise
    job.log(f"{step.name}: another process is at it, waiting")
    while running.state in UNFINISHED and (running.lease_until is None or running.lease_until > clock.now()):
        time.sleep(_LOOK_EVERY)
        job.progress(job.job.done, job.job.total, job.job.phase)
        running = JobRun.objects.get(pk=running.pk)
    if running.state != JobState.DONE:
        raise NightFailed(f"{step.name} {running.state}: {running.error}")
    return running.result


def _actor(job: JobContext) -> User | None:
    return job.job.actor


@job_body("check_invariants", label=_("Check of the stored data"), nightly=80)
def check_invariants(job: JobContext) -> dict[str, Any]:
    """Count violations of what must always hold; any violation makes the job fail, so that it is seen."""
    found = {name: count for name, count in violations().items() if count}
    for name, count in found.items():
        job.log(f"{name}: {count}")
    if found:
        raise BrokenInvariants(", ".join(f"{name}: {count}" for name, count in found.items()))
    return {"violations": 0}


@job_body("clean_up", label=_("Tidying up"), nightly=90)
def clean_up(job: JobContext) -> dict[str, Any]:
    """Delete old idempotency keys and finished jobs older than 90 days."""
    return {"idempotency_keys": forget_old_keys(), "jobs": forget_old_jobs(keep=_KEPT)}
