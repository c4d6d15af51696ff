"""Writes of the register of key accounts: an approved selection, a veto, and where accounts stand."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import AccountStanding, Customer
from accounts.operations.standing import set_standing
from ka_crm.criteria.rules.settings import settings_from
from ka_crm.lib.bulk import chunked
from ka_crm.lib.versions import apply_changes
from ka_crm.people.models import User
from ka_crm.records.operations import record_change
from ka_crm.records.queries import business_today
from segmentation import access
from segmentation.ka_facts import vetoed_on
from segmentation.models import (
    ROUND_OPEN,
    KeyAccountTerm,
    Move,
    Proposal,
    RoundState,
    SelectionRound,
    Verdict,
    Veto,
    VetoKind,
)
from segmentation.operations.rounds import TO_DECIDE, RoundRefused, need_selector
from segmentation.queries.key_accounts import membership_rows, standing_of
from segmentation.rules.ka_register import tenure_end

_PART = 500


class ApproverNeeded(PermissionDenied):
    """A selection counts with the approval of somebody other than who opened or proposed it."""


def approve_round(*, by: User, round_: SelectionRound, version: int) -> SelectionRound:
    """Approve a selection: from its effective day (today, where that went by) the register says so.

    All or nothing, and once: a second approval finds another version. Raises ``ApproverNeeded``,
    ``RoundRefused`` while proposals are to be decided, ``StaleVersion``.
    """
    need_selector(by)
    if not access.may_approve_round(by, round_):
        raise ApproverNeeded
    with transaction.atomic():
        today = business_today()
        effective = max(round_.effective_on, today)
        changes = {
            "state": RoundState.APPROVED, "effective_on": effective, "closed_by": by, "closed_on": today,
        }  # fmt: skip
        state = SelectionRound.objects.select_for_update().values_list("state", flat=True).get(pk=round_.pk)
        if state != RoundState.REVIEW:
            raise RoundRefused(_("This selection is not under review."))
        apply_changes(round_, version=version, changes=changes)
        _need_decided(round_)
        counts = _write_terms(round_, effective, by)
        record_change(
            by=by, action="approve", record=round_, before={"state": RoundState.REVIEW},
            after={"state": RoundState.APPROVED, "effective_on": effective, **counts},
        )  # fmt: skip
    return round_


def _need_decided(round_: SelectionRound) -> None:
    waiting = round_.proposals.filter(move__in=TO_DECIDE, verdict=Verdict.OPEN).count()
    if waiting:
        text = ngettext("%(n)s proposal is still to decide.", "%(n)s proposals are still to decide.", waiting)
        raise RoundRefused(text % {"n": waiting})


def _write_terms(round_: SelectionRound, effective: dt.date, by: User) -> dict[str, int]:
    """End the terms of the scope on the effective day, and begin those of everybody on the list."""
    concerned = list(round_.proposals.exclude(move=Move.OUT).select_related("customer"))
    ids = sorted(row.customer_id for row in concerned)
    for part in chunked(ids, _PART):  # a veto waits until this is done, or is seen here
        list(Customer.objects.select_for_update().filter(pk__in=part).order_by("pk").values_list("pk"))
    vetoed = vetoed_on(effective)
    running = {
        term.customer_id: term
        for part in chunked(ids, _PART)
        for term in KeyAccountTerm.objects.filter(customer__in=part, to_on__isnull=True)
    }
    if any(term.from_on >= effective for term in running.values()):
        raise RoundRefused(_("The register was changed for a later day meanwhile."))
    listed = {row.customer_id: row for row in concerned if row.is_listed and row.customer_id not in vetoed}
    proposed = {row.customer_id: row for row in concerned}
    for pk, term in running.items():
        row = proposed[pk]
        KeyAccountTerm.objects.filter(pk=term.pk).update(
            to_on=effective,
            end_reason=str(_("Selected again")) if pk in listed else _end_reason(row),
            ended_by=by,
        )
    months = settings_from(round_.settings).tenure_months
    KeyAccountTerm.objects.bulk_create(
        [_term(row, running.get(pk), round_, effective, months, by) for pk, row in sorted(listed.items())]
    )
    refresh_key_account_standings(customers=ids)
    return {
        "key_accounts": len(listed),
        "entered": len(set(listed) - set(running)),
        "left": len(set(running) - set(listed)),
    }


def _term(
    row: Proposal,
    before: KeyAccountTerm | None,
    round_: SelectionRound,
    effective: dt.date,
    tenure_months: int,
    by: User,
) -> KeyAccountTerm:
    return KeyAccountTerm(
        customer_id=row.customer_id,
        from_on=effective,
        since_on=before.since_on if before else effective,
        tenure_until=before.tenure_until if before else tenure_end(effective, tenure_months),
        types=row.types,
        score=row.score,
        how="kept" if row.verdict == Verdict.REJECTED else row.decision,
        reason=row.verdict_reason,
        decided_by=row.decided_by or by,
        round=round_,
        criteria=round_.criteria,
    )


def _end_reason(row: Proposal) -> str:
    """Why a term ends: what somebody said, else what the criteria say (as keys, told in words by views)."""
    return row.verdict_reason or ",".join(row.failed) or row.left_out


def say_veto(*, by: User, customer: Customer, kind: str, evidence: str) -> Veto:
    """Take an account off the list at once, for insolvency or fraud. Raises ``ValidationError`` by field."""
    need_selector(by)
    errors = {}
    if kind not in VetoKind.values:
        errors["kind"] = _("Insolvency or fraud.")
    if not evidence.strip():
        errors["evidence"] = _("Say what shows it.")
    if errors:
        raise ValidationError(errors)
    today = business_today()
    try:
        with transaction.atomic():
            Customer.objects.select_for_update().get(pk=customer.pk)
            veto = Veto.objects.create(
                customer=customer, kind=kind, evidence=evidence.strip(), from_on=today, by=by
            )
            ended = _end_at_once(customer, today, by, veto)
            _leave_open_rounds(customer)
            record_change(
                by=by, action="create", record=veto, reason=evidence.strip(),
                after={"customer": customer, "kind": kind, "from_on": today, "terms_ended": ended},
            )  # fmt: skip
            refresh_key_account_standings(customers=[customer.pk])
    except IntegrityError as error:
        raise ValidationError(_("A veto stands against this account already.")) from error
    return veto


def _end_at_once(customer: Customer, today: dt.date, by: User, veto: Veto) -> int:
    """End what holds today; what was to begin later never does."""
    ended = 0
    for term in KeyAccountTerm.objects.filter(customer=customer):
        if term.to_on is not None and term.to_on <= today:
            continue
        term.to_on, term.ended_by = max(today, term.from_on), by
        term.end_reason = f"{veto.get_kind_display()}: {veto.evidence}"
        term.save(update_fields=["to_on", "ended_by", "end_reason"])
        ended += 1
    return ended


def _leave_open_rounds(customer: Customer) -> None:
    """A selection under way does not propose the account any more."""
    rows = Proposal.objects.filter(customer=customer, round__state__in=ROUND_OPEN)
    for row in rows.exclude(move=Move.OUT):
        Proposal.objects.filter(pk=row.pk).update(
            move=Move.OUT, failed=["veto", *(one for one in row.failed if one != "veto")],
            verdict=Verdict.OPEN, verdict_reason="", decided_by=None, decided_on=None,
            version=row.version + 1,
        )  # fmt: skip


def lift_veto(*, by: User, veto: Veto, reason: str) -> Veto:
    """Lift a veto; the account comes back with the next selection at the earliest."""
    need_selector(by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the veto is lifted.")})
    changes: dict[str, Any] = {
        "lifted_on": max(business_today(), veto.from_on), "lifted_by": by, "lift_reason": reason.strip(),
    }  # fmt: skip
    with transaction.atomic():
        if not Veto.objects.filter(pk=veto.pk, lifted_on__isnull=True).update(**changes):
            raise ValidationError(_("Somebody else lifted it already."))
        record_change(
            by=by,
            action="lift",
            record=veto,
            after={"lifted_on": changes["lifted_on"]},
            reason=reason.strip(),
        )
    veto.refresh_from_db()
    return veto


def refresh_key_account_standings(*, customers: list[int] | None = None) -> int:
    """Bring what the register says about these customers into their standings; return how many.

    Without ``customers``: everybody whom the register ever named, or whose standing says so.
    """
    today = business_today()
    terms = membership_rows(customers)
    if customers is None:
        marked = AccountStanding.objects.filter(ka_from_on__isnull=False).values_list("pk", flat=True)
        customers = sorted({*terms, *marked})
    for part in chunked(customers, _PART):
        set_standing(values={pk: standing_of(terms.get(pk, []), today) for pk in part})
    return len(customers)
