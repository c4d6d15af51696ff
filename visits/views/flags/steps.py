"""The steps of a flag as forms: assign, plan, inspect, move, close, open again, note, a whole round."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ka_crm.lib.conflict import conflict_page
from ka_crm.lib.editing import CHANGED, changed_in_place, form_in_place
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from visits import flag_forms
from visits.models import Flag, FlagOutcome, FlagState, Inspection
from visits.operations import flags as operations
from visits.operations.flag_settings import set_minimum_gap
from visits.operations.inspections import record_inspection
from visits.permissions import may_set_flags
from visits.queries.flags import facts_of, flag_seen_by, flags_seen_by, inspections_seen_by, minimum_gap
from visits.rules.flag_life import outcomes_open
from visits.views.flags.page import flag_context
from visits.views.flags.shared import for_movers, for_readers

_GET_POST = ["GET", "POST"]
_ROUND = 60


@require_http_methods(_GET_POST)
@for_movers
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who answers for a flag."""
    flag = flag_seen_by(viewer_of(request), pk)
    form = flag_forms.AssignForm(request.POST or None, record=flag)

    def save(values: dict[str, Any]) -> str:
        operations.assign_flag(
            by=viewer_of(request), flag=flag, version=values["version"], supervisor=values["supervisor"]
        )
        return _address(flag)

    return _step(request, flag, form, save, _("Assigned."), _("Who answers for %(store)s?"))


@require_http_methods(_GET_POST)
@for_movers
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who inspects the store, and when."""
    flag = flag_seen_by(viewer_of(request), pk)
    planned = flag.inspections.filter(done_on__isnull=True).first()
    form = flag_forms.PlanForm(request.POST or None, record=flag, viewer=viewer_of(request), planned=planned)

    def save(values: dict[str, Any]) -> str:
        operations.plan_inspection(by=viewer_of(request), flag=flag, **values)
        return _address(flag)

    return _step(request, flag, form, save, _("Inspection planned."), _("Inspect %(store)s"))


@require_http_methods(_GET_POST)
@for_movers
def findings(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what an inspection found."""
    inspection: Inspection = get_object_or_404(inspections_seen_by(viewer_of(request)), pk=pk)
    form = flag_forms.FindingsForm(request.POST or None, request.FILES or None, record=inspection)

    def save(values: dict[str, Any]) -> str:
        record_inspection(
            by=viewer_of(request), inspection=inspection, version=values["version"], found=form.found(),
            note=values["note"],
        )  # fmt: skip
        return _address(inspection.flag)

    return _step(request, inspection.flag, form, save, _("Findings saved."), _("Findings: %(store)s"))


@require_http_methods(_GET_POST)
@for_movers
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a flag's life with an outcome."""
    flag = flag_seen_by(viewer_of(request), pk)
    offered = outcomes_open(facts_of(flag), tuple(FlagOutcome.values))
    form = flag_forms.CloseForm(request.POST or None, record=flag, outcomes=offered)

    def save(values: dict[str, Any]) -> str:
        operations.close_flag(by=viewer_of(request), flag=flag, **values)
        return _address(flag)

    return _step(request, flag, form, save, _("Flag closed."), _("Close the flag of %(store)s"))


@require_http_methods(_GET_POST)
@for_readers
@sent_once
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write something down about a flag."""
    flag = flag_seen_by(viewer_of(request), pk)
    form = flag_forms.NoteForm(request.POST or None)

    def save(values: dict[str, Any]) -> str:
        operations.note_flag(by=viewer_of(request), flag=flag, text=values["text"])
        return _address(flag)

    return _step(request, flag, form, save, _("Note saved."), _("Note on %(store)s"))


@require_POST
@for_movers
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a flag a step on or back that asks for nothing more."""
    flag = flag_seen_by(viewer_of(request), pk)
    to = request.POST.get("to", "")
    return _moved(
        request,
        flag,
        lambda version: operations.move_flag(by=viewer_of(request), flag=flag, version=version, to=to),
        _("Moved to %(state)s.") % {"state": dict(FlagState.choices).get(to, to)},
    )


@require_POST
@for_movers
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed flag again."""
    flag = flag_seen_by(viewer_of(request), pk)
    return _moved(
        request,
        flag,
        lambda version: operations.reopen_flag(by=viewer_of(request), flag=flag, version=version),
        _("The flag is open again."),
    )


@require_http_methods(_GET_POST)
@for_movers
@sent_once
def plan_round(request: HttpRequest) -> HttpResponse:
    """Plan one round of inspections: of a chain's flagged stores, or of those chosen in the list."""
    viewer = viewer_of(request)
    offered = _offered(request)
    if not offered:
        messages.info(request, _("All flagged stores of this choice are being inspected already."))
        if request.headers.get("HX-Request"):
            return changed_in_place(_("All flagged stores of this choice are being inspected already."))
        return redirect("flags:chains")
    form = flag_forms.RoundForm(request.POST or None, offered=offered, viewer=viewer)

    def save(values: dict[str, Any]) -> str:
        operations.plan_round(
            by=viewer, flags=form.chosen(), inspector=values["inspector"], planned_on=values["planned_on"],
            note=values["note"],
        )  # fmt: skip
        return reverse("flags:board")

    heading = ngettext("One round for %(n)s store", "One round for %(n)s stores", len(offered))
    return form_in_place(
        request,
        form,
        save=save,
        said=_("The round is planned."),
        record_url=reverse("flags:board"),
        context={
            "heading": heading % {"n": len(offered)},
            "back_url": reverse("flags:chains"),
            "back": _("Flags by chain"),
            "save_label": _("Plan the round"),
        },
    )


@require_http_methods(_GET_POST)
def settings(request: HttpRequest) -> HttpResponse:
    """Set the smallest gap that the first list shows."""
    if not may_set_flags(viewer_of(request)):
        raise PermissionDenied
    form = flag_forms.MinimumGapForm(request.POST or None, initial={"amount": minimum_gap()})

    def save(values: dict[str, Any]) -> str:
        set_minimum_gap(by=viewer_of(request), amount=values["amount"])
        return reverse("flags:list")

    context = {
        "heading": _("The short list of flags"),
        "intro": _(
            "A short list, not a flood: the ten largest gaps come first, and nothing smaller than this."
        ),
        "back_url": reverse("flags:list"),
        "back": _("Flags"),
    }
    return form_in_place(request, form, save=save, said=_("Saved."), context=context)


def _offered(request: HttpRequest) -> list[Flag]:
    """Flagged stores that nobody inspects yet, of a chain or chosen by hand."""
    rows = flags_seen_by(viewer_of(request)).filter(state=FlagState.FLAGGED, store__archived_at__isnull=True)
    chosen = [value for value in request.GET.getlist("selected") if value.isdecimal() and len(value) < 19]
    if chosen:
        rows = rows.filter(pk__in=chosen[: operations.MOST_AT_ONCE])
    elif request.GET.get("chain"):
        rows = rows.filter(store__customer__code=request.GET["chain"].replace("\x00", ""))
    else:
        raise Http404
    if request.method == "POST":  # with the versions that were shown, so that a conflict is noticed
        return as_shown(request, flags_seen_by(viewer_of(request)))
    return list(rows.order_by("-opening_gap_amount", "pk")[:_ROUND])


def as_shown(request: HttpRequest, rows: Any) -> list[Flag]:
    """Return the flags of a form that was sent, with the versions that it had shown."""
    shown = dict(value.split(":", 1) for value in request.POST.getlist("flags") if ":" in value)
    numbers = [pk for pk in shown if pk.isdecimal() and len(pk) < 19]
    flags = list(rows.filter(pk__in=numbers).order_by("-opening_gap_amount", "pk"))
    for flag in flags:
        if shown[str(flag.pk)].isdecimal() and len(shown[str(flag.pk)]) < 10:
            flag.version = int(shown[str(flag.pk)])
    return flags


def _address(flag: Flag) -> str:
    return reverse("flags:flag", args=[flag.pk])


def _step(request: HttpRequest, flag: Flag, form: Any, save: Any, said: str, heading: str) -> HttpResponse:
    return form_in_place(
        request,
        form,
        save=save,
        said=said,
        record_url=_address(flag),
        context={
            "heading": heading % {"store": flag.store.name},
            "back_url": _address(flag),
            "back": flag.store.name,
        },
    )


def _moved(request: HttpRequest, flag: Flag, work: Any, said: str) -> HttpResponse:
    """Do a step that has no form of its own, and go back where it was asked for."""
    version = request.POST.get("version", "")
    in_place = bool(request.headers.get("HX-Request"))
    try:
        work(int(version) if version.isdecimal() and len(version) < 10 else 0)
    except StaleVersion as conflict:
        if in_place:
            text = _("Somebody else was first; the page shows where the flag is now.")
            return _told(409, {"ka:notice": {"text": text, "tone": "error"}, CHANGED: {}})
        return conflict_page(request, conflict, record_url=_address(flag))
    except ValidationError as error:
        text = " ".join(error.messages)
        if in_place:
            return _told(422, {"ka:notice": {"text": text, "tone": "error"}})
        messages.error(request, text)
        context = flag_context(flag_seen_by(viewer_of(request), flag.pk), viewer_of(request))
        return render(request, "visits/flags/flag.html", context, status=422)
    if in_place:
        return changed_in_place(said)
    messages.success(request, said)
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if back.startswith("/") and is_ours else _address(flag))


def _told(status: int, events: dict[str, Any]) -> HttpResponse:
    """Answer htmx with a line at the bottom and nothing to swap."""
    return HttpResponse(status=status, headers={"HX-Trigger": json.dumps(events), "HX-Reswap": "none"})
