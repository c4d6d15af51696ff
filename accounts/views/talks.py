"""What the timeline does in place: log in one line, tick a promise, say that a talk was held, older pages."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.talks import ComposerForm
from accounts.models import Commitment, Customer, DossierEntry, Interaction
from accounts.operations.promises import keep_promise, reopen_promise
from accounts.operations.talks import hold_interaction, log_interaction, plan_again
from accounts.panels.timeline import older_context, timeline_url
from accounts.permissions import may_edit_customer
from accounts.queries import customer_by_code
from ka_crm.lib.editing import add_errors, changed_in_place
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from ka_crm.records.queries import business_today


@require_POST
@sent_once
def log(request: HttpRequest, code: str) -> HttpResponse:
    """Log a contact from the one line above the timeline."""
    customer = _writable(request, code)
    form = ComposerForm(request.POST, customer=customer, today=business_today())
    if form.is_valid():
        person = form.cleaned_data["contact"]
        try:
            kept = log_interaction(
                by=viewer_of(request),
                customer=customer,
                values=form.values(),
                contacts=[person] if person else [],
                client_uuid=form.cleaned_data["client_uuid"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            remove = reverse("accounts:entry_remove", args=[code, "interaction", kept.interaction.pk])
            return _done(request, customer, _("Logged."), remove)
    in_place = bool(request.headers.get("HX-Request"))
    template = "dossier/_composer.html" if in_place else "dossier/composer_page.html"
    context = {"composer": form, "customer": customer, "back_url": timeline_url(customer)}
    return render(request, template, context, status=422)


@require_safe
def older(request: HttpRequest, code: str) -> HttpResponse:
    """One older page of the timeline, appended where the newer ones end."""
    viewer = viewer_of(request)
    customer = customer_by_code(viewer, code)
    return render(request, "dossier/_timeline_older.html", older_context(request, customer, viewer))


@require_POST
def keep(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Tick a promise: kept today."""
    customer = _writable(request, code)
    promise = _entry(Commitment, customer, pk)

    def act() -> str:
        kept = keep_promise(by=viewer_of(request), commitment=promise, version=_version(request))
        undo = reverse("accounts:promise_reopen", args=[code, pk])
        return f"{undo}?{urlencode({'version': kept.version})}"

    return _acted(request, customer, _("Kept: %(text)s") % {"text": promise.text}, act)


@require_POST
def reopen(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take back that a promise was settled."""
    customer = _writable(request, code)
    promise = _entry(Commitment, customer, pk)

    def act() -> str:
        reopen_promise(by=viewer_of(request), commitment=promise, version=_version(request))
        return ""

    return _acted(request, customer, _("Open again: %(text)s") % {"text": promise.text}, act)


@require_POST
def hold(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say that a planned talk was held."""
    customer = _writable(request, code)
    talk = _entry(Interaction, customer, pk)
    planned_for = talk.on

    def act() -> str:
        held = hold_interaction(by=viewer_of(request), interaction=talk, version=_version(request))
        undo = reverse("accounts:talk_plan_again", args=[code, pk])
        return f"{undo}?{urlencode({'version': held.version, 'on': planned_for.isoformat()})}"

    return _acted(request, customer, _("Held: %(text)s") % {"text": talk.subject}, act)


@require_POST
def plan(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take back that a talk was held."""
    customer = _writable(request, code)
    talk = _entry(Interaction, customer, pk)

    def act() -> str:
        try:
            on = dt.date.fromisoformat(request.GET.get("on", ""))
        except ValueError:
            on = talk.on
        plan_again(by=viewer_of(request), interaction=talk, version=_version(request), on=on)
        return ""

    return _acted(request, customer, _("Planned again: %(text)s") % {"text": talk.subject}, act)


def _writable(request: HttpRequest, code: str) -> Customer:
    """Return the customer, 404 for whoever may not see it, 403 for whoever sees it and may not write."""
    customer = customer_by_code(viewer_of(request), code)
    if not may_edit_customer(viewer_of(request), customer):
        raise PermissionDenied
    return customer


def _entry(model: type[DossierEntry], customer: Customer, pk: int) -> Any:
    rows = model._default_manager.filter(customer=customer, archived_at__isnull=True)
    return get_object_or_404(rows.select_related("customer"), pk=pk)


def _version(request: HttpRequest) -> int:
    """Return the version that the page showed; one that is not stated fits nothing."""
    text = request.POST.get("version") or request.GET.get("version") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _acted(request: HttpRequest, customer: Customer, said: str, act: Callable[[], str]) -> HttpResponse:
    """Do one thing of one click; whoever comes too late is told, and sees how it stands now."""
    try:
        return _done(request, customer, said, act())
    except StaleVersion:
        words = _("Somebody else changed this a moment ago; here it is as it stands now.")
    except ValidationError as error:
        words = " ".join(error.messages)
    if request.headers.get("HX-Request"):
        return changed_in_place(words)
    return HttpResponse(words, status=409, content_type="text/plain")


def _done(request: HttpRequest, customer: Customer, said: str, undo_url: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return changed_in_place(said, undo_url=undo_url, undo=_("Undo") if undo_url else "")
    return redirect(timeline_url(customer))
