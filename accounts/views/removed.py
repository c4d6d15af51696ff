"""Pages of what was put away, with the way back."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import may_edit_accounts, may_edit_customer, may_organise
from accounts.queries import customer_by_code
from accounts.queries.removed import archived_customers, archived_stores, removed_entries
from ka_crm.people.viewer import viewer_of


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """List archived customers and stores."""
    viewer = viewer_of(request)
    if not may_edit_accounts(viewer):
        raise PermissionDenied
    context = {
        "customers": archived_customers(viewer),
        "stores": archived_stores(viewer),
        "may_organise": may_organise(viewer),
    }
    return render(request, "merging/archive.html", context)


@require_safe
def removed(request: HttpRequest, code: str) -> HttpResponse:
    """List what was taken out of a dossier."""
    viewer = viewer_of(request)
    customer = customer_by_code(viewer, code)
    if not may_edit_customer(viewer, customer):
        raise PermissionDenied
    return render(request, "merging/removed.html", {"customer": customer, "rows": removed_entries(customer)})
