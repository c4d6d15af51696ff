"""Writes of promises: made, kept, broken, withdrawn, put off, opened again. Each with one audit row."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Commitment, CommitmentState, Customer
from accounts.operations.entries import add_entry, check_may_edit, check_references
from accounts.operations.standing import refresh_standing
from accounts.rules.commitments import may_become, settling_problem
from ka_crm.lib.versions import stale
from ka_crm.people.models import User
from ka_crm.records.editing import change_record
from ka_crm.records.queries import business_today


def make_promise(*, by: User, customer: Customer, values: Mapping[str, Any]) -> Commitment:
    """Write down what we or they promised; made today by whoever writes it, unless stated otherwise."""
    today = business_today()
    wanted = {"promised_on": today, "owner": by, **values}
    if wanted["promised_on"] > today:
        raise ValidationError({"promised_on": _("A day in the future is not possible.")})
    if wanted.get("state", CommitmentState.OPEN) != CommitmentState.OPEN:
        wanted.setdefault("settled_on", today)
        _check_settling(wanted["state"], wanted["promised_on"], wanted["settled_on"])
    return add_entry(by=by, customer=customer, model=Commitment, values=wanted)


def change_promise(
    *,
    by: User,
    commitment: Commitment,
    version: int,
    changes: Mapping[str, Any],
    reason: str = "",
    action: str = "update",
) -> Commitment:
    """Change a promise that still has ``version``. Another due day needs its reason; a state needs to follow
    from the one before, with the day it was settled (today unless stated).

    Raises ``StaleVersion``, ``ValidationError`` by field, ``PermissionDenied``.
    """
    check_may_edit(by, commitment.customer)
    check_references(commitment.customer, changes)
    fresh = Commitment.objects.get(pk=commitment.pk)
    if fresh.version != version:
        raise stale(fresh, changes)
    changes = _settled(fresh, changes)
    due_on = changes.get("due_on", fresh.due_on)
    if due_on != fresh.due_on and not reason.strip():
        raise ValidationError({"reason": _("Say why the day is moved.")})
    if changes.get("promised_on", fresh.promised_on) > business_today():
        raise ValidationError({"promised_on": _("A day in the future is not possible.")})
    with transaction.atomic():
        changed = change_record(
            commitment, by=by, version=version, changes=changes, action=action, reason=reason.strip()
        )
        refresh_standing(customers=[commitment.customer_id])
    return changed


def keep_promise(*, by: User, commitment: Commitment, version: int, on: dt.date | None = None) -> Commitment:
    """Say that a promise was kept, today unless stated; after its due day it was kept late."""
    return _settle(by, commitment, version, CommitmentState.KEPT, on)


def break_promise(
    *, by: User, commitment: Commitment, version: int, on: dt.date | None = None, reason: str = ""
) -> Commitment:
    """Say that a promise was not kept and will not be."""
    return _settle(by, commitment, version, CommitmentState.BROKEN, on, reason)


def withdraw_promise(
    *, by: User, commitment: Commitment, version: int, on: dt.date | None = None, reason: str = ""
) -> Commitment:
    """Say that a promise no longer holds by agreement: neither kept nor broken."""
    return _settle(by, commitment, version, CommitmentState.WITHDRAWN, on, reason)


def move_promise(
    *, by: User, commitment: Commitment, version: int, due_on: dt.date, reason: str
) -> Commitment:
    """Put the due day of an open promise off (or forward), saying why."""
    if commitment.state != CommitmentState.OPEN:
        raise ValidationError({"due_on": _("This promise is settled already.")})
    changes = {"due_on": due_on}
    return change_promise(
        by=by, commitment=commitment, version=version, changes=changes, reason=reason, action="move_date"
    )


def reopen_promise(*, by: User, commitment: Commitment, version: int) -> Commitment:
    """Take back that a promise was settled."""
    changes = {"state": CommitmentState.OPEN}
    return change_promise(by=by, commitment=commitment, version=version, changes=changes, action="reopen")


def _settle(
    by: User, commitment: Commitment, version: int, state: str, on: dt.date | None, reason: str = ""
) -> Commitment:
    changes: dict[str, Any] = {"state": state, "settled_on": on or business_today()}
    return change_promise(
        by=by, commitment=commitment, version=version, changes=changes, reason=reason, action=_ACTS[state]
    )


_ACTS: dict[str, str] = {
    CommitmentState.KEPT: "keep",
    CommitmentState.BROKEN: "break",
    CommitmentState.WITHDRAWN: "withdraw",
}


def _settled(fresh: Commitment, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes with the day that belongs to the state; refuse what does not follow from it."""
    wanted = dict(changes)
    state = wanted.get("state", fresh.state)
    if state != fresh.state and not may_become(fresh.state, state):
        words = {"now": fresh.get_state_display(), "wanted": CommitmentState(state).label}
        raise ValidationError(
            {"state": _("It is “%(now)s”; open it again before it becomes “%(wanted)s”.") % words}
        )
    if state == CommitmentState.OPEN:
        if fresh.state != CommitmentState.OPEN or wanted.get("settled_on"):
            wanted["settled_on"] = None
        return wanted
    if not wanted.get("settled_on", fresh.settled_on):
        wanted["settled_on"] = business_today()
    _check_settling(
        state,
        wanted.get("promised_on", fresh.promised_on),
        wanted.get("settled_on", fresh.settled_on),
    )
    return wanted


def _check_settling(state: str, promised_on: dt.date, settled_on: dt.date | None) -> None:
    problem = settling_problem(state, promised_on, settled_on, business_today())
    words = {
        "missing": _("Say on which day it was settled."),
        "future": _("A day in the future is not possible."),
        "early": _("That was before it was promised."),
    }
    if problem:
        raise ValidationError({"settled_on": words[problem]})
