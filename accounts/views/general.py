"""Part 1 of a dossier, edited in place field by field, and that it still holds."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.general import general_field
from accounts.models import Customer
from accounts.operations.profile import ON_CUSTOMER, change_general_field, confirm_profile, digest_of
from accounts.permissions import may_edit_customer
from accounts.queries import customer_by_code
from accounts.queries.general import general_parts, missing_parts, profile_of
from accounts.rules.general_part import POINTS
from ka_crm.lib.editing import add_errors
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.viewer import viewer_of

_SEEN_LENGTH = 16


@require_http_methods(["GET", "POST"])
def profile_field(request: HttpRequest, code: str, field: str) -> HttpResponse:
    """One field as a form in its place, as a page without script; ``?shown`` is the field as it reads.

    Whoever saves second over another text of the same field gets 409 with both, what they typed kept.
    """
    customer = _opened(request, code, field)
    if request.method == "GET" and "shown" in request.GET:
        return _shown(request, customer, field)
    record = customer if field in ON_CUSTOMER else profile_of(customer)
    form = general_field(field, record, request.POST or None)
    seen = digest_of(getattr(record, field, None))
    context: dict[str, Any] = {"customer": customer, "form": form, "field": form[field], "seen": seen}
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                change_general_field(
                    by=viewer_of(request),
                    customer=customer,
                    name=field,
                    value=form.cleaned_data[field],
                    seen=request.POST.get("seen", "")[:_SEEN_LENGTH],
                )
                return _saved(request, customer, field)
            context["seen"] = request.POST.get("seen", "")[:_SEEN_LENGTH]
        except ValidationError as error:
            add_errors(form, error)
        except StaleVersion as conflict:
            status = 409
            context |= {"conflict": conflict, "seen": digest_of(getattr(conflict.record, field))}
    in_place = request.headers.get("HX-Request")
    template = "dossier/_general_form.html" if in_place else "dossier/general_field.html"
    return render(request, template, context, status=status)


@require_POST
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Say that the general part is still true today."""
    customer = _opened(request, code, "description")
    try:
        profile = confirm_profile(by=viewer_of(request), customer=customer)
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=409, content_type="text/plain")
    if request.headers.get("HX-Request"):
        context = {"customer": customer, "profile": profile, "may_edit": True}
        return render(request, "dossier/_general_confirmed.html", context)
    messages.success(request, _("Noted: still true today."))
    return redirect(_tab(customer))


def _opened(request: HttpRequest, code: str, field: str) -> Customer:
    """Return the customer, 404 for whoever may not see it, 403 for whoever may not write."""
    customer = customer_by_code(viewer_of(request), code)
    if field not in POINTS:
        raise Http404
    if not may_edit_customer(viewer_of(request), customer):
        raise PermissionDenied
    return customer


def _shown(request: HttpRequest, customer: Customer, field: str, **more: Any) -> HttpResponse:
    fresh = customer_by_code(viewer_of(request), customer.code)
    profile = profile_of(fresh)
    parts = general_parts(fresh, profile)
    context = {
        "customer": fresh,
        "profile": profile,
        "part": next(part for part in parts if part.name == field),
        "missing": missing_parts(parts),
        "may_edit": True,
        **more,
    }
    return render(request, "dossier/_general_shown.html", context)


def _saved(request: HttpRequest, customer: Customer, field: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _shown(request, customer, field, is_saved=True)
    messages.success(request, _("Saved."))
    return redirect(_tab(customer))


def _tab(customer: Customer) -> str:
    return reverse("accounts:customer_tab", args=[customer.code, "general"])
