"""Recompute and compare, on the page of a run: start it, follow it, read what it found."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from ka_crm.jobs.models import UNFINISHED, JobRun, JobState
from ka_crm.jobs.operations import start_job
from ka_crm.lib import shown
from segmentation import access
from segmentation.models import SegmentationRun
from segmentation.verification import COMPUTED_DIFFERENTLY, EQUAL, INPUTS_CHANGED, KIND
from segmentation.views.shared import asks_for_part, for_readers, run_or_404, viewer_of

INPUTS = {
    "customers": gettext_lazy("customers"),
    "stores": gettext_lazy("stores"),
    "sales": gettext_lazy("monthly sales"),
    "store_sales": gettext_lazy("sales by store"),
    "costs": gettext_lazy("costs"),
    "counts": gettext_lazy("full counts"),
    "visits": gettext_lazy("visit days"),
    "estimates": gettext_lazy("estimates"),
    "market_shares": gettext_lazy("market shares set"),
}
SINCE = {
    "imports": gettext_lazy("imports committed"),
    "undone_imports": gettext_lazy("imports taken back"),
    "counts": gettext_lazy("counts recorded"),
    "market_shares": gettext_lazy("market shares changed"),
    "estimates": gettext_lazy("estimates changed"),
    "archived": gettext_lazy("customers and stores archived"),
}


@require_POST
@for_readers
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the comparison of a run with itself computed anew; a second click finds the one that runs."""
    viewer, run = viewer_of(request), run_or_404(pk)
    if not access.may_recompute(viewer):
        raise PermissionDenied
    job = start_job(kind=KIND, key=str(run.pk), params={"run": run.pk}, by=viewer)
    if asks_for_part(request):
        return render(request, "segmentation/_verification.html", _context_of(request, run, job))
    messages.success(request, _("The comparison has started."))
    return redirect("segmentation:run", run.pk)


@require_GET
@for_readers
def verify_progress(request: HttpRequest, pk: int, job_id: int) -> HttpResponse:
    """Answer with how far the comparison is, in the end with what it found."""
    run = run_or_404(pk)
    job = get_object_or_404(JobRun, pk=job_id, kind=KIND, key=str(run.pk))
    return render(request, "segmentation/_verification.html", _context_of(request, run, job))


def verification_context(request: HttpRequest, run: SegmentationRun) -> dict[str, Any]:
    """Return the newest comparison of a run for ``segmentation/_verification.html``, if there is one."""
    jobs = JobRun.objects.filter(kind=KIND, key=str(run.pk))
    job = jobs.order_by("-pk").first()
    return _context_of(request, run, job)


def _context_of(request: HttpRequest, run: SegmentationRun, job: JobRun | None) -> dict[str, Any]:
    context: dict[str, Any] = {
        "run": run,
        "may_recompute": access.may_recompute(viewer_of(request)),
        "verification": None,
        "verify_job": None,
        "verify_failed": "",
    }
    if job is None:
        return context
    if job.state in UNFINISHED:
        context["verify_job"] = {
            "label": _("Recomputing and comparing"),
            "done": job.done,
            "total": job.total,
            "url": reverse("segmentation:verify_progress", args=[run.pk, job.pk]),
            "is_finished": False,
            "state": job.state,
            "message": "",
        }
    elif job.state == JobState.DONE:
        context["verification"] = result_words(job.result) | {"at": job.finished_at, "by": job.actor}
    else:
        context["verify_failed"] = job.error or _("stopped")
    return context


def result_words(found: dict[str, Any]) -> dict[str, Any]:
    """Return a comparison in words: the sentence, and lines of what differs and of what changed since."""
    rows = {level: found[level] for level in ("customers", "stores")}
    different = sum(side[key] for side in rows.values() for key in ("different", "stored", "computed"))
    whole = sum(side[key] for side in rows.values() for key in ("equal", "different", "stored", "computed"))
    values = {"n": shown.number_text(different), "all": shown.number_text(whole)}
    if found["verdict"] == EQUAL:
        sentence = _("Equal bit by bit: all %(all)s rows came out the same.") % values
    else:
        sentence = (
            ngettext(
                "%(n)s of %(all)s rows came out differently.",
                "%(n)s of %(all)s rows came out differently.",
                different,
            )
            % values
        )
    reasons = {
        INPUTS_CHANGED: _("The inputs changed since; that explains it."),
        COMPUTED_DIFFERENTLY: _(
            "The inputs are the same, so the program computes differently than it did then."
        ),
    }
    reason = "" if found["verdict"] == EQUAL else reasons.get(
        found["verdict"],
        _("The run is older than the marks of inputs; what was touched since stands below."),
    )  # fmt: skip
    return {
        "is_equal": found["verdict"] == EQUAL,
        "sentence": sentence,
        "reason": reason,
        "inputs": [
            {
                "label": INPUTS.get(item["what"], item["what"]),
                "was": shown.UNKNOWN if item["was"] is None else shown.number_text(item["was"]),
                "now": shown.number_text(item["now"]),
            }
            for item in found["inputs"] or []
        ],
        "since": [
            {"label": SINCE.get(item["what"], item["what"]), "count": item["count"]}
            for item in found["since"]
        ],
        "rows": [
            {
                "label": _("Customers") if level == "customers" else _("Stores"),
                **{key: side[key] for key in ("equal", "different", "stored", "computed")},
                "columns": ", ".join(
                    f"{name} ({count})" for name, count in list(side["columns"].items())[:8]
                ),
            }
            for level, side in rows.items()
        ],
        "seconds": found["seconds"],
    }
