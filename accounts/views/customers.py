"""Pages that create and change customers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import CustomerForm, HandOverForm, ReasonForm
from accounts.models import Customer
from accounts.operations import (
    archive_customer,
    change_customer,
    create_customer,
    hand_over_customer,
    restore_customer,
)
from accounts.permissions import may_edit_accounts, may_organise
from accounts.queries import customer_by_code
from ka_crm.lib.editing import changes_of, form_page
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once


def address_of(customer: Customer) -> str:
    """Return the address of a customer's page."""
    return reverse("accounts:customer", args=[customer.code])


@require_http_methods(["GET", "POST"])
@sent_once
def new_customer(request: HttpRequest) -> HttpResponse:
    """Create a customer."""
    if not may_edit_accounts(viewer_of(request)):
        raise PermissionDenied
    form = CustomerForm(request.POST or None, viewer=viewer_of(request))

    def save(values: dict[str, Any]) -> str:
        return address_of(create_customer(by=viewer_of(request), values=values))

    context = {"heading": _("New customer"), "back_url": reverse("accounts:list"), "back": _("Accounts")}
    return form_page(request, form, save=save, said=_("The customer is there."), context=context)


@require_http_methods(["GET", "POST"])
def edit_customer(request: HttpRequest, code: str) -> HttpResponse:
    """Change a customer's facts."""
    customer = customer_by_code(viewer_of(request), code)
    if not may_edit_accounts(viewer_of(request)):
        raise PermissionDenied
    form = CustomerForm(request.POST or None, instance=customer, viewer=viewer_of(request))

    def save(values: dict[str, Any]) -> str:
        changed = change_customer(
            by=viewer_of(request), customer=customer, version=values["version"], changes=changes_of(form)
        )
        return address_of(changed)

    context = {
        "heading": _("Edit %(name)s") % {"name": customer},
        "back_url": address_of(customer),
        "back": customer,
    }
    return form_page(
        request, form, save=save, said=_("Saved."), record_url=address_of(customer), context=context
    )


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """Let somebody else answer for a customer."""
    customer = customer_by_code(viewer_of(request), code)
    if not may_organise(viewer_of(request)):
        raise PermissionDenied
    form = HandOverForm(request.POST or None, customer=customer)

    def save(values: dict[str, Any]) -> str:
        changed = hand_over_customer(by=viewer_of(request), customer=customer, **values)
        return address_of(changed)

    context = {
        "heading": _("Hand over %(name)s") % {"name": customer},
        "intro": _("Now with %(name)s. The history of who answered for it stays.")
        % {"name": customer.kam or "–"},
        "back_url": address_of(customer),
        "back": customer,
        "save_label": _("Hand over"),
    }
    return form_page(
        request, form, save=save, said=_("Handed over."), record_url=address_of(customer), context=context
    )


@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest, code: str) -> HttpResponse:
    """Put a customer away, after asking once."""
    customer = customer_by_code(viewer_of(request), code)
    if not may_organise(viewer_of(request)):
        raise PermissionDenied

    def save(values: dict[str, Any]) -> str:
        archive_customer(by=viewer_of(request), customer=customer, reason=values["reason"])
        return address_of(customer)

    context = {
        "heading": _("Archive %(name)s") % {"name": customer},
        "intro": _(
            "It leaves lists and the next computation. Its facts and history stay; it can be restored."
        ),
        "back_url": address_of(customer),
        "back": customer,
        "save_label": _("Archive"),
    }
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return form_page(request, form, save=save, said=_("Archived."), context=context)


@require_POST
def restore(request: HttpRequest, code: str) -> HttpResponse:
    """Bring an archived customer back."""
    customer = customer_by_code(viewer_of(request), code)
    try:
        customer = restore_customer(by=viewer_of(request), customer=customer)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(address_of(customer))
