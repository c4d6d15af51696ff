"""Adding, changing, removing and restoring any kind of entry of a dossier, as a page and in the sheet."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.dossier_records import RecordKind, record_kind
from accounts.models import Customer, DossierEntry
from accounts.permissions import may_edit_customer
from accounts.queries import customer_by_code
from ka_crm.lib.editing import changed_in_place, changes_of, form_in_place
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once

#: Texts that a link may put into a new form, by the names of its fields.
_LONGEST_PRESET = 300


@require_http_methods(["GET", "POST"])
@sent_once
def new_entry(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Add an entry; its address may preset fields (``?contact=3``) or open the form at one (``?field=``)."""
    customer, record = _opened(request, code, kind)
    form = record.form(
        request.POST or None,
        request.FILES or None,
        viewer=viewer_of(request),
        customer=customer,
        initial={name: value[:_LONGEST_PRESET] for name, value in request.GET.items()},
    )
    form.open_at(request.GET.get("field", ""))

    def save(values: dict[str, Any]) -> str:
        record.create(by=viewer_of(request), customer=customer, model=record.model, values=values)
        return _tab_url(customer, record)

    return form_in_place(
        request, form, save=save, said=_("Saved."), context=_context(customer, record, record.new_heading)
    )


@require_http_methods(["GET", "POST"])
def edit_entry(request: HttpRequest, code: str, kind: str, pk: int) -> HttpResponse:
    """Change an entry of a dossier."""
    customer, record = _opened(request, code, kind)
    entry = _entry(customer, record, pk)
    form = record.form(
        request.POST or None,
        request.FILES or None,
        instance=entry,
        viewer=viewer_of(request),
        customer=customer,
    )
    form.open_at(request.GET.get("field", ""))

    def save(values: dict[str, Any]) -> str:
        record.change(by=viewer_of(request), entry=entry, version=values["version"], changes=changes_of(form))
        return _tab_url(customer, record)

    context = _context(customer, record, _("Edit %(name)s") % {"name": entry})
    if record.remove is not None:
        context["remove_url"] = reverse("accounts:entry_remove", args=[code, kind, pk])
    return form_in_place(
        request,
        form,
        save=save,
        said=_("Saved."),
        record_url=_tab_url(customer, record),
        context=context,
    )


@require_POST
def remove_entry(request: HttpRequest, code: str, kind: str, pk: int) -> HttpResponse:
    """Take an entry out; the notice offers to bring it back."""
    customer, record = _opened(request, code, kind)
    if record.remove is None:
        raise Http404
    record.remove(by=viewer_of(request), entry=_entry(customer, record, pk))
    undo_url = reverse("accounts:entry_restore", args=[code, kind, pk])
    if request.headers.get("HX-Request"):
        return changed_in_place(_("Removed."), undo_url=undo_url, undo=_("Undo"))
    return redirect(_tab_url(customer, record))


@require_POST
def restore_entry(request: HttpRequest, code: str, kind: str, pk: int) -> HttpResponse:
    """Bring an entry back."""
    customer, record = _opened(request, code, kind)
    entry = get_object_or_404(record.model._default_manager.filter(customer=customer), pk=pk)
    try:
        record.restore(by=viewer_of(request), entry=entry)
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=409, content_type="text/plain")
    if request.headers.get("HX-Request"):
        return changed_in_place(_("Brought back."))
    return redirect(_tab_url(customer, record))


def _opened(request: HttpRequest, code: str, key: str) -> tuple[Customer, RecordKind]:
    """Return the customer, 404 for whoever may not see it, 403 for whoever sees it and may not write."""
    customer = customer_by_code(viewer_of(request), code)
    record = record_kind(key)
    if record is None:
        raise Http404
    if not may_edit_customer(viewer_of(request), customer):
        raise PermissionDenied
    return customer, record


def _entry(customer: Customer, record: RecordKind, pk: int) -> DossierEntry:
    rows = record.model._default_manager.filter(customer=customer, archived_at__isnull=True)
    entry: DossierEntry = get_object_or_404(rows.select_related("customer"), pk=pk)
    return entry


def _tab_url(customer: Customer, record: RecordKind) -> str:
    if record.tab == "overview":
        return reverse("accounts:customer", args=[customer.code])
    return reverse("accounts:customer_tab", args=[customer.code, record.tab])


def _context(customer: Customer, record: RecordKind, heading: Any) -> dict[str, Any]:
    return {
        "heading": heading,
        "back_url": _tab_url(customer, record),
        "back": customer,
        "customer": customer,
        "record": record,
    }
