"""One planned visit: asked for, left out, moved, taken back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ka_crm.lib.editing import changed_in_place, form_in_place
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from ka_crm.records.queries import business_today
from visits.models import VisitTask
from visits.operations import add_stop, move_stop, remove_stop, resume_stop, skip_stop
from visits.permissions import may_count
from visits.queries.visits import days_planned, proposed_store, task_planned_by
from visits.rules.working_days import first_free_day
from visits.task_forms import MoveForm, PlanForm, SkipForm
from visits.views.day import back_to, day_url


@require_http_methods(["GET", "POST"])
@sent_once
def new_stop(request: HttpRequest) -> HttpResponse:
    """Who goes to a store, and when? ``?store=`` presets it; told with an undo."""
    viewer = viewer_of(request)
    if not may_count(viewer):
        raise Http404
    preset: dict[str, Any] = {
        name: request.GET[name] for name in ("store", "user", "on", "note") if name in request.GET
    }
    if proposed := proposed_store(
        viewer, store=preset.get("store", ""), customer=request.GET.get("customer", "")
    ):
        preset |= {"store": proposed.code}
        preset.setdefault("user", proposed.customer.kam_id)
        if isinstance(user := preset["user"], int):
            preset.setdefault("on", first_free_day(business_today(), days_planned(proposed, user)))
    form = PlanForm(request.POST or None, viewer=viewer, on=business_today(), initial=preset)
    made: list[VisitTask] = []

    def save(values: dict[str, Any]) -> str:
        made.append(add_stop(by=viewer, **values))
        return back_to(request, day_url(values["user"], viewer, values["on"]))

    context = _context(request, _("Who goes?"), _("Plan the visit"))
    response = form_in_place(request, form, save=save, said=_("The visit is planned."), context=context)
    if made and response.status_code == 204 and "HX-Trigger" in response.headers:
        task = made[0]
        day = date_format(task.on, "D j M")
        said = _("%(name)s goes on %(day)s.") % {"name": task.user, "day": day}
        undo_url = reverse("visiting:stop_remove", args=[task.pk])
        return changed_in_place(said, undo_url=undo_url, undo=_("Undo"))
    return response


@require_http_methods(["GET", "POST"])
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a visit out, with the reason."""
    viewer, task = viewer_of(request), _found(request, pk)
    form = SkipForm(request.POST or None, initial={"version": task.version})

    def save(values: dict[str, Any]) -> str:
        skip_stop(by=viewer, task=task, version=values["version"], reason=values["reason"])
        return day_url(task.user, viewer, task.on)

    context = _context(request, _("Leave out: %(store)s") % {"store": task.store.name}, _("Leave out"))
    return form_in_place(request, form, save=save, said=_("Left out."), context=context)


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a visit on another day."""
    viewer, task = viewer_of(request), _found(request, pk)
    form = MoveForm(request.POST or None, initial={"version": task.version, "on": task.on})

    def save(values: dict[str, Any]) -> str:
        move_stop(by=viewer, task=task, version=values["version"], on=values["on"])
        return day_url(task.user, viewer, task.on)

    context = _context(request, _("Another day: %(store)s") % {"store": task.store.name}, _("Move"))
    return form_in_place(request, form, save=save, said=_("Moved to another day."), context=context)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a visit that was left out back on the list."""
    viewer, task = viewer_of(request), _found(request, pk)
    try:
        resume_stop(by=viewer, task=task, version=task.version)
    except (ValidationError, StaleVersion):
        messages.error(request, _("This visit was changed meanwhile."))
    return redirect(day_url(task.user, viewer, task.on))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a planned visit back."""
    viewer, task = viewer_of(request), _found(request, pk)
    url = day_url(task.user, viewer, task.on)
    try:
        remove_stop(by=viewer, task=task)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(url)


def _found(request: HttpRequest, pk: int) -> VisitTask:
    task = task_planned_by(viewer_of(request), pk)
    if task is None:
        raise Http404
    return task


def _context(request: HttpRequest, heading: str, save_label: str) -> dict[str, Any]:
    return {
        "heading": heading,
        "save_label": save_label,
        "back_url": back_to(request, reverse("visiting:today")),
        "back": _("Visits"),
    }
