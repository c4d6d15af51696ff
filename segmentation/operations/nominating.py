"""Writes of nominations: put forward by one person with evidence, approved by another, for a time."""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.rules.assessments import months_later
from ka_crm.lib.versions import apply_changes
from ka_crm.people.models import User
from ka_crm.records.editing import create_record
from ka_crm.records.operations import record_change
from ka_crm.records.queries import business_today
from segmentation import access
from segmentation.models import Nomination, NominationKind, NominationState

#: A nomination is looked at anew after two years at the latest (own choice).
LONGEST_MONTHS = 24


def nominate(
    *,
    by: User,
    customer: Customer,
    kind: str,
    evidence: str,
    expires_on: dt.date,
    amount: Decimal | None = None,
) -> Nomination:
    """Put an account forward as image or expert account, or as a prospect with an approved budget.

    Raises ``PermissionDenied``, ``ValidationError`` by field.
    """
    if not access.may_nominate(by, customer):
        raise PermissionDenied
    today = business_today()
    errors = {}
    if not evidence.strip():
        errors["evidence"] = _("Say what shows it.")
    if not today < expires_on <= months_later(today, LONGEST_MONTHS):
        errors["expires_on"] = _("A day after today, at most two years ahead.")
    if kind == NominationKind.BUDGET and not amount:
        errors["amount"] = _("How much was approved?")
    if kind != NominationKind.BUDGET and amount:
        errors["amount"] = _("Only for a prospect with an approved budget.")
    if errors:
        raise ValidationError(errors)
    nomination = Nomination(
        customer=customer, kind=kind, evidence=evidence.strip(), expires_on=expires_on, amount=amount,
        nominated_by=by, nominated_on=today,
    )  # fmt: skip
    return create_record(nomination, by=by)


def decide_nomination(
    *, by: User, nomination: Nomination, version: int, approve: bool, reason: str = ""
) -> Nomination:
    """Approve or reject a nomination of somebody else; a rejection says why.

    It counts from the next proposal of a selection on. Raises ``PermissionDenied``, ``ValidationError``,
    ``StaleVersion``.
    """
    if not access.may_decide_nomination(by, nomination):
        raise PermissionDenied(_("Somebody other than who nominated it has to approve."))
    _need_open(nomination)
    if not approve and not reason.strip():
        raise ValidationError({"reason": _("Say why; the reason is kept for good.")})
    state = NominationState.APPROVED if approve else NominationState.REJECTED
    return _close(by, nomination, version, state, reason, "approve" if approve else "reject")


def withdraw_nomination(*, by: User, nomination: Nomination, version: int, reason: str = "") -> Nomination:
    """Take a nomination back, also an approved one whose reason is gone."""
    if not access.may_withdraw(by, nomination):
        raise PermissionDenied
    if nomination.state not in (NominationState.OPEN, NominationState.APPROVED):
        raise ValidationError(_("It is decided already."))
    return _close(by, nomination, version, NominationState.WITHDRAWN, reason, "withdraw")


def _need_open(nomination: Nomination) -> None:
    if nomination.state != NominationState.OPEN:
        raise ValidationError(_("It is decided already."))


def _close(
    by: User, nomination: Nomination, version: int, state: NominationState, reason: str, action: str
) -> Nomination:
    changes = {
        "state": state, "decided_by": by, "decided_on": business_today(), "decision_reason": reason.strip(),
    }  # fmt: skip
    with transaction.atomic():
        before = {"state": nomination.state}
        apply_changes(nomination, version=version, changes=changes)
        record_change(
            by=by, action=action, record=nomination, before=before, after={"state": state},
            reason=reason.strip(),
        )  # fmt: skip
    return nomination
