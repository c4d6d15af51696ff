"""Nominations and vetoes: put an account forward, approve it, take it back; take one off the list at once."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Customer
from accounts.queries import customer_by_code
from ka_crm.lib.editing import changed_in_place, form_in_place
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.models import User
from ka_crm.records.forms_once import sent_once
from segmentation import access
from segmentation.models import Nomination, Veto
from segmentation.operations.nominating import decide_nomination, nominate, withdraw_nomination
from segmentation.operations.register import lift_veto, say_veto
from segmentation.queries.key_accounts import nominations_for
from segmentation.selection_forms import NominationForm, ReasonForm, VetoForm
from segmentation.views.shared import viewer_of

_GET_POST = ["GET", "POST"]


@require_http_methods(_GET_POST)
@sent_once
def new_nomination(request: HttpRequest, code: str) -> HttpResponse:
    """Put an account forward."""
    viewer = viewer_of(request)
    customer = customer_by_code(viewer, code)
    if not access.may_nominate(viewer, customer):
        raise PermissionDenied
    form = NominationForm(request.POST or None)

    def save(values: dict[str, Any]) -> str:
        nominate(by=viewer, customer=customer, **values)
        return _why(customer)

    context = {
        "heading": _("Nominate %(name)s") % {"name": customer.name},
        "intro": _("Somebody other than you approves it. The gates hold for nominated accounts too."),
        "back_url": _why(customer), "back": customer, "save_label": _("Nominate"),
    }  # fmt: skip
    return form_in_place(request, form, save=save, said=_("Nominated."), context=context)


@require_POST
def approve_nomination(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve somebody else's nomination."""
    viewer, nomination = _selector(request), _nomination(request, pk)

    def work() -> None:
        decide_nomination(by=viewer, nomination=nomination, version=_version(request), approve=True)

    return _done(request, work, _("Approved. It counts when the selection is proposed anew."))


@require_http_methods(_GET_POST)
def reject_nomination(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject somebody else's nomination, with the reason."""
    viewer, nomination = _selector(request), _nomination(request, pk)
    form = ReasonForm(request.POST or None, version=nomination.version)

    def save(values: dict[str, Any]) -> str:
        decide_nomination(by=viewer, nomination=nomination, approve=False, **values)
        return reverse("segmentation:selection")

    return _reason(request, form, save, _("Reject %(what)s") % {"what": nomination}, _("Reject"))


@require_http_methods(_GET_POST)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a nomination back."""
    nomination = _nomination(request, pk)
    viewer = viewer_of(request)
    if not access.may_withdraw(viewer, nomination):
        raise PermissionDenied
    form = ReasonForm(request.POST or None, version=nomination.version)

    def save(values: dict[str, Any]) -> str:
        withdraw_nomination(by=viewer, nomination=nomination, **values)
        return _why(nomination.customer)

    return _reason(request, form, save, _("Take back %(what)s") % {"what": nomination}, _("Take back"))


@require_http_methods(_GET_POST)
@sent_once
def veto(request: HttpRequest, code: str) -> HttpResponse:
    """Take an account off the list at once."""
    viewer = _selector(request)
    customer = customer_by_code(viewer, code)
    form = VetoForm(request.POST or None)

    def save(values: dict[str, Any]) -> str:
        say_veto(by=viewer, customer=customer, **values)
        return _why(customer)

    context = {
        "heading": _("Veto against %(name)s") % {"name": customer.name},
        "back_url": _why(customer), "back": customer, "save_label": _("Take off the list now"),
    }  # fmt: skip
    return form_in_place(request, form, save=save, said=_("Off the list, at once."), context=context)


@require_http_methods(_GET_POST)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a veto, with the reason."""
    viewer = _selector(request)
    found: Veto = get_object_or_404(Veto.objects.select_related("customer"), pk=pk, lifted_on__isnull=True)
    form = ReasonForm(request.POST or None, version=1)

    def save(values: dict[str, Any]) -> str:
        lift_veto(by=viewer, veto=found, reason=values["reason"])
        return _why(found.customer)

    heading = _("Lift the veto against %(name)s") % {"name": found.customer.name}
    return _reason(request, form, save, heading, _("Lift"))


def _selector(request: HttpRequest) -> User:
    viewer = viewer_of(request)
    if not access.may_select(viewer):
        raise PermissionDenied
    return viewer


def _nomination(request: HttpRequest, pk: int) -> Nomination:
    found: Nomination = get_object_or_404(nominations_for(viewer_of(request)), pk=pk)
    return found


def _why(customer: Customer) -> str:
    return reverse("segmentation:why_customer", args=[customer.code]) + "#key-account"


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _reason(request: HttpRequest, form: Any, save: Any, heading: str, label: str) -> HttpResponse:
    context = {
        "heading": heading, "back_url": reverse("segmentation:selection"), "back": _("Selection"),
        "save_label": label,
    }  # fmt: skip
    return form_in_place(
        request, form, save=save, said=_("Saved."), record_url=reverse("segmentation:selection"),
        context=context,
    )  # fmt: skip


def _done(request: HttpRequest, work: Any, said: str) -> HttpResponse:
    refused = ""
    try:
        work()
    except StaleVersion:
        refused = _("Somebody else was first. Look at it again.")
    except ValidationError as error:
        refused = " ".join(error.messages)
    if request.headers.get("HX-Request"):
        return (
            HttpResponse(refused, status=409, content_type="text/plain")
            if refused
            else changed_in_place(said)
        )
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, said)
    return redirect("segmentation:selection")
