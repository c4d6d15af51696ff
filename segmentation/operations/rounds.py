"""The yearly selection: open, propose, decide, cancel. Approving it stands in ``register``."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.operations import ensure_published_criteria
from ka_crm.criteria.queries import criteria_on, settings_of
from ka_crm.criteria.rules.effective import NoVersionForDate
from ka_crm.criteria.rules.settings import region_values, settings_from
from ka_crm.criteria.scopes import known_scopes
from ka_crm.jobs.models import JobRun
from ka_crm.jobs.operations import start_job
from ka_crm.lib.bulk import chunked
from ka_crm.lib.versions import apply_changes, stale
from ka_crm.people.models import User
from ka_crm.records.operations import record_change
from ka_crm.records.queries import business_today
from segmentation import access
from segmentation.models import Move, Proposal, RoundState, SelectionRound, Verdict
from segmentation.operations.proposing import Proposed, proposals_for
from segmentation.preview import LIVE_LIMIT
from segmentation.queries import current_run
from segmentation.review_mark import NO_REVIEW

#: The kind of job that proposes where there are many customers (``segmentation.job_bodies``).
KIND = "propose_key_accounts"
_WRITE = 500
#: What can be accepted or turned round; who stays out is nominated or not.
DECIDABLE = (Move.ENTER, Move.STAY, Move.LEAVE)
#: What has to be decided by a person before a round can be approved.
TO_DECIDE = (Move.ENTER, Move.LEAVE)
_RESULT = (
    "move", "score", "rank", "types", "failed", "decision", "left_out", "is_provisional", "is_rising",
    "quadrant", "potential", "own_sales", "explanation",
)  # fmt: skip
_VERDICT = ("verdict", "verdict_reason", "decided_by_id", "decided_on")


class RoundRefused(ValidationError):
    """A step that the state of a round does not allow, with the reason in words."""


def open_round(*, by: User, effective_on: dt.date, scope: str = "", note: str = "") -> SelectionRound:
    """Begin a selection; one of a scope goes on at a time. Raises ``ValidationError`` by field."""
    need_selector(by)
    if scope and scope not in known_scopes():
        raise ValidationError({"scope": _("There is no such region.")})
    if effective_on < business_today():
        raise ValidationError({"effective_on": _("The register is not changed for days gone by.")})
    approved = SelectionRound.objects.filter(
        scope=scope, state=RoundState.APPROVED, effective_on__gte=effective_on
    )
    if approved.exists():
        raise ValidationError({"effective_on": _("A later selection is approved already.")})
    round_ = SelectionRound(
        scope=scope, effective_on=effective_on, note=note.strip(), opened_by=by, opened_on=business_today()
    )
    try:
        with transaction.atomic():
            round_.save(force_insert=True)
            record_change(
                by=by, action="create", record=round_, after={"effective_on": effective_on, "scope": scope}
            )
    except IntegrityError as error:
        raise ValidationError(_("A selection goes on already. Finish or cancel it first.")) from error
    return round_


def propose_or_job(*, by: User, round_: SelectionRound, version: int) -> SelectionRound | JobRun:
    """Propose now, or return the unfinished job that does it where there are many customers."""
    need_selector(by)
    run = current_run()
    if run is None or run.customers <= LIVE_LIMIT:
        return propose(by=by, round_=round_, version=version)
    need_open(round_)
    if round_.version != version:
        raise stale(round_, {})
    return start_job(kind=KIND, key=f"round:{round_.pk}", params={"round": round_.pk}, by=by)


def propose(
    *,
    by: User,
    round_: SelectionRound,
    version: int,
    progress: Callable[[int, int, str], None] | None = None,
) -> SelectionRound:
    """Compute what the criteria of the effective day propose, from the current run.

    What was decided about a proposal that comes out the same stays. While it is written the round is being
    collected, so that nobody decides on half of it. Raises ``RoundRefused``, ``StaleVersion``.
    """
    need_selector(by)
    need_open(round_)
    tell = progress or (lambda done, total, phase: None)
    run = current_run()
    if run is None:
        raise RoundRefused(_("Nothing was computed yet; start a run first."))
    criteria = criteria_for(round_)
    tell(0, 0, "reading and computing")
    settings, company = settings_of(criteria), None
    if criteria.scope:
        company = settings_of(criteria_on(round_.effective_on))
        settings = settings_from(region_values(company.as_json(), settings.as_json()))
    proposed = proposals_for(
        run=run, settings=settings, scope=round_.scope, effective_on=round_.effective_on, company=company
    )
    with transaction.atomic():
        apply_changes(round_, version=version, changes={"state": RoundState.COLLECT})
    _write(round_, proposed, tell)
    with transaction.atomic():
        changes: dict[str, Any] = {
            "state": RoundState.REVIEW,
            "run": run,
            "criteria": criteria,
            "settings": settings.as_json(),
            "summary": proposed.summary,
            "proposed_by": by,
            "proposed_on": business_today(),
        }
        apply_changes(round_, version=round_.version, changes=changes)
        after = {"state": RoundState.REVIEW, "run": run, "criteria": criteria, **proposed.summary}
        record_change(by=by, action="propose", record=round_, after=after)
    cache.delete(NO_REVIEW)
    return round_


def criteria_for(round_: SelectionRound) -> CriteriaVersion:
    """Return the criteria that hold on the effective day of a round; nobody is selected by guessed ones."""
    ensure_published_criteria()
    try:
        return criteria_on(round_.effective_on, round_.scope)
    except NoVersionForDate as error:
        raise RoundRefused(_("No criteria hold on the day from which this selection counts.")) from error


def _write(round_: SelectionRound, proposed: Proposed, tell: Callable[[int, int, str], None]) -> None:
    """Write the rows in short transactions; a row that comes out with another move is to be decided anew."""
    decided = {
        row["customer_id"]: row
        for row in Proposal.objects.filter(round=round_)
        .exclude(verdict=Verdict.OPEN)
        .values("customer_id", "move", *_VERDICT)
    }
    fresh = {"verdict": Verdict.OPEN, "verdict_reason": "", "decided_by_id": None, "decided_on": None}
    written = 0
    here: set[int] = set()
    for part in chunked(proposed.rows, _WRITE):
        rows = []
        for values in part:
            kept = decided.get(values["customer_id"])
            same = kept is not None and kept["move"] == values["move"]
            verdict = {name: kept[name] for name in _VERDICT} if same and kept else fresh
            rows.append(Proposal(round=round_, **values, **verdict))
        names = [*_RESULT, *(name.removesuffix("_id") for name in _VERDICT)]
        with transaction.atomic():
            Proposal.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["round", "customer"], update_fields=names
            )
        written += len(part)
        here.update(row.customer_id for row in rows)
        tell(written, proposed.count, "writing results")
    stored = set(Proposal.objects.filter(round=round_).values_list("customer_id", flat=True))
    for part in chunked(sorted(stored - here), _WRITE):
        Proposal.objects.filter(round=round_, customer__in=part).delete()


def decide_proposal(
    *, by: User, proposal: Proposal, version: int, verdict: str, reason: str = ""
) -> Proposal:
    """Accept a proposal, turn it round with a reason, or leave it open again.

    Raises ``RoundRefused`` where the round is not under review or a veto stands, ``StaleVersion``.
    """
    need_selector(by)
    with transaction.atomic():
        round_ = _under_review(proposal.round_id)
        _check_verdict(proposal, verdict, reason)
        _decide(by, proposal, version, verdict, reason)
    proposal.round = round_
    return proposal


def accept_many(*, by: User, round_: SelectionRound, proposals: Iterable[int] | None = None) -> int:
    """Accept what is still to decide, or the open proposals of these ids; return how many."""
    need_selector(by)
    with transaction.atomic():
        _under_review(round_.pk)
        moves = TO_DECIDE if proposals is None else DECIDABLE
        rows = Proposal.objects.filter(round=round_, verdict=Verdict.OPEN, move__in=moves)
        if proposals is not None:
            rows = rows.filter(pk__in=list(proposals))
        found = list(rows.select_related("customer"))
        for row in found:
            _decide(by, row, row.version, Verdict.ACCEPTED, "")
    return len(found)


def cancel_round(*, by: User, round_: SelectionRound, version: int, reason: str) -> SelectionRound:
    """Give a selection up; what it proposed stays to be read, the register stays as it is."""
    need_selector(by)
    need_open(round_)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the selection is given up.")})
    with transaction.atomic():
        before = {"state": round_.state}
        changes = {
            "state": RoundState.CANCELLED,
            "closed_by": by,
            "closed_on": business_today(),
            "close_reason": reason.strip(),
        }
        apply_changes(round_, version=version, changes=changes)
        record_change(
            by=by, action="cancel", record=round_, before=before, after={"state": RoundState.CANCELLED},
            reason=reason.strip(),
        )  # fmt: skip
    return round_


def need_selector(by: User) -> None:
    """Raise ``PermissionDenied`` unless the role reviews selections."""
    if not access.may_select(by):
        raise PermissionDenied


def need_open(round_: SelectionRound) -> None:
    """Raise ``RoundRefused`` for a round that is over."""
    if not round_.is_open:
        raise RoundRefused(_("This selection is over."))


def _under_review(pk: int) -> SelectionRound:
    """The round of this id, held until the transaction ends, so that it is not approved meanwhile."""
    round_ = SelectionRound.objects.select_for_update().get(pk=pk)
    if round_.state != RoundState.REVIEW:
        raise RoundRefused(_("This selection is not under review."))
    return round_


def _check_verdict(proposal: Proposal, verdict: str, reason: str) -> None:
    if verdict not in Verdict.values:
        raise ValidationError({"verdict": _("Accepted, rejected, or open again.")})
    if proposal.move not in DECIDABLE:
        raise RoundRefused(_("There is nothing to decide: nominate the account instead."))
    if verdict == Verdict.REJECTED:
        if not reason.strip():
            raise ValidationError({"reason": _("Say why; the reason is kept for good.")})
        if proposal.move == Move.LEAVE and "veto" in proposal.failed:
            raise RoundRefused(_("A veto stands against this account; lift it first."))
        if proposal.move == Move.LEAVE and proposal.explanation.get("absent"):
            raise RoundRefused(_("The account is not among those computed any more."))


def _decide(by: User, proposal: Proposal, version: int, verdict: str, reason: str) -> None:
    before = {"verdict": proposal.verdict}
    is_open = verdict == Verdict.OPEN
    changes = {
        "verdict": verdict,
        "verdict_reason": reason.strip(),
        "decided_by": None if is_open else by,
        "decided_on": None if is_open else business_today(),
    }
    apply_changes(proposal, version=version, changes=changes)
    record_change(
        by=by, action="decide", record=proposal, before=before, after={"verdict": verdict},
        reason=reason.strip(),
    )  # fmt: skip
