"""The nightly schedule, for administrators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ka_crm.jobs import schedule
from ka_crm.jobs.bodies import kind_label, nightly_kinds
from ka_crm.jobs.forms import ScheduleForm
from ka_crm.jobs.queries import duration, latest_job
from ka_crm.lib import clock
from ka_crm.people.views.access import administrators_only


@require_http_methods(["GET", "POST"])
@administrators_only
def schedule_page(request: HttpRequest) -> HttpResponse:
    """When the work of the night starts, and what it consists of."""
    now = schedule.nightly_schedule()
    form = ScheduleForm(request.POST or None, initial={"time": now.time, "is_on": now.is_on})
    if request.method == "POST" and form.is_valid():
        schedule.change_schedule(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("Saved. The scheduler follows within seconds."))
        return redirect("jobs:schedule")
    steps = []
    for kind in nightly_kinds():
        job = latest_job(kind=kind.name)
        steps.append({"label": kind_label(kind.name), "job": job, "duration": duration(job) if job else None})
    night = latest_job(kind="nightly")
    context = {
        "form": form,
        "now": now,
        "next_start": now.next_start(clock.now()),
        "steps": steps,
        "night": night,
        "ring_minutes": schedule.RING_EVERY_MINUTES,
        "at": "schedule",
        "may_schedule": True,
    }
    return render(request, "jobs/schedule.html", context, status=422 if form.is_bound else 200)


@require_POST
@administrators_only
def run_now(request: HttpRequest) -> HttpResponse:
    """Do the work of the night now."""
    job = schedule.start_night_now(by=request.user)  # type: ignore[arg-type]
    return redirect("jobs:job", job.pk)
