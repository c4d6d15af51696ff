"""Preview of a draft of the criteria: live beside the form, as a job on large data, and as a full report."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ka_crm.criteria.forms import DraftForm
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.queries import criteria_in_force, draft_for, values_in_force, values_of
from ka_crm.criteria.rules.settings import InvalidSettings, settings_from
from ka_crm.jobs.models import JobRun
from segmentation import access
from segmentation.preview_job import KIND, preview_or_job, report_for
from segmentation.queries import current_run
from segmentation.views.preview_words import SHORT_LIST, shown
from segmentation.views.shared import asks_for_part, for_readers, viewer_of


@require_POST
@for_readers
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the preview of what is typed, or with what cannot work; nothing is stored."""
    found = _draft(request, pk)
    form = DraftForm(request.POST, kept=values_in_force(found.scope), scope=found.scope)
    form.is_valid()
    if form.errors:
        return _answer(request, found, {"refused": form.errors_in_words()})
    try:
        values = settings_from(form.values()).as_json()
    except InvalidSettings as error:
        form.refuse(error.errors)
        return _answer(request, found, {"refused": form.errors_in_words()})
    return _answer(request, found, _preview_context(request, values, found.scope, replaces=True))


@require_GET
@for_readers
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the full report of a draft as it is saved: every name, every move; it prints well. Beside the
    draft, and before publishing, it is short."""
    found = _draft(request, pk)
    if asks_for_part(request):
        return _answer(request, found, _preview_context(request, values_of(found), found.scope))
    context = _preview_context(request, values_of(found), found.scope, limit=None)
    context |= {"draft": found, "base": criteria_in_force(found.scope), "is_page": True}
    return render(request, "segmentation/criteria_report.html", context)


@require_GET
@for_readers
def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """Answer with how far a preview in the background is, and in the end with the preview itself."""
    job = get_object_or_404(JobRun, pk=job_id, kind=KIND, actor=viewer_of(request))
    limit = None if request.GET.get("all") else SHORT_LIST
    if job.state != "done":
        return render(request, "components/job_progress.html", {"job": _progress_of(job, limit)})
    viewer = viewer_of(request)
    context = shown(report_for(job.result, viewer), viewer, limit)
    response = render(request, "segmentation/_criteria_preview.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#preview", "innerHTML"
    return response


def _preview_context(
    request: HttpRequest,
    values: dict[str, Any],
    scope: str,
    limit: int | None = SHORT_LIST,
    replaces: bool = False,
) -> dict[str, Any]:
    """The preview now, or the job that makes it where there are many customers."""
    run, viewer = current_run(), viewer_of(request)
    if run is None:
        return {"no_run": True, "may_recompute": access.may_recompute(viewer)}
    found = preview_or_job(run=run, values=values, viewer=viewer, scope=scope, replaces=replaces)
    if isinstance(found, JobRun):
        return {"job": _progress_of(found, limit), "run": run}
    return shown(found, viewer, limit) | {"run": run}


def _progress_of(job: JobRun, limit: int | None) -> dict[str, Any]:
    messages = {"failed": _("failed: %(error)s") % {"error": job.error}, "cancelled": _("stopped")}
    return {
        "label": _("Computing the preview"),
        "done": job.done,
        "total": job.total,
        "url": reverse("segmentation:criteria_preview_progress", args=[job.pk]) + ("" if limit else "?all=1"),
        "is_finished": job.is_finished,
        "state": job.state,
        "message": messages.get(job.state, ""),
    }


def _answer(request: HttpRequest, found: CriteriaVersion, context: dict[str, Any]) -> HttpResponse:
    """A part of the page; what cannot work, and a running job, leave the numbers shown in place."""
    context |= {"draft": found, "base": criteria_in_force(found.scope)}
    if not context.get("refused") and not context.get("job"):
        return render(request, "segmentation/_criteria_preview.html", context)
    response = render(request, "segmentation/_criteria_note.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#preview-note", "innerHTML"
    return response


def _draft(request: HttpRequest, pk: int) -> CriteriaVersion:
    found = draft_for(pk, viewer_of(request))
    if found is None:
        raise Http404
    if found.archived_at:
        raise PermissionDenied
    return found
