"""The steps of a selection: open, propose, decide, approve, cancel."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ka_crm.jobs.models import JobRun
from ka_crm.lib.editing import changed_in_place, form_in_place
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.models import User
from ka_crm.records.forms_once import sent_once
from segmentation import access
from segmentation.models import Move, Proposal, SelectionRound, Verdict
from segmentation.operations import rounds
from segmentation.operations.register import ApproverNeeded, approve_round
from segmentation.selection_forms import ReasonForm, RoundForm
from segmentation.views.shared import viewer_of

_GET_POST = ["GET", "POST"]


@require_http_methods(_GET_POST)
@sent_once
def new_round(request: HttpRequest) -> HttpResponse:
    """Begin a selection."""
    by = _selector(request)
    form = RoundForm(request.POST or None)

    def save(values: dict[str, Any]) -> str:
        round_ = rounds.open_round(
            by=by, effective_on=values["effective_on"], scope=values.get("scope", ""), note=values["note"]
        )
        return _url(round_)

    context = {
        "heading": _("New selection"),
        "back_url": reverse("segmentation:selection"),
        "back": _("Selection"),
        "save_label": _("Begin"),
        "intro": _("Once a year: the criteria propose, directors decide, somebody else approves."),
    }
    return form_in_place(request, form, save=save, said=_("The selection has begun."), context=context)


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute what the criteria propose, now or as a job."""
    by, round_ = _selector(request), _round(pk)

    def work() -> str:
        done = rounds.propose_or_job(by=by, round_=round_, version=_version(request))
        if isinstance(done, JobRun):
            return _("The proposals are being computed.")
        return _("Proposed by %(criteria)s.") % {"criteria": done.criteria}

    return _step(request, round_, work)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve: the register changes on the effective day."""
    by, round_ = _selector(request), _round(pk)

    def work() -> str:
        approve_round(by=by, round_=round_, version=_version(request))
        return _("Approved. The register changes on the day named.")

    return _step(request, round_, work)


@require_http_methods(_GET_POST)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a selection up, with the reason."""
    by, round_ = _selector(request), _round(pk)
    form = ReasonForm(
        request.POST or None, version=round_.version, help_text=_("The register stays as it is.")
    )

    def save(values: dict[str, Any]) -> str:
        rounds.cancel_round(by=by, round_=round_, **values)
        return _url(round_)

    context = {
        "heading": _("Give up %(round)s") % {"round": round_},
        "back_url": _url(round_),
        "back": round_,
        "save_label": _("Give up"),
    }
    return form_in_place(
        request, form, save=save, said=_("Given up."), record_url=_url(round_), context=context
    )


@require_POST
def accept(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """Accept one proposal, or open a decision again (``?open=1``)."""
    by, row = _selector(request), _proposal(pk, proposal)
    verdict = Verdict.OPEN if request.GET.get("open") else Verdict.ACCEPTED

    def work() -> str:
        rounds.decide_proposal(by=by, proposal=row, version=_version(request), verdict=verdict)
        if verdict == Verdict.OPEN:
            return _("%(name)s is to decide again.") % {"name": row.customer.name}
        return _("%(name)s: accepted.") % {"name": row.customer.name}

    return _step(request, row.round, work)


@require_http_methods(_GET_POST)
def reject(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """Turn a proposal round, with the reason."""
    by, row = _selector(request), _proposal(pk, proposal)
    stays = row.move == Move.LEAVE
    form = ReasonForm(
        request.POST or None,
        version=row.version,
        help_text=_("It is kept in the register and shown to whoever answers for the account."),
    )

    def save(values: dict[str, Any]) -> str:
        rounds.decide_proposal(
            by=by, proposal=row, version=values["version"], verdict=Verdict.REJECTED, reason=values["reason"]
        )
        return _back(request, row.round)

    heading = _("%(name)s stays after all") if stays else _("%(name)s is not to be a key account")
    context = {
        "heading": heading % {"name": row.customer.name},
        "back_url": _url(row.round),
        "back": row.round,
        "save_label": _("Keep it") if stays else _("Reject"),
    }
    return form_in_place(
        request, form, save=save, said=_("Decided."), record_url=_url(row.round), context=context
    )


@require_POST
def accept_many(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept all that is to decide (``all=1``), or what is chosen (``selected``)."""
    by, round_ = _selector(request), _round(pk)
    chosen = [int(one) for one in request.POST.getlist("selected") if one.isdigit() and len(one) < 19]

    def work() -> str:
        which = None if request.POST.get("all") else chosen
        done = rounds.accept_many(by=by, round_=round_, proposals=which)
        return ngettext("%(n)s proposal accepted.", "%(n)s proposals accepted.", done) % {"n": done}

    return _step(request, round_, work)


def _selector(request: HttpRequest) -> User:
    """The viewer, 403 for roles that do not select, before anything is looked up."""
    viewer = viewer_of(request)
    if not access.may_select(viewer):
        raise PermissionDenied
    return viewer


def _round(pk: int) -> SelectionRound:
    found: SelectionRound = get_object_or_404(SelectionRound.objects.select_related("criteria"), pk=pk)
    return found


def _proposal(pk: int, proposal: int) -> Proposal:
    rows = Proposal.objects.select_related("round", "customer")
    found: Proposal = get_object_or_404(rows, pk=proposal, round=pk)
    return found


def _step(request: HttpRequest, round_: SelectionRound, work: Callable[[], str]) -> HttpResponse:
    """Do a step; what is refused is told as a message, in place or on the round's page."""
    refused = ""
    said = ""
    try:
        said = work()
    except StaleVersion:
        refused = _("Somebody else was first. Look at it again.")
    except ApproverNeeded:
        refused = _("Somebody other than who opened or proposed it has to approve.")
    except ValidationError as error:
        refused = " ".join(error.messages)
    if request.headers.get("HX-Request"):
        if refused:
            return HttpResponse(refused, status=409, content_type="text/plain")
        return changed_in_place(said)
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, said)
    return redirect(_back(request, round_))


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _url(round_: SelectionRound) -> str:
    return reverse("segmentation:round", args=[round_.pk])


def _back(request: HttpRequest, round_: SelectionRound) -> str:
    """The list as it was, where the form says so."""
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return back
    return _url(round_)
