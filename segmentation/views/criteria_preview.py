"""Preview of a draft of the criteria: live beside the form, as a job on large data, and as a full report."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Customer
from ka_crm.criteria.forms import DraftForm
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.queries import criteria_in_force, draft_for, values_of
from ka_crm.criteria.rules.settings import InvalidSettings, settings_from
from ka_crm.jobs.models import JobRun
from ka_crm.people.models import User
from segmentation import access
from segmentation.preview_job import KIND, preview_or_job
from segmentation.queries import current_run
from segmentation.rules.load import WORKABLE
from segmentation.views.shared import asks_for_part, for_readers, viewer_of

#: The rule of the picture of loads; larger ones stand at its end.
_LOAD_SCALE = (0.0, 16.0)
_SHORT_LIST = 8


@require_POST
@for_readers
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the preview of what is typed, or with what cannot work; nothing is stored."""
    found = _draft(request, pk)
    form = DraftForm(request.POST)
    form.is_valid()
    if form.errors:
        return _answer(request, found, {"refused": form.errors_in_words()})
    try:
        values = settings_from(form.values()).as_json()
    except InvalidSettings as error:
        form.refuse(error.errors)
        return _answer(request, found, {"refused": form.errors_in_words()})
    return _answer(request, found, _preview_context(request, values))


@require_GET
@for_readers
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the full report of a draft as it is saved: every name, every move; it prints well."""
    found = _draft(request, pk)
    context = _preview_context(request, values_of(found), limit=None)
    if asks_for_part(request):
        return _answer(request, found, context)
    context |= {"draft": found, "base": criteria_in_force(found.scope)}
    return render(request, "segmentation/criteria_report.html", context)


@require_GET
@for_readers
def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """Answer with how far a preview in the background is, and in the end with the preview itself."""
    job = get_object_or_404(JobRun, pk=job_id, kind=KIND, actor=viewer_of(request))
    context: dict[str, Any] = {"job": _progress_of(job)}
    if job.state == "done":
        context = _shown(job.result, viewer_of(request), _SHORT_LIST)
    return render(request, "segmentation/_criteria_preview.html", context)


def _preview_context(
    request: HttpRequest, values: dict[str, Any], limit: int | None = _SHORT_LIST
) -> dict[str, Any]:
    """The preview now, or the job that makes it where there are many customers."""
    run, viewer = current_run(), viewer_of(request)
    if run is None:
        return {"no_run": True, "may_recompute": access.may_recompute(viewer)}
    found = preview_or_job(run=run, values=values, viewer=viewer)
    if isinstance(found, JobRun):
        return {"job": _progress_of(found), "run": run}
    return _shown(found, viewer, limit) | {"run": run}


def _progress_of(job: JobRun) -> dict[str, Any]:
    messages = {"failed": _("failed: %(error)s") % {"error": job.error}, "cancelled": _("stopped")}
    return {
        "label": _("Computing the preview"),
        "done": job.done,
        "total": job.total,
        "url": reverse("segmentation:criteria_preview_progress", args=[job.pk]),
        "is_finished": job.is_finished,
        "state": job.state,
        "message": messages.get(job.state, ""),
    }


def _shown(report_: dict[str, Any], viewer: User, limit: int | None) -> dict[str, Any]:
    """The report with names instead of ids; what the viewer may not see any more has left it."""
    ids = {row["customer"] for part in ("enter", "leave") for row in report_[part]}
    visible = Customer.objects.visible_to(viewer).filter(pk__in=ids)
    names = {pk: (code, name) for pk, code, name in visible.values_list("pk", "code", "name")}

    def named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        known = [row for row in rows if row["customer"] in names]
        return [
            {
                **row,
                "code": names[row["customer"]][0],
                "name": names[row["customer"]][1],
                "share": row["own"] / row["potential"] if row["potential"] else None,
            }
            for row in known[:limit]
        ]

    kams = dict(User.objects.filter(pk__in=[row["kam"] for row in report_["load"]]).values_list("pk", "name"))
    loads = [_load_row(row, kams.get(row["kam"], "")) for row in report_["load"]]
    return {
        "report": report_,
        "enter": named(report_["enter"]),
        "leave": named(report_["leave"]),
        "limit": limit,
        "stays": report_["before"] - report_["leaves"],
        "loads": sorted(loads, key=lambda row: row["name"]),
        "outside": [row["name"] for row in loads if row["is_outside"]],
        "load_band": (_on_load(WORKABLE[0]), _on_load(WORKABLE[1] - WORKABLE[0]), _on_load(9)),
    }


def _load_row(row: dict[str, Any], name: str) -> dict[str, Any]:
    before, after = row["load"]
    return {
        **row,
        "name": name,
        "before": _on_load(before),
        "after": _on_load(after),
        "is_outside": not WORKABLE[0] <= after <= WORKABLE[1],
    }


def _on_load(load: float) -> str:
    low, high = _LOAD_SCALE
    return f"{max(0.0, min(1.0, (load - low) / (high - low))) * 100:.2f}%"


def _answer(request: HttpRequest, found: CriteriaVersion, context: dict[str, Any]) -> HttpResponse:
    context |= {"draft": found, "base": criteria_in_force(found.scope)}
    return render(request, "segmentation/_criteria_preview.html", context)


def _draft(request: HttpRequest, pk: int) -> CriteriaVersion:
    found = draft_for(pk, viewer_of(request))
    if found is None:
        raise Http404
    if found.archived_at:
        raise PermissionDenied
    return found
