"""The form of a visit, what became of it, and its photos."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Store
from ka_crm.people.models import User
from ka_crm.people.viewer import viewer_of
from ka_crm.records.files import file_response
from ka_crm.records.queries import business_today
from purchases.models import Category
from visits.models import TaskState, Visit, VisitPhoto, VisitTask
from visits.operations import SentWithOtherContent, confirm_count, drop_count, keep_photo, record_visit
from visits.permissions import COUNT_FOR_OTHERS, may_count
from visits.queries.forms import CategoryToCount, store_forms
from visits.queries.visits import (
    asides_of,
    counts_of_visit,
    stores_visited_by,
    visit_by_uuid,
    visits_seen_by,
)
from visits.rules.plausibility import FAR_ABOVE
from visits.visit_form import VisitForm
from visits.wording import status_text


@require_http_methods(["GET", "POST"])
def visit_store(request: HttpRequest, code: str) -> HttpResponseBase:
    """The form of a visit. A script sends it to the API; without one it is posted here.

    The page has nothing that goes out of date within the day except the numbers it shows, so a phone may
    keep it whole: the API takes the cookie ``csrftoken`` of the day it is sent on.
    """
    viewer = viewer_of(request)
    store = stores_visited_by(viewer).select_related("customer", "customer__region").filter(code=code).first()
    if store is None or not may_count(viewer):
        raise Http404
    today = business_today()
    asked = store_forms([store], today)[store.pk]
    tasks = list(VisitTask.objects.filter(user=viewer, on=today).exclude(state=TaskState.SKIPPED))
    task = next((one for one in tasks if one.store_id == store.pk and one.state == TaskState.PLANNED), None)
    initial = {"task": task.pk if task else None}
    form = VisitForm(request.POST or None, asked=asked, viewer=viewer, initial=initial)
    status = 200
    if request.method == "POST":
        saved = _save(request, viewer, form)
        if saved:
            return saved
        status = 422
    first = asked.categories[0] if asked.categories else None
    context = {
        "store": store,
        "form": form,
        "first": first,
        "dots": ["done"] * first.visits_done + ["now"] + ["open"] * (first.visits_needed - 1)
        if first
        else [],
        "far_above": FAR_ABOVE,
        "ask_reasons": _reasons(),
        "status_text": status_text(first.share if first else None),
        "stop_number": tasks.index(task) + 1 if task else None,
        "stop_count": len(tasks),
        "sees_store": Store.objects.visible_to(viewer).filter(pk=store.pk).exists(),
        "on": today,
    }
    return render(request, "visits/store.html", context, status=status)


def _save(request: HttpRequest, viewer: User, form: VisitForm) -> HttpResponse | None:
    """Keep the visit and say where to go; ``None`` where the form comes back."""
    if not form.is_valid():
        return None
    try:
        recorded = record_visit(by=viewer, seen=form.seen())
        for upload in request.FILES.getlist("photos"):
            number = uuid.uuid5(recorded.visit.client_uuid, f"{upload.name} {upload.size}")
            keep_photo(by=viewer, visit=recorded.visit, upload=upload, client_uuid=number)
    except SentWithOtherContent:
        form.add_error(None, _("This form was sent before. Open it anew for another visit."))
    except ValidationError as error:
        _add_errors(form, error)
    else:
        if recorded.doubts:
            messages.warning(request, _("Saved. One number is unusual: please say whether it is right."))
            return redirect("visiting:visit", client_uuid=recorded.visit.client_uuid)
        messages.success(request, _("Saved: %(store)s.") % {"store": recorded.visit.store.name})
        return redirect("visiting:today")
    return None


def _add_errors(form: VisitForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for path, errors in error.error_dict.items():
        form.add_error(form.field_of(path), errors)


@require_safe
def visit_page(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponseBase:
    """One visit: what was counted and found, and the numbers that wait to be confirmed."""
    return _page(request, _found(request, client_uuid))


@require_POST
def settle_count(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponseBase:
    """Say that an unusual count is right and why, or that it is wrong."""
    visit = _found(request, client_uuid)
    category = get_object_or_404(Category, code=request.POST.get("category", ""))
    viewer = viewer_of(request)
    try:
        if request.POST.get("drop"):
            drop_count(by=viewer, visit=visit, category=category)
            messages.success(request, _("Left out: this number does not count."))
        else:
            confirm_count(by=viewer, visit=visit, category=category, reason=request.POST.get("reason", ""))
            messages.success(request, _("Confirmed: this number counts."))
    except ValidationError as error:
        return _page(request, visit, problem=" ".join(error.messages))
    return redirect("visiting:visit", client_uuid=client_uuid)


@require_safe
def photo_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A photo of a visit that the viewer may see."""
    photos = VisitPhoto.objects.filter(visit__in=visits_seen_by(viewer_of(request)))
    return file_response(get_object_or_404(photos.select_related("file"), pk=pk).file, inline=True)


def _found(request: HttpRequest, client_uuid: uuid.UUID) -> Visit:
    visit = visit_by_uuid(viewer_of(request), client_uuid)
    if visit is None:
        raise Http404
    return visit


def _page(request: HttpRequest, visit: Visit, problem: str = "") -> HttpResponseBase:
    viewer = viewer_of(request)
    may_settle = visit.by_id == viewer.pk or viewer.role in COUNT_FOR_OTHERS
    context = {
        "visit": visit,
        "counts": counts_of_visit(visit),
        "asides": asides_of(visit) if may_settle else [],
        "checks": visit.checks.select_related("point"),
        "prices": visit.price_sightings.select_related("product"),
        "lots": visit.lot_sightings.all(),
        "photos": visit.photos.all(),
        "sees_store": Store.objects.visible_to(viewer).filter(pk=visit.store_id).exists(),
        "problem": problem,
        "reasons": _reasons(),
    }
    return render(request, "visits/visit.html", context, status=422 if problem else 200)


def _reasons() -> list[str]:
    """Why a number far above the usual may be right."""
    return [_("Large order"), _("Holiday"), _("Several days"), _("Other")]


def _dots(first: CategoryToCount) -> list[str]:
    """Visit days done, this one, and those still needed."""
    return ["done"] * first.visits_done + ["now"] + ["open"] * (first.visits_needed - 1)
