"""Drafts of the criteria: begin, edit, send, send back, publish, remove."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ka_crm.criteria import operations
from ka_crm.criteria.forms import DraftForm, initial_of
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.permissions import has_second_person, may_approve, may_publish_criteria
from ka_crm.criteria.queries import (
    criteria_in_force,
    draft_for,
    published_criteria,
    published_draft,
    values_in_force,
    values_of,
)
from ka_crm.criteria.rules.settings import REGION_SETTINGS, InvalidSettings
from ka_crm.criteria.views.pages import address_of
from ka_crm.criteria.views.sources import source_of
from ka_crm.criteria.wording import QUESTIONS, SELDOM, changes_between
from ka_crm.lib.conflict import conflict_page
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once

DraftView = Callable[[HttpRequest, CriteriaVersion], HttpResponse]


def of_draft(view: DraftView) -> Callable[[HttpRequest, int], HttpResponse]:
    """Hand the draft to a view; one that was published meanwhile leads to its version's page."""

    @wraps(view)
    def wrapped(request: HttpRequest, pk: int) -> HttpResponse:
        viewer = viewer_of(request)
        found = draft_for(pk, viewer)
        if found is not None:
            return view(request, found)
        published = published_draft(pk, viewer)
        if published is None:
            raise Http404
        messages.info(
            request, _("%(version)s was published; it does not change any more.") % {"version": published}
        )
        return redirect(address_of(published))

    return wrapped


@require_POST
@sent_once
def new_draft(request: HttpRequest) -> HttpResponse:
    """Begin a draft from the version in force, an older one, a preset or a file."""
    if not may_publish_criteria(viewer_of(request)):
        raise PermissionDenied
    scope = request.POST.get("scope", "")
    try:
        values = source_of(request, scope)
        draft = operations.create_draft(values=values, by=viewer_of(request), scope=scope)
    except (InvalidSettings, ValueError) as error:
        messages.error(request, _("No draft was made: %(error)s") % {"error": error})
        return redirect("criteria:current")
    return redirect("criteria:draft", pk=draft.pk)


@require_http_methods(["GET", "POST"])
@of_draft
def draft(request: HttpRequest, found: CriteriaVersion) -> HttpResponse:
    """Show the editor, or save what was typed; who may not edit reads the changes and the preview."""
    may_edit = may_publish_criteria(viewer_of(request)) and not found.archived_at
    values = values_of(found)
    initial = {**initial_of(values), "reason": found.reason, "effective_from": found.effective_from}
    form = DraftForm(
        request.POST or None, kept=values, scope=found.scope, initial={**initial, "version": found.version}
    )
    status = 200
    if request.method == "POST":
        if not may_edit:
            raise PermissionDenied
        status = 422
        if form.is_valid():
            try:
                _save(request, found, form)
                return redirect(_after_saving(request, found))
            except InvalidSettings as error:
                form.refuse(error.errors)
            except StaleVersion as conflict:
                return conflict_page(request, _readable(conflict), record_url=_url(found))
    return render(
        request, "criteria/draft.html", _context(request, found, form, values, may_edit), status=status
    )


@require_POST
@of_draft
def send(request: HttpRequest, found: CriteriaVersion) -> HttpResponse:
    """Ask for approval."""
    return _step(request, found, operations.submit_draft, _("Sent for approval."))


@require_POST
@of_draft
def send_back(request: HttpRequest, found: CriteriaVersion) -> HttpResponse:
    """Send a draft back to its author, with what should change."""
    note = request.POST.get("note", "")[:2000]
    return _step(request, found, operations.return_draft, _("Sent back."), note=note)


@require_POST
@of_draft
def remove(request: HttpRequest, found: CriteriaVersion) -> HttpResponse:
    """Put a draft away, or take it out again."""
    if request.POST.get("restore"):
        return _step(request, found, operations.restore_draft, _("The draft is back."))
    return _step(
        request, found, operations.remove_draft, _("The draft was removed. It can be restored here.")
    )


@require_http_methods(["GET", "POST"])
@of_draft
def publish(request: HttpRequest, found: CriteriaVersion) -> HttpResponse:
    """Show what publishing changes, and publish."""
    viewer = viewer_of(request)
    if not may_publish_criteria(viewer):
        raise PermissionDenied
    if request.method == "POST":
        return _publish(request, found)
    context = {
        "draft": found,
        "base": criteria_in_force(found.scope),
        "changes": _changes(found),
        "may_approve": may_approve(viewer, found),
        "is_overtaken": _is_overtaken(found),
    }
    return render(request, "criteria/publish.html", context)


def _publish(request: HttpRequest, found: CriteriaVersion) -> HttpResponse:
    try:
        done = operations.publish_draft(draft=found, version=_version(request), by=viewer_of(request))
    except operations.ApproverNeeded:
        messages.error(request, _("Somebody other than the author has to publish this draft."))
    except operations.PublishedMeanwhile:
        messages.error(
            request, _("Another version came into force meanwhile. Compare with it and save again.")
        )
    except InvalidSettings as error:
        messages.error(request, str(error))
    except StaleVersion:
        messages.error(request, _("The draft was changed meanwhile. Look at it again."))
    else:
        messages.success(
            request,
            _("%(version)s is in force. Classes follow with the next computation.") % {"version": done},
        )
        return redirect("criteria:current")
    return redirect("criteria:draft", pk=found.pk)


def _step(
    request: HttpRequest, found: CriteriaVersion, operation: Any, said: str, **more: Any
) -> HttpResponse:
    """One step of a draft's way; what is refused is said on the draft's page."""
    try:
        operation(draft=found, version=_version(request), by=viewer_of(request), **more)
    except InvalidSettings as error:
        messages.error(request, " ".join(error.errors.values()))
    except StaleVersion:
        messages.error(request, _("The draft was changed meanwhile. Look at it again."))
    else:
        messages.success(request, said)
    return redirect("criteria:draft", pk=found.pk)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _save(request: HttpRequest, found: CriteriaVersion, form: DraftForm) -> None:
    operations.change_draft(
        draft=found,
        version=form.cleaned_data["version"],
        values=form.values(),
        reason=form.cleaned_data["reason"],
        effective_from=form.cleaned_data["effective_from"],
        by=viewer_of(request),
    )
    messages.success(request, _("The draft is saved."))


def _after_saving(request: HttpRequest, found: CriteriaVersion) -> str:
    if request.POST.get("then") == "publish":
        return reverse("criteria:publish", args=[found.pk])
    return _url(found)


def _url(found: CriteriaVersion) -> str:
    return reverse("criteria:draft", args=[found.pk])


def _is_overtaken(found: CriteriaVersion) -> bool:
    base = published_criteria(found.scope)
    return found.based_on_id != (base.pk if base else None)


def _context(
    request: HttpRequest, found: CriteriaVersion, form: DraftForm, values: dict[str, Any], may_edit: bool
) -> dict[str, Any]:
    viewer = viewer_of(request)
    base = criteria_in_force(found.scope)
    was = values_in_force(found.scope)
    return {
        "draft": found,
        "base": base,
        "form": form,
        "questions": _questions(form, was, values),
        "changes": _changes(found),
        "settings_count": len(form.names),
        "may_edit": may_edit,
        "may_approve": may_approve(viewer, found),
        "needs_other": has_second_person(viewer),
        "is_overtaken": _is_overtaken(found),
    }


def _questions(form: DraftForm, was: dict[str, Any], values: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of the form by question; those that are seldom touched are folded up while they are alike."""
    questions = []
    for title, names in QUESTIONS:
        lines = [form.line(name, was, values) for name in names if name in form.names]
        seldom = [line for line in lines if line.name in SELDOM]
        often = [line for line in lines if line.name not in SELDOM]
        is_open = any(line.is_changed or line.errors for line in seldom)
        questions.append({"title": title, "lines": often, "seldom": seldom, "is_open": is_open})
    return [question for question in questions if question["lines"] or question["seldom"]]


def _changes(found: CriteriaVersion) -> list[dict[str, str]]:
    """What a draft changes of what its scope decides."""
    changes = changes_between(values_in_force(found.scope), values_of(found))
    return [change for change in changes if not found.scope or change["name"] in REGION_SETTINGS]


def _readable(conflict: StaleVersion) -> StaleVersion:
    """Both versions of the settings as one line each, in words, instead of as JSON."""
    shown = []
    for one in conflict.differences:
        if one.field == "settings":
            stored = conflict.record
            theirs, yours = values_of(stored), {**one.yours}  # type: ignore[arg-type]
            shown += [
                type(one)(change["name"], change["label"], change["was"], change["now"])
                for change in changes_between(theirs, yours)
            ]
        elif one.field in ("reason", "effective_from"):
            shown.append(one)
    return StaleVersion(conflict.record, shown)
