"""Pages that create and change stores."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import ReasonForm, StoreForm
from accounts.models import Customer, Store
from accounts.operations import archive_store, change_store, create_store, restore_store
from accounts.permissions import may_edit_accounts
from accounts.queries import store_by_code
from ka_crm.lib.editing import changes_of, form_page
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once


def address_of(store: Store) -> str:
    """Return the address of a store's page."""
    return reverse("stores:store", args=[store.code])


@require_http_methods(["GET", "POST"])
@sent_once
def new_store(request: HttpRequest) -> HttpResponse:
    """Create a store; ``?customer=CODE`` fills its customer in."""
    if not may_edit_accounts(viewer_of(request)):
        raise PermissionDenied
    code = request.GET.get("customer", "").replace("\x00", "")
    customer = Customer.objects.visible_to(viewer_of(request)).filter(code=code).first()
    form = StoreForm(request.POST or None, viewer=viewer_of(request), initial={"customer": customer})

    def save(values: dict[str, Any]) -> str:
        return address_of(create_store(by=viewer_of(request), values=values))

    back = (
        reverse("accounts:customer_tab", args=[customer.code, "stores"])
        if customer
        else reverse("stores:list")
    )
    context = {"heading": _("New store"), "back_url": back, "back": customer or _("Stores")}
    return form_page(request, form, save=save, said=_("The store is there."), context=context)


@require_http_methods(["GET", "POST"])
def edit_store(request: HttpRequest, code: str) -> HttpResponse:
    """Change a store's facts."""
    store = store_by_code(viewer_of(request), code)
    if not may_edit_accounts(viewer_of(request)):
        raise PermissionDenied
    form = StoreForm(request.POST or None, instance=store, viewer=viewer_of(request))

    def save(values: dict[str, Any]) -> str:
        changed = change_store(
            by=viewer_of(request), store=store, version=values["version"], changes=changes_of(form)
        )
        return address_of(changed)

    context = {"heading": _("Edit %(name)s") % {"name": store}, "back_url": address_of(store), "back": store}
    return form_page(
        request, form, save=save, said=_("Saved."), record_url=address_of(store), context=context
    )


@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest, code: str) -> HttpResponse:
    """Put a store away, after asking once."""
    store = store_by_code(viewer_of(request), code)
    if not may_edit_accounts(viewer_of(request)):
        raise PermissionDenied

    def save(values: dict[str, Any]) -> str:
        archive_store(by=viewer_of(request), store=store, reason=values["reason"])
        return address_of(store)

    context = {
        "heading": _("Archive %(name)s") % {"name": store},
        "intro": _(
            "It leaves lists and the next computation. Its counts and history stay; it can be restored."
        ),
        "back_url": address_of(store),
        "back": store,
        "save_label": _("Archive"),
    }
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return form_page(request, form, save=save, said=_("Archived."), context=context)


@require_POST
def restore(request: HttpRequest, code: str) -> HttpResponse:
    """Bring an archived store back."""
    store = restore_store(by=viewer_of(request), store=store_by_code(viewer_of(request), code))
    return redirect(address_of(store))
