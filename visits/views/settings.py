"""``/visits/settings/``: how routes are planned, what is looked at, how small a flag the first list shows."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ka_crm.lib.editing import changes_of, form_in_place, form_page
from ka_crm.people.models import User
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from ka_crm.records.queries import audit_rows_of
from visits.models import CheckPoint, TaskReason
from visits.operations import field_settings
from visits.permissions import may_set_field_work
from visits.queries.flags import MINIMUM_GAP, minimum_gap
from visits.queries.route_settings import REASONS, ROUTE, route_values
from visits.settings_forms import CheckPointForm, RouteForm

_SETTING = "records.systemsetting"


@require_safe
def settings_page(request: HttpRequest) -> HttpResponseBase:
    """Everything that an administrator sets about field work."""
    _viewer(request)
    points = CheckPoint.objects.annotate(times=Count("checks")).order_by("archived_at", "order", "pk")
    values = route_values()
    context = {
        "facts": [
            (_("Working day"), _("%(n)g minutes") % {"n": values["minutes"]}),
            (_("A visit"), _("%(n)g minutes") % {"n": values["minutes_a_visit"]}),
            (_("On the way"), _("%(n)g km an hour") % {"n": values["km_an_hour"]}),
            (_("A count is old after"), _("%(n)g days") % {"n": values["stale_days"]}),
        ],
        "worth": [(TaskReason(reason).label, values[f"worth_{reason}"]) for reason in REASONS],
        "most_worth": max(values[f"worth_{reason}"] for reason in REASONS),
        "route_changed": audit_rows_of(_SETTING, ROUTE).first(),
        "points": [point for point in points if point.archived_at is None],
        "archived": [point for point in points if point.archived_at is not None],
        "minimum_gap": minimum_gap(),
        "gap_changed": audit_rows_of(_SETTING, MINIMUM_GAP).first(),
    }
    return render(request, "visits/settings.html", context)


@require_http_methods(["GET", "POST"])
def route(request: HttpRequest) -> HttpResponse:
    """Set how days are planned."""
    viewer = _viewer(request)
    form = RouteForm(request.POST or None, values=route_values())

    def save(values: dict[str, Any]) -> str:
        field_settings.set_route(by=viewer, shown=values["shown"], values=form.chosen())
        return reverse("visiting:settings")

    said = _("Saved. The next plan of a day follows it.")
    return form_in_place(request, form, save=save, said=said, context=_context(_("Route of a day")))


@require_http_methods(["GET", "POST"])
@sent_once
def new_point(request: HttpRequest) -> HttpResponse:
    """Add a check point."""
    viewer = _viewer(request)
    last = CheckPoint.objects.filter(archived_at__isnull=True).order_by("-order").first()
    form = CheckPointForm(request.POST or None, initial={"order": last.order + 10 if last else 0})

    def save(values: dict[str, Any]) -> str:
        field_settings.create_check_point(by=viewer, values=values)
        return reverse("visiting:settings")

    context = _context(_("New check point"))
    return form_page(request, form, save=save, said=_("Saved. The next form asks for it."), context=context)


@require_http_methods(["GET", "POST"])
def edit_point(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a check point."""
    viewer = _viewer(request)
    point = get_object_or_404(CheckPoint, pk=pk)
    form = CheckPointForm(request.POST or None, instance=point)

    def save(values: dict[str, Any]) -> str:
        field_settings.change_check_point(
            by=viewer, point=point, version=values["version"], changes=changes_of(form)
        )
        return reverse("visiting:settings")

    context = {
        **_context(_("Edit check point")),
        "archive_url": reverse("visiting:point_archive", args=[pk]),
        "is_archived": point.archived_at is not None,
    }
    url = reverse("visiting:point_edit", args=[pk])
    return form_page(request, form, save=save, said=_("Saved."), record_url=url, context=context)


@require_POST
def archive_point(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a check point no more, or again (``restore``)."""
    viewer = _viewer(request)
    point = get_object_or_404(CheckPoint, pk=pk)
    try:
        if request.POST.get("restore"):
            field_settings.restore_check_point(by=viewer, point=point)
            messages.success(request, _("Restored."))
        else:
            field_settings.archive_check_point(by=viewer, point=point)
            messages.success(request, _("Archived."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("visiting:settings")


def _viewer(request: HttpRequest) -> User:
    viewer = viewer_of(request)
    if not may_set_field_work(viewer):
        raise PermissionDenied
    return viewer


def _context(heading: str) -> dict[str, Any]:
    return {"heading": heading, "back_url": reverse("visiting:settings"), "back": _("Field work")}
