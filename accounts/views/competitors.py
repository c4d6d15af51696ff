"""Set-up of the competitors that everybody chooses from."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.rivals import CompetitorForm
from accounts.models import Competitor
from accounts.operations.rivals import (
    archive_competitor,
    change_competitor,
    create_competitor,
    restore_competitor,
)
from accounts.permissions import may_edit_terms
from accounts.queries.rivals import competitors
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.viewer import viewer_of


@require_http_methods(["GET", "POST"])
def competitor_list(request: HttpRequest) -> HttpResponse:
    """Show the competitors; add, rename, archive and bring them back."""
    if not may_edit_terms(viewer_of(request)):
        raise PermissionDenied
    if request.method == "GET":
        return _page(request)
    try:
        said = _write(request)
    except ValidationError as error:
        return _page(request, error=" ".join(error.messages), status=422)
    except StaleVersion:
        told = _("Somebody else has just changed this name. Look at it and send yours again.")
        return _page(request, error=told, status=409)
    messages.success(request, said)
    return redirect(request.path)


def _write(request: HttpRequest) -> str:
    act, by = request.POST.get("act", "add"), viewer_of(request)
    if act == "archive":
        archive_competitor(by=by, competitor=_named(request))
        return _("Archived.")
    if act == "restore":
        restore_competitor(by=by, competitor=_named(request))
        return _("Brought back.")
    form = CompetitorForm(request.POST)
    if not form.is_valid():
        raise ValidationError(_("Please write a name of at most 120 characters."))
    if act == "rename":
        changes = {"name": form.cleaned_data["name"]}
        version = _number(request, "version")
        change_competitor(by=by, competitor=_named(request), version=version, changes=changes)
        return _("Renamed.")
    create_competitor(by=by, name=form.cleaned_data["name"])
    return _("Added.")


def _named(request: HttpRequest) -> Competitor:
    return get_object_or_404(Competitor, pk=_number(request, "id"))


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404
    return int(text)


def _page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "competitors": competitors(),
        "archived": competitors(archived=True),
        "error": error,
        "error_id": request.POST.get("id", ""),
        "typed": request.POST.get("name", ""),
    }
    return render(request, "accounts/competitors.html", context, status=status)
