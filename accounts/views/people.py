"""Moving people of the decision map: by dragging a card, by a key, or by a plain form."""

import json

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Contact
from accounts.operations.people import move_contact
from accounts.permissions import may_edit_customer
from accounts.queries import customer_by_code
from accounts.queries.people import people_of
from ka_crm.lib.editing import CHANGED, changed_in_place
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.viewer import viewer_of
from ka_crm.records.queries import audit_rows_for


@require_POST
def contact_move(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Let a person report to ``reports_to`` (a number, or nothing for the top); the notice can take it back.

    With ``version`` a card that somebody else changed meanwhile is not moved (409).
    """
    viewer = viewer_of(request)
    customer = customer_by_code(viewer, code)
    if not may_edit_customer(viewer, customer):
        raise PermissionDenied
    people = people_of(customer).select_related("reports_to", "customer")
    contact: Contact = get_object_or_404(people, pk=pk)
    asked = request.POST.get("reports_to", request.GET.get("reports_to", ""))
    boss = get_object_or_404(people, pk=int(asked)) if asked.isdecimal() and len(asked) < 19 else None
    version = request.POST.get("version", "")
    before = contact.reports_to_id or ""
    try:
        move_contact(
            by=viewer,
            contact=contact,
            version=int(version) if version.isdecimal() else contact.version,
            boss=boss,
        )
    except ValidationError as error:
        return _refused(" ".join(error.messages), 422)
    except StaleVersion as stale:
        return _refused(_changed_by(stale), 409)
    if not request.headers.get("HX-Request"):
        return redirect(reverse("accounts:customer_tab", args=[code, "map"]))
    said = _("%(person)s reports to %(boss)s.") if boss else _("%(person)s reports to nobody here.")
    undo_url = f"{reverse('accounts:contact_move', args=[code, pk])}?reports_to={before}"
    return changed_in_place(said % {"person": contact, "boss": boss}, undo_url=undo_url, undo=_("Undo"))


def _changed_by(stale: StaleVersion) -> str:
    last = audit_rows_for(stale.record).first()
    who = last.by.name if last and last.by else _("Somebody")
    return _("%(who)s changed %(person)s meanwhile; the map shows it now. Nothing was moved.") % {
        "who": who,
        "person": stale.record,
    }


def _refused(text: str, status: int) -> HttpResponse:
    """Say why nothing was moved, and have the map read anew."""
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["HX-Trigger"] = json.dumps({"ka:notice": {"text": text, "tone": "error"}, CHANGED: {}})
    return response
