"""Every read of background jobs."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ka_crm.jobs.bodies import is_private, kind_label
from ka_crm.jobs.models import UNFINISHED, JobRun, JobState
from ka_crm.lib import clock
from ka_crm.lib.processes import is_gone
from ka_crm.people.models import Role, User

_SEES_ALL = (Role.ADMIN, Role.DIRECTOR, Role.SUPERVISOR)
_CONTROLS_ALL = (Role.ADMIN, Role.DIRECTOR)


def jobs_visible_to(viewer: User) -> "QuerySet[JobRun]":
    """Return the jobs that ``viewer`` may see: all of them by role, else those that they started."""
    jobs = JobRun.objects.select_related("actor")
    return jobs if viewer.role in _SEES_ALL else jobs.filter(actor=viewer)


def jobs_matching(*, viewer: User, state: str = "", kind: str = "") -> "QuerySet[JobRun]":
    """Return visible jobs by state (``unfinished`` for waiting and running) and kind, without their logs."""
    jobs = jobs_visible_to(viewer).defer("log")
    if state == "unfinished":
        jobs = jobs.filter(state__in=UNFINISHED)
    elif state:
        jobs = jobs.filter(state=state)
    return jobs.filter(kind=kind) if kind else jobs


def may_control(viewer: User, job: JobRun) -> bool:
    """Whether ``viewer`` may stop this job or start it again: their own, or any by role."""
    return viewer.role in _CONTROLS_ALL or (job.actor_id is not None and job.actor_id == viewer.pk)


def result_for(viewer: User, job: JobRun) -> dict[str, Any]:
    """Return what a job found, or nothing where that concerns only its starter and those who see all."""
    is_theirs = viewer.role in _CONTROLS_ALL or (job.actor_id is not None and job.actor_id == viewer.pk)
    return dict(job.result) if is_theirs or not is_private(job.kind) else {}


def unfinished_job(*, kind: str, key: str = "") -> JobRun | None:
    """Return the waiting or running job of this kind and key."""
    return JobRun.objects.filter(kind=kind, key=key, state__in=UNFINISHED).first()


def abandoned_jobs() -> Q:
    """Return the condition of running jobs whose process is dead: its lease ran out, or it lived on this
    machine and is gone."""
    tokens = JobRun.objects.filter(state=JobState.RUNNING).order_by().values_list("lease_token", flat=True)
    gone = [token for token in tokens if is_gone(token)]
    return Q(state=JobState.RUNNING) & (Q(lease_until__lt=clock.now()) | Q(lease_token__in=gone))


def latest_job(*, kind: str, key: str | None = None) -> JobRun | None:
    """Return the newest job of a kind (and key), finished or not."""
    jobs = JobRun.objects.filter(kind=kind)
    return (jobs if key is None else jobs.filter(key=key)).order_by("-pk").first()


def job_line(job: JobRun, *, then: str = "", quiet: bool = False) -> dict[str, Any]:
    """Return what ``components/job_progress.html`` needs.

    ``then="reload"``: the page around it loads anew once the job is finished.
    """
    query = "&".join(
        part for part in ("then=reload" if then == "reload" else "", "quiet=1" if quiet else "") if part
    )
    return {
        "label": kind_label(job.kind),
        "done": job.done,
        "total": job.total,
        "url": reverse("jobs:progress", args=[job.pk]) + (f"?{query}" if query else ""),
        "is_finished": job.is_finished,
        "message": job_message(job),
        "state": job.state,
    }


def job_message(job: JobRun) -> str:
    """Return what the job is doing, or how it ended, in a few words."""
    if job.is_finished:
        return job.error or job.get_state_display()
    if job.cancel_requested:
        return _("stopping")
    parts = [_(job.phase) if job.phase else ""]
    left = seconds_left(job)
    if left is not None and left >= 2:
        parts.append(_("about %(seconds)d s left") % {"seconds": left})
    return " · ".join(part for part in parts if part)


def seconds_left(job: JobRun) -> int | None:
    """Return about how many seconds this phase still takes; ``None`` while nobody can tell."""
    if job.is_finished or job.phase_at is None or not 0 < job.done < job.total:
        return None
    spent = (clock.now() - job.phase_at).total_seconds()
    return None if spent < 2 else round(spent * (job.total - job.done) / job.done)


def duration(job: JobRun) -> dt.timedelta | None:
    """Return how long the job ran (so far), to the second; ``None`` before it starts."""
    if job.started_at is None:
        return None
    spent = (job.finished_at or clock.now()) - job.started_at
    return dt.timedelta(seconds=max(round(spent.total_seconds()), 0))
