"""``/segmentation/selection/``: all rounds and what waits; one round with its proposals."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from ka_crm.jobs.models import UNFINISHED, JobRun
from ka_crm.lib.exports import csv_response, xlsx_response
from ka_crm.lib.keyset import BadCursor, keyset_page
from ka_crm.lib.money import from_scaled
from ka_crm.people.models import User
from segmentation import access
from segmentation.models import (
    Move,
    NominationState,
    Proposal,
    RoundState,
    SelectionRound,
    Verdict,
    Veto,
)
from segmentation.operations.rounds import DECIDABLE, KIND
from segmentation.queries import current_run
from segmentation.queries.key_accounts import nominations_for
from segmentation.queries.selection import (
    READABLE,
    VIEWS,
    counts_of,
    kams_in,
    loads_of,
    order_of,
    proposals_of,
    rounds_newest_first,
)
from segmentation.views import selection_words as words
from segmentation.views.load_rule import LOAD_BAND, load_row
from segmentation.views.register import typed
from segmentation.views.shared import for_readers, viewer_of

PAGE_SIZE = 50
_ROUNDS = 50
_LABELS = {
    "decide": gettext_lazy("To decide"),
    "enter": gettext_lazy("Enter"),
    "leave": gettext_lazy("Leave"),
    "stay": gettext_lazy("Stay"),
    "rising": gettext_lazy("Rising"),
    "out": gettext_lazy("Not selected"),
}


@require_GET
@for_readers
def selection(request: HttpRequest) -> HttpResponse:
    """Show all selections, nominations that wait, and vetoes that stand."""
    viewer = viewer_of(request)
    vetoes = Veto.objects.filter(lifted_on__isnull=True).visible_to(viewer)  # type: ignore[attr-defined]
    waiting = nominations_for(viewer, states=[NominationState.OPEN, NominationState.APPROVED])
    nominations = [
        {
            "nomination": one,
            "may_decide": access.may_decide_nomination(viewer, one),
            "may_withdraw": access.may_withdraw(viewer, one),
        }
        for one in waiting[:100]
    ]
    context = {
        "rounds": list(rounds_newest_first()[:_ROUNDS]),
        "open": rounds_newest_first().filter(state__in=[RoundState.COLLECT, RoundState.REVIEW]).first(),
        "nominations": nominations,
        "vetoes": list(vetoes.select_related("customer", "by")[:100]),
        "may_select": access.may_select(viewer),
        "here": request.get_full_path(),
    }
    return render(request, "segmentation/selection.html", context)


@require_GET
@for_readers
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a round: its steps, what it proposes, the load of the KAMs."""
    round_ = _round(pk)
    viewer = viewer_of(request)
    context: dict[str, Any] = {
        "round": round_,
        "steps": _steps(round_),
        "may_select": access.may_select(viewer),
        "may_approve": access.may_approve_round(viewer, round_),
        "is_all": viewer.role in access.SEE_ALL,
        "has_run": current_run() is not None,
        "job": _job(round_),
        "here": request.get_full_path(),
    }
    if round_.state in READABLE or round_.state == RoundState.CANCELLED:
        context |= _proposals(request, round_, viewer)
    return render(request, "segmentation/round.html", context)


@require_GET
@for_readers
def progress(request: HttpRequest, pk: int, job_id: int) -> HttpResponse:
    """Answer with how far the proposing is; done, the page is read anew."""
    job = get_object_or_404(JobRun, pk=job_id, kind=KIND, key=f"round:{pk}")
    response = render(request, "components/job_progress.html", {"job": _progress_of(job)})
    if job.state == "done":
        response["HX-Refresh"] = "true"
    return response


@require_GET
@for_readers
def round_download(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Answer with the proposals of a view as CSV or XLSX."""
    round_ = _round(pk)
    if kind not in ("csv", "xlsx") or round_.state == RoundState.COLLECT:
        raise Http404
    header = [
        _("code"), _("account"), _("KAM"), _("move"), _("score"), _("place"), _("reasons"), _("why"),
        _("fails"), _("buys at all"), _("ours"), _("verdict"), _("reason"), _("decided by"),
    ]  # fmt: skip
    lines = (
        [
            row.customer.code, row.customer.name, str(row.customer.kam or ""), row.get_move_display(),
            row.score, row.rank or None, words.types_text(row.types), words.move_reason(row),
            ", ".join(chip["reason"] for chip in words.failed_words(row)), _money(row.potential),
            _money(row.own_sales), row.get_verdict_display(), row.verdict_reason, str(row.decided_by or ""),
        ]
        for row in _found(request, round_, viewer_of(request), _view_of(request))
    )  # fmt: skip
    name = f"selection-{round_.effective_on.isoformat()}"
    return csv_response(name, header, lines) if kind == "csv" else xlsx_response(name, header, lines)


def _round(pk: int) -> SelectionRound:
    found: SelectionRound = get_object_or_404(rounds_newest_first(), pk=pk)
    return found


def _view_of(request: HttpRequest, default: str = "") -> str:
    view = request.GET.get("view", default)
    return view if view in VIEWS else default


def _found(request: HttpRequest, round_: SelectionRound, viewer: User, view: str) -> Any:
    asked = {name: typed(request, name) for name in ("type", "kam", "q")}
    return proposals_of(round_, viewer, view=view, type_=asked["type"], kam=asked["kam"], text=asked["q"])


def _proposals(request: HttpRequest, round_: SelectionRound, viewer: User) -> dict[str, Any]:
    counts = counts_of(round_, viewer)
    is_review = round_.state == RoundState.REVIEW
    view = _view_of(request, "decide" if is_review and counts["decide"] else "enter")
    rows = _found(request, round_, viewer, view)
    order = order_of(view)
    try:
        page = keyset_page(
            rows, order=order, size=PAGE_SIZE,
            after=request.GET.get("after", ""), before=request.GET.get("before", ""),
        )  # fmt: skip
    except BadCursor:
        page = keyset_page(rows, order=order, size=PAGE_SIZE)
    may_decide = is_review and access.may_select(viewer)
    return {
        "counts": counts,
        "view": view,
        "views": [
            {
                "label": f"{_LABELS[key]} {counts[key]}",
                "url": f"?view={key}",
                "active": key == view,
            }
            for key in VIEWS
            if key != "decide" or is_review
        ],
        "rows": [_row(row, may_decide) for row in page.rows],
        "after": page.after,
        "before": page.before,
        "types": [(key, str(label)) for key, label in words.TYPES.items()],
        "kams": kams_in(round_, viewer),
        "asked": {name: request.GET.get(name, "") for name in ("type", "kam", "q")},
        "is_filtered": any(request.GET.get(name) for name in ("type", "kam", "q")),
        "may_decide": may_decide,
        "loads": [load_row(one) for one in loads_of(round_, viewer)],
        "load_band": LOAD_BAND,
        "by_score": round_.settings.get("ka_rank_by") == "score",
        "download": request.GET.urlencode(),
    }


def _row(row: Proposal, may_decide: bool) -> dict[str, Any]:
    is_decidable = row.move in DECIDABLE
    return {
        "proposal": row,
        "customer": row.customer,
        "types": [str(words.TYPES.get(one, one)) for one in row.types],
        "failed": words.failed_words(row),
        "doubts": words.doubts(row),
        "why": words.move_reason(row),
        "may_decide": may_decide and is_decidable,
        "is_open": row.verdict == Verdict.OPEN,
        "is_rejected": row.verdict == Verdict.REJECTED,
        "otherwise": _("Stays after all") if row.move == Move.LEAVE else _("Does not enter"),
    }


def _steps(round_: SelectionRound) -> list[dict[str, Any]]:
    """The life of a round, left to right."""
    order = [RoundState.COLLECT, RoundState.REVIEW, RoundState.APPROVED]
    is_over = round_.state == RoundState.CANCELLED
    at = order.index(RoundState(round_.state)) if round_.state in order else 0

    def state(place: int) -> str:
        if is_over:
            return "done" if place == 0 or (place == 1 and round_.proposed_by_id) else "next"
        return "done" if place < at else "current" if place == at else "next"

    proposed = [str(round_.proposed_by)] if round_.proposed_by else []
    if round_.proposed_on:
        proposed.append(date_format(round_.proposed_on, "j M Y"))
    closed = [str(round_.closed_by)] if round_.closed_by else []
    if round_.closed_on:
        closed.append(date_format(round_.closed_on, "j M Y"))
    approved = round_.state == RoundState.APPROVED
    return [
        {
            "label": _("Collect"), "state": state(0),
            "lines": [str(round_.opened_by), date_format(round_.opened_on, "j M Y")],
        },
        {"label": _("Propose and review"), "state": state(1), "lines": proposed},
        {
            "label": _("Cancelled") if is_over else _("Approve"),
            "state": "current" if is_over else "done" if approved else state(2),
            "lines": closed,
        },
        {
            "label": _("The register changes"),
            "state": "current" if approved else "next",
            "lines": [date_format(round_.effective_on, "j M Y")],
        },
    ]  # fmt: skip


def _job(round_: SelectionRound) -> dict[str, Any] | None:
    job = JobRun.objects.filter(kind=KIND, key=f"round:{round_.pk}", state__in=UNFINISHED).first()
    return _progress_of(job) if job else None


def _progress_of(job: JobRun) -> dict[str, Any]:
    messages = {"failed": _("failed: %(error)s") % {"error": job.error}, "cancelled": _("stopped")}
    pk = job.key.removeprefix("round:")
    return {
        "label": _("Proposing"),
        "done": job.done,
        "total": job.total,
        "url": reverse("segmentation:round_progress", args=[pk, job.pk]),
        "is_finished": job.is_finished,
        "state": job.state,
        "message": messages.get(job.state, ""),
    }


def _money(scaled: int | None) -> Any:
    return None if scaled is None else from_scaled(scaled)
