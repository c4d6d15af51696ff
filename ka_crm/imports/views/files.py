"""Imports as a list: drop a file, take a template, see what was loaded."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from ka_crm.imports import preparing, queries
from ka_crm.imports.importer import Importer
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.registry import UnknownKind, importer_of
from ka_crm.lib.exports import csv_response, xlsx_response
from ka_crm.lib.keyset import BadCursor, keyset_page

PAGE_SIZE = 30
#: What a form adds to the file itself.
_ROOM = 64 * 1024
_TONES = {
    BatchState.COMMITTED: "ok",
    BatchState.FAILED: "danger",
    BatchState.LOADING: "accent",
    BatchState.UNDOING: "accent",
    BatchState.UNDONE: "warn",
}
View = Callable[..., HttpResponseBase]


def importers_only(view: View) -> View:
    """Show import pages only to people who may import something."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not queries.kinds_for(request.user):  # type: ignore[arg-type]
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@importers_only
def import_list(request: HttpRequest) -> HttpResponse:
    """Drop zones, template files, earlier imports."""
    viewer = request.user
    kinds = queries.kinds_for(viewer)  # type: ignore[arg-type]
    chosen = next((kind for kind in kinds if kind.kind == request.GET.get("kind")), kinds[0])
    cursors = {name: request.GET.get(name, "") for name in ("after", "before")}
    batches = queries.batches_for(viewer)  # type: ignore[arg-type]
    try:
        page = keyset_page(batches, order=["-pk"], size=PAGE_SIZE, **cursors)
    except BadCursor:
        page = keyset_page(batches, order=["-pk"], size=PAGE_SIZE)
    context = {
        "kinds": [_shown_kind(kind, is_chosen=kind is chosen) for kind in kinds],
        "chosen": _shown_kind(chosen, is_chosen=True),
        "page": page,
        "rows": [shown_batch(batch) for batch in page.rows],
        "max_bytes": settings.KA_IMPORT_MAX_BYTES,
        "max_size": filesizeformat(settings.KA_IMPORT_MAX_BYTES),
    }
    return render(request, "imports/imports.html", context)


@csrf_exempt  # the size is looked at before the body is read; the token is checked right after
def upload(request: HttpRequest) -> HttpResponseBase:
    """Take a file."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > settings.KA_IMPORT_MAX_BYTES + _ROOM:
        limit = filesizeformat(settings.KA_IMPORT_MAX_BYTES)
        messages.error(request, _("The file is larger than %(limit)s. Split it.") % {"limit": limit})
        return redirect("imports:list")
    return _take_file(request)


@csrf_protect
@require_POST
@importers_only
def _take_file(request: HttpRequest) -> HttpResponse:
    file, kind = request.FILES.get("file"), request.POST.get("kind", "")
    try:
        importer_of(kind)
    except UnknownKind:
        raise Http404 from None
    if file is None:
        messages.error(request, _("Choose a file first."))
        return redirect(f"/imports/?kind={kind}")
    batch = preparing.receive_upload(kind=kind, upload=file, by=request.user)  # type: ignore[arg-type]
    return redirect("imports:batch", batch.pk)


@require_GET
@importers_only
def template_file(request: HttpRequest, kind: str, form: str) -> HttpResponseBase:
    """An example of a kind of file, with our own headers."""
    if not queries.may_import(request.user, kind) or form not in ("csv", "xlsx"):  # type: ignore[arg-type]
        raise Http404
    header, *rows = queries.template_rows(kind)
    return (csv_response if form == "csv" else xlsx_response)(f"{kind}-template", header, rows)


def shown_batch(batch: ImportBatch) -> dict[str, Any]:
    """Return what a row of the list shows of a batch."""
    error = batch.report.get("error", "")
    word = batch.get_state_display()
    if batch.state == BatchState.UPLOADED and error:
        word = _("Cannot be read")
    return {
        "batch": batch,
        "label": _label(batch.kind),
        "word": word,
        "tone": "danger" if error else _TONES.get(BatchState(batch.state), ""),
        "error": error,
        "value_rejected_scaled": batch.report.get("value_rejected_scaled", 0) if batch.rejected else None,
        "is_open": batch.state in preparing.OPEN,
    }


def _label(kind: str) -> str:
    try:
        return _(importer_of(kind).label)
    except UnknownKind:
        return kind


def _shown_kind(importer: type[Importer], *, is_chosen: bool) -> dict[str, Any]:
    return {
        "kind": importer.kind,
        "label": _(importer.label),
        "help": _(importer.help) if importer.help else "",
        "is_chosen": is_chosen,
        "fields": [
            {"label": _(item.label), "name": item.name, "required": item.required} for item in importer.fields
        ],
    }
