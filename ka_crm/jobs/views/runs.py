"""Background jobs: the list, one job, its progress, stop and again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ka_crm.jobs import operations, queries
from ka_crm.jobs.bodies import kind_label, known_kinds
from ka_crm.jobs.models import JobRun, JobState
from ka_crm.lib.keyset import BadCursor, keyset_page
from ka_crm.lib.shown import number_text
from ka_crm.people.models import Role

PAGE_SIZE = 50
_TONES = {
    JobState.DONE: "ok",
    JobState.FAILED: "danger",
    JobState.RUNNING: "accent",
    JobState.CANCELLED: "warn",
}


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """What runs, what waits, what was done."""
    filters = {name: request.GET.get(name, "") for name in ("state", "kind")}
    jobs = queries.jobs_matching(viewer=request.user, **filters)  # type: ignore[arg-type]
    cursors = {name: request.GET.get(name, "") for name in ("after", "before")}
    try:
        page = keyset_page(jobs, order=["-pk"], size=PAGE_SIZE, **cursors)
    except BadCursor:
        page = keyset_page(jobs, order=["-pk"], size=PAGE_SIZE)
    context = {
        "page": page,
        "rows": [_shown(request, job) for job in page.rows],
        "has_unfinished": any(not job.is_finished for job in page.rows),
        "filters": filters,
        "has_filters": any(filters.values()),
        "kinds": [(kind, kind_label(kind)) for kind in known_kinds()],
        "states": [("unfinished", _("Waiting or running")), *JobState.choices[2:]],
        "at": "runs",
        "may_schedule": _may_schedule(request),
    }
    return render(request, "jobs/jobs.html", context)


@require_GET
def job_page(request: HttpRequest, job_id: int) -> HttpResponse:
    """One job with its progress, result and log."""
    job = _job_or_404(request, job_id)
    may_control = queries.may_control(request.user, job)  # type: ignore[arg-type]
    context = {
        "shown": _shown(request, job),
        "job": job,
        "reloading_line": queries.job_line(job, then="reload"),
        "result": _plain_result(queries.result_for(request.user, job)),  # type: ignore[arg-type]
        "may_stop": may_control and not job.is_finished and not job.cancel_requested,
        "may_retry": may_control and job.state in (JobState.FAILED, JobState.CANCELLED),
    }
    return render(request, "jobs/job.html", context)


@require_GET
def job_progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The progress bar alone; with ``then=reload`` the page around it loads anew once the job is finished."""
    job = _job_or_404(request, job_id)
    then, quiet = request.GET.get("then", ""), request.GET.get("quiet") == "1"
    context = {"job": queries.job_line(job, then=then, quiet=quiet), "quiet": quiet}
    response = render(request, "components/job_progress.html", context)
    if job.is_finished and then == "reload":
        response["HX-Refresh"] = "true"
    return response


@require_POST
def job_stop(request: HttpRequest, job_id: int) -> HttpResponse:
    """Ask a job to stop."""
    job = _job_or_404(request, job_id)
    operations.cancel_job(job=job, by=request.user)  # type: ignore[arg-type]
    if job.state == JobState.CANCELLED:
        messages.success(request, _("Stopped before it began."))
    elif not job.is_finished:
        messages.success(request, _("It stops at its next step."))
    return redirect(_back(request, job))


@require_POST
def job_retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """Start a failed job again."""
    job = _job_or_404(request, job_id)
    try:
        job = operations.retry_job(job=job, by=request.user)  # type: ignore[arg-type]
    except ValueError:
        messages.error(request, _("Only a job that failed or was stopped can be started again."))
    else:
        messages.success(request, _("Started again."))
    return redirect(_back(request, job))


def _job_or_404(request: HttpRequest, job_id: int) -> JobRun:
    return get_object_or_404(queries.jobs_visible_to(request.user), pk=job_id)  # type: ignore[arg-type]


def _back(request: HttpRequest, job: JobRun) -> Any:
    """Where the form wants to go on, if that is a page of ours; else the job."""
    address = request.POST.get("next", "")
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else f"/jobs/{job.pk}/"


def _shown(request: HttpRequest, job: JobRun) -> dict[str, Any]:
    result = _plain_result(queries.result_for(request.user, job))  # type: ignore[arg-type]
    return {
        "job": job,
        "label": kind_label(job.kind),
        "tone": _TONES.get(JobState(job.state), ""),
        "duration": queries.duration(job),
        "message": queries.job_message(job),
        "subject": job.params.get("file_name") or (job.key if job.kind == "nightly" else ""),
        "result": ", ".join(f"{name} {value}" for name, value in result[:6]),
    }


def _plain_result(result: dict[str, Any]) -> list[tuple[str, str]]:
    """Results are small objects; their texts and numbers are shown, zeros and lists are left out."""
    return [
        (name.replace("_", " "), number_text(value) if isinstance(value, int) else str(value))
        for name, value in result.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value not in (0, "")
    ]


def _may_schedule(request: HttpRequest) -> bool:
    return getattr(request.user, "role", None) == Role.ADMIN
