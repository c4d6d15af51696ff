"""Papers of a dossier: handed out behind the check of who sees the customer; several dropped at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.operations.documents import add_document
from accounts.permissions import may_edit_customer
from accounts.queries import customer_by_code
from accounts.queries.general import documents_of
from ka_crm.people.viewer import viewer_of
from ka_crm.records.files import file_response
from ka_crm.records.forms_once import sent_once

MOST_AT_ONCE = 20


@require_safe
def document(request: HttpRequest, code: str, pk: int, name: str) -> FileResponse:
    """Hand out a paper as an attachment; one put away is not there."""
    viewer = viewer_of(request)
    found = get_object_or_404(documents_of(customer_by_code(viewer, code), viewer), pk=pk)
    return file_response(found.file)


@require_POST
@sent_once
def add_documents(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the files that were dropped; each on its own, what cannot be kept is told in words."""
    viewer = viewer_of(request)
    customer = customer_by_code(viewer, code)
    if not may_edit_customer(viewer, customer):
        raise PermissionDenied
    uploads = request.FILES.getlist("files")
    kept = 0
    for upload in uploads[:MOST_AT_ONCE]:
        try:
            add_document(by=viewer, customer=customer, values={"upload": upload})
            kept += 1
        except ValidationError as error:
            messages.error(request, f"{upload.name}: {' '.join(error.messages)}")
    if kept:
        text = ngettext("%(kept)d document kept.", "%(kept)d documents kept.", kept)
        messages.success(request, text % {"kept": kept})
    if not uploads:
        messages.error(request, _("Choose a file."))
    if len(uploads) > MOST_AT_ONCE:
        messages.error(request, _("Only the first %(most)d files were taken.") % {"most": MOST_AT_ONCE})
    return redirect(reverse("accounts:customer_tab", args=[customer.code, "documents"]))
