"""What the pages of results share: who may read them, the run they show, the page before any run."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ka_crm.jobs.models import UNFINISHED, JobRun
from ka_crm.people.models import User
from segmentation import access
from segmentation.models import SegmentationRun
from segmentation.queries import complete_runs, current_run
from segmentation.queries.results import Level, level_of
from segmentation.views import wording

View = Callable[..., HttpResponseBase]


def viewer_of(request: HttpRequest) -> User:
    """Return the user of a page that needs a login."""
    return cast(User, request.user)


def asks_for_part(request: HttpRequest, target: str = "") -> bool:
    """Return whether htmx asks for a part of the page (the element ``target``, where one is named)."""
    is_htmx = request.headers.get("HX-Request") == "true"
    return is_htmx and (not target or request.headers.get("HX-Target") == target)


def for_readers(view: View) -> View:
    """Answer 403 to whom results do not concern (finance approvers, sales representatives)."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not access.reads_results(viewer_of(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def with_run(view: View) -> View:
    """Give the view the current run as its second argument, or show what to do before there is one."""

    @wraps(view)
    def found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        run = current_run()
        if run is None:
            return render(request, "segmentation/no_run.html", before_any_run(viewer_of(request)))
        return view(request, run, *args, **kwargs)

    return for_readers(found)


def before_any_run(viewer: User) -> dict[str, Any]:
    """Return the context of the page that leads to the first run."""
    return {"may_recompute": access.may_recompute(viewer), "job": recompute_progress()}


def recompute_progress() -> dict[str, Any] | None:
    """Return the running recomputation for ``components/job_progress.html``, if there is one."""
    job = JobRun.objects.filter(kind="recompute", state__in=UNFINISHED).first()
    return progress_of(job) if job else None


def progress_of(job: JobRun) -> dict[str, Any]:
    """Return a recomputation's progress for its line; finished ones ask for nothing any more."""
    finished = job.state not in UNFINISHED
    messages = {
        "done": _("done, the page shows the new run"),
        "failed": _("failed: %(error)s") % {"error": job.error},
        "cancelled": _("stopped"),
    }
    phases = {
        "reading and computing": _("reading and computing"),
        "writing results": _("writing results"),
    }
    return {
        "label": _("Recomputing"),
        "done": job.done,
        "total": job.total,
        "url": reverse("segmentation:recompute_progress", args=[job.pk]),
        "is_finished": finished,
        "state": job.state,
        "message": messages.get(job.state, phases.get(job.phase, "")),
    }


def level_items(
    request: HttpRequest, level: Level, counts: dict[str, int] | None = None
) -> list[dict[str, Any]]:
    """Return the switch between customers and stores; it keeps the tab, but not the filters."""
    kept = {key: request.GET[key] for key in ("tab", "from", "to") if request.GET.get(key)}
    items = []
    for key, label in (("customers", _("Customers")), ("stores", _("Stores"))):
        query = request.GET.copy()
        query.clear()
        query.update({**kept, "level": key})
        count = f" {counts[key]}" if counts and key in counts else ""
        items.append({"label": label + count, "url": f"?{query.urlencode()}", "active": key == level})
    return items


def page_context(request: HttpRequest, run: SegmentationRun) -> dict[str, Any]:
    """Return what the head of every results page needs."""
    level = level_of(request.GET.get("level"))
    return {
        "run": run,
        "level": level,
        "run_line": wording.run_line(run),
        "window": wording.window_text(run),
        "may_recompute": access.may_recompute(viewer_of(request)),
        "levels": level_items(request, level),
    }


def run_or_404(pk: int) -> SegmentationRun:
    """Return a complete run, or answer 404."""
    run = complete_runs().filter(pk=pk).first()
    if run is None:
        raise Http404
    return run
