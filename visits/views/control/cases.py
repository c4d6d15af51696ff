"""Case files: opened from lots seen, with evidence, closed by a person, printable."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ka_crm.lib.conflict import conflict_page
from ka_crm.lib.editing import changes_of, form_page
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.viewer import viewer_of
from ka_crm.records.files import file_response
from ka_crm.records.forms_once import sent_once
from visits.control_access import may_trace
from visits.control_forms import CaseForm, CloseCaseForm, EvidenceForm
from visits.models import DiversionCase, LotSighting
from visits.operations import diversion_cases
from visits.queries.diversion import cases_seen_by, judged_lots, lot_sightings_seen_by
from visits.views.control.diversion import lot_words
from visits.views.control.shared import control_context, for_control, require


def _case(request: HttpRequest, pk: int) -> DiversionCase:
    """Return the case; to those who may not see it, it does not exist."""
    rows = cases_seen_by(viewer_of(request)).select_related("customer", "opened_by")
    return get_object_or_404(rows, pk=pk)


def _url(case: DiversionCase) -> str:
    return reverse("control:case", args=[case.pk])


def _context(heading: str, case: DiversionCase) -> dict[str, Any]:
    return {"heading": heading, "back_url": _url(case), "back": case.title}


@require_safe
@for_control
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A case: the lots seen, the evidence, and what came of it. It prints as a file of its own."""
    case = _case(request, pk)
    viewer, words = viewer_of(request), lot_words()
    seen = lot_sightings_seen_by(viewer).filter(cases=case).select_related("store__customer", "product", "by")
    context = {
        **control_context(viewer, "diversion"),
        "case": case,
        "is_open": case.state == "open",
        "lots": [{"one": one, "word": words[one.result]} for one in judged_lots(seen)],
        "evidence": case.evidence.select_related("file", "by"),
    }
    return render(request, "visits/control/case.html", context)


@require_http_methods(["GET", "POST"])
@for_control
@sent_once
def new_case(request: HttpRequest) -> HttpResponse:
    """Open a case; ``?sighting=`` names the lots seen that led to it."""
    viewer = viewer_of(request)
    require(may_trace(viewer))
    sightings = _sightings(request)
    initial: dict[str, Any] = {}
    if sightings:
        first = sightings[0]
        initial = {
            "title": _("Lot %(lot)s in %(store)s") % {"lot": first.lot, "store": first.store.name},
            "customer": first.store.customer.code,
        }
    form = CaseForm(request.POST or None, viewer=viewer, initial=initial)

    def save(values: dict[str, Any]) -> str:
        return _url(diversion_cases.open_case(by=viewer, values=values, sightings=sightings))

    context = {
        "heading": _("Open a case"),
        "intro": _("A case collects what points to goods leaving their territory. A person decides, later."),
        "back_url": reverse("control:diversion"),
        "back": _("Diversion"),
    }
    return form_page(request, form, save=save, said=_("The case is open."), context=context)


def _sightings(request: HttpRequest) -> list[LotSighting]:
    numbers = [text for text in request.GET.getlist("sighting")[:50] if text.isascii() and text.isdigit()]
    wanted = {int(text) for text in numbers if len(text) < 19}
    rows = lot_sightings_seen_by(viewer_of(request)).filter(pk__in=wanted).select_related("store__customer")
    found = list(rows)
    if len(found) != len(wanted):
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@for_control
def edit_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what an open case is about."""
    case, viewer = _case(request, pk), viewer_of(request)
    form = CaseForm(request.POST or None, instance=case, viewer=viewer)

    def save(values: dict[str, Any]) -> str:
        diversion_cases.change_case(by=viewer, case=case, version=values["version"], changes=changes_of(form))
        return _url(case)

    context = _context(_("Edit the case"), case)
    return form_page(request, form, save=save, said=_("Saved."), record_url=_url(case), context=context)


@require_http_methods(["GET", "POST"])
@for_control
@sent_once
def new_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Add evidence to a case, with a file."""
    case, viewer = _case(request, pk), viewer_of(request)
    form = EvidenceForm(request.POST or None, request.FILES or None)

    def save(values: dict[str, Any]) -> str:
        upload = values.pop("file", None)
        diversion_cases.add_evidence(by=viewer, case=case, values=values, upload=upload)
        return _url(case)

    return form_page(request, form, save=save, said=_("Saved."), context=_context(_("Add evidence"), case))


@require_safe
@for_control
def evidence_file(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """Hand out the file of a piece of evidence to those who may see the case."""
    evidence = get_object_or_404(_case(request, pk).evidence.select_related("file"), pk=number)
    if evidence.file is None:
        raise Http404
    return file_response(evidence.file)


@require_safe
@for_control
def lot_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the photo of a lot seen to those who may see its store."""
    seen = get_object_or_404(lot_sightings_seen_by(viewer_of(request)).select_related("photo"), pk=pk)
    if seen.photo is None:
        raise Http404
    return file_response(seen.photo, inline=True)


@require_http_methods(["GET", "POST"])
@for_control
def close_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a case with its outcome."""
    case, viewer = _case(request, pk), viewer_of(request)
    form = CloseCaseForm(request.POST or None, initial={"version": case.version, "outcome": case.outcome})

    def save(values: dict[str, Any]) -> str:
        diversion_cases.close_case(by=viewer, case=case, **values)
        return _url(case)

    context = {**_context(_("Close the case"), case), "save_label": _("Close the case")}
    said = _("The case is closed.")
    return form_page(request, form, save=save, said=said, record_url=_url(case), context=context)


@require_POST
@for_control
def reopen_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed case again."""
    case = _case(request, pk)
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    try:
        diversion_cases.reopen_case(by=viewer_of(request), case=case, version=version)
        messages.success(request, _("The case is open again."))
    except StaleVersion as conflict:
        return conflict_page(request, conflict, record_url=_url(case))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_url(case))
