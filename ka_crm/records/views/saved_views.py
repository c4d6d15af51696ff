"""Saved views of lists: keep, share, delete; each leads back to the list."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ka_crm.records import operations
from ka_crm.records.models import SavedView

_NOT_SAVED = ("after", "before")


@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep a view: fields ``page``, ``name``, ``query``, ``is_shared``, ``next``."""
    query = "&".join(
        part
        for part in request.POST.get("query", "").lstrip("?").split("&")
        if part.split("=")[0] not in _NOT_SAVED
    )
    try:
        operations.save_view(
            by=request.user,  # type: ignore[arg-type]
            page=request.POST.get("page", ""),
            name=request.POST.get("name", ""),
            query=query,
            is_shared=bool(request.POST.get("is_shared")),
        )
        messages.success(request, _("The view is saved."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_back(request))


@require_POST
def view_share(request: HttpRequest, view_id: int) -> HttpResponse:
    """Show one's view to everybody (``is_shared``), or no longer."""
    view = _visible(request, view_id)
    try:
        operations.share_view(by=request.user, view=view, is_shared=bool(request.POST.get("is_shared")))  # type: ignore[arg-type]
    except PermissionDenied:
        raise Http404 from None
    return redirect(_back(request))


@require_POST
def view_delete(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget a view."""
    view = _visible(request, view_id)
    try:
        operations.delete_view(by=request.user, view=view)  # type: ignore[arg-type]
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, _("The view is gone."))
    return redirect(_back(request))


def _visible(request: HttpRequest, view_id: int) -> SavedView:
    return get_object_or_404(SavedView, pk=view_id)


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else "/"
