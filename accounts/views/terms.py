"""Set-up of the words by which customers and stores are sorted: channels, formats, regions."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import TermForm
from accounts.models import Channel, Format, Region
from accounts.operations import create_term, delete_term, rename_term
from accounts.permissions import may_edit_terms
from ka_crm.people.viewer import viewer_of

KINDS: dict[str, Any] = {"channels": Channel, "formats": Format, "regions": Region}


@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """Show the three lists; add, rename and remove words."""
    if not may_edit_terms(viewer_of(request)):
        raise PermissionDenied
    if request.method == "GET":
        return render(request, "accounts/terms.html", {"lists": _lists()})
    kind = KINDS.get(request.POST.get("kind", ""))
    if kind is None:
        raise Http404
    try:
        said = _write(request, kind)
    except ValidationError as error:
        context = {
            "lists": _lists(),
            "error": " ".join(error.messages),
            "error_kind": request.POST["kind"],
            "typed": request.POST.get("name", ""),
        }
        return render(request, "accounts/terms.html", context, status=422)
    messages.success(request, said)
    return redirect(request.path)


def _write(request: HttpRequest, kind: Any) -> str:
    act = request.POST.get("act", "add")
    if act == "delete":
        delete_term(by=viewer_of(request), term=get_object_or_404(kind, pk=_id(request)))
        return _("Removed.")
    form = TermForm(request.POST)
    if not form.is_valid():
        raise ValidationError(_("Please write a name of at most 120 characters."))
    if act == "rename":
        term = get_object_or_404(kind, pk=_id(request))
        rename_term(by=viewer_of(request), term=term, name=form.cleaned_data["name"])
        return _("Renamed.")
    create_term(by=viewer_of(request), kind=kind, name=form.cleaned_data["name"])
    return _("Added.")


def _id(request: HttpRequest) -> int:
    text = request.POST.get("id", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


def _lists() -> list[dict[str, Any]]:
    names = {"channels": _("Channels"), "formats": _("Formats"), "regions": _("Regions")}
    helps = {
        "channels": _("Modern retail, wholesale, online …"),
        "formats": _("Hypermarket, convenience store, liquor store …"),
        "regions": _("Parts of the market with a market share of their own."),
    }
    return [
        {"kind": key, "label": names[key], "help": helps[key], "terms": list(kind.objects.all())}
        for key, kind in KINDS.items()
    ]
