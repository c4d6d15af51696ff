"""How fast which tier is served: everybody who works with accounts reads it, administrators set it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.standards import StandardsForm
from accounts.models import ServiceTier
from accounts.operations.service import set_standards
from accounts.permissions import may_edit_accounts, may_edit_standards
from accounts.queries.service import standards
from ka_crm.lib.conflict import conflict_page
from ka_crm.lib.editing import add_errors
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.viewer import viewer_of


@require_http_methods(["GET", "POST"])
def service_standards(request: HttpRequest) -> HttpResponse:
    """Show the table of tiers and steps; save what was changed in it."""
    viewer = viewer_of(request)
    if not may_edit_accounts(viewer) or (request.method == "POST" and not may_edit_standards(viewer)):
        raise PermissionDenied
    form = StandardsForm(request.POST or None, stored=standards())
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                count = set_standards(by=viewer, changes=form.changes())
                messages.success(request, _("Saved.") if count else _("Nothing was changed."))
                return redirect(request.path)
        except ValidationError as error:
            add_errors(form, error)
        except StaleVersion as conflict:
            return conflict_page(request, conflict, record_url=request.path)
    context = {"form": form, "tiers": ServiceTier.labels, "may_edit": may_edit_standards(viewer)}
    return render(request, "accounts/service_standards.html", context, status=status)
