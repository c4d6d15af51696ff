"""Applies what the reassignment board planned: now as a handover, or on a day ahead."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.operations.handing_over import (
    HandedOverMeanwhile,
    Handover,
    check_unmoved,
    hand_over_customers,
    tell_managers,
)
from ka_crm.people.models import User
from ka_crm.records.operations import record_change
from ka_crm.records.queries import business_today
from segmentation import access
from segmentation.models import PlannedHandover
from segmentation.queries.load import is_of_team

LONGEST_AHEAD = 366
LONGEST_REASON = 500


@dataclass(frozen=True)
class Move:
    """One account that the board moves; ``seen`` is the id of who answered for it then (0: nobody)."""

    customer: int
    seen: int
    to: int


def reassign(*, by: User, moves: Sequence[Move], on: dt.date, reason: str) -> int:
    """Hand the accounts over on a day: at once, or planned where the day is ahead; returns how many.

    All or none. Raises ``PermissionDenied`` outside the caller's team, ``ValidationError`` by field, and
    ``HandedOverMeanwhile`` where somebody else reassigned one of them first.
    """
    if not access.may_reassign(by):
        raise PermissionDenied
    reason = reason.strip()
    _check(moves, on, reason)
    handovers = _handovers(by, moves)
    if on <= business_today():
        _refuse_planned(handovers)
        hand_over_customers(by=by, handovers=handovers, from_on=on, reason=reason)
        return len(handovers)
    try:
        with transaction.atomic():
            check_unmoved(handovers)
            _refuse_planned(handovers)
            for one in handovers:
                _plan(by, one, on, reason)
            tell_managers(by=by, handovers=handovers, from_on=on, reason=reason)
    except IntegrityError as error:
        raise HandedOverMeanwhile([one.customer for one in handovers]) from error
    return len(handovers)


def cancel_handover(*, by: User, planned: PlannedHandover) -> None:
    """Let a planned handover not take place; saying it twice changes nothing."""
    if (
        not access.may_reassign(by)
        or not Customer.objects.visible_to(by).filter(pk=planned.customer_id).exists()
    ):
        raise PermissionDenied
    with transaction.atomic():
        if not PlannedHandover.objects.filter(pk=planned.pk, outcome="").update(outcome="cancelled"):
            return
        record_change(
            by=by, action="cancel", record=planned, before={"outcome": ""}, after={"outcome": "cancelled"}
        )
        handover = Handover(planned.customer, planned.from_kam, planned.to_kam)
        tell_managers(by=by, handovers=[handover], from_on=planned.on, reason="", is_cancelled=True)


def carry_out_due_handovers() -> dict[str, Any]:
    """Hand over what is due today; one that cannot be is marked with the reason and left to people."""
    due = PlannedHandover.objects.filter(outcome="", on__lte=business_today())
    counts = {"done": 0, "failed": 0}
    for planned in due.select_related("customer", "from_kam", "to_kam", "by"):
        outcome, note = _carry_out(planned)
        counts[outcome] += 1
        if outcome == "failed":
            PlannedHandover.objects.filter(pk=planned.pk, outcome="").update(outcome=outcome, note=note[:200])
    return counts


def _carry_out(planned: PlannedHandover) -> tuple[str, str]:
    handover = Handover(planned.customer, planned.from_kam, planned.to_kam)
    try:
        with transaction.atomic():
            if not planned.by.is_active:
                raise PermissionDenied
            if PlannedHandover.objects.filter(pk=planned.pk, outcome="").update(outcome="done"):
                hand_over_customers(
                    by=planned.by, handovers=[handover], from_on=planned.on, reason=planned.reason
                )
    except HandedOverMeanwhile:
        return "failed", _("Somebody else handed it over before.")
    except PermissionDenied:
        return "failed", _("Who planned it may no longer do this.")
    except ValidationError as error:
        return "failed", " ".join(error.messages)
    return "done", ""


def _plan(by: User, one: Handover, on: dt.date, reason: str) -> None:
    planned = PlannedHandover.objects.create(
        customer=one.customer, from_kam=one.from_kam, to_kam=one.to_kam, on=on, reason=reason, by=by
    )
    record_change(
        by=by,
        action="plan_handover",
        record=planned,
        after={
            "customer": one.customer.code,
            "from": str(one.from_kam or ""),
            "to": str(one.to_kam),
            "on": on,
        },
        reason=reason,
    )


def _refuse_planned(handovers: Sequence[Handover]) -> None:
    rows = PlannedHandover.objects.filter(outcome="", customer__in=[one.customer for one in handovers])
    names = list(rows.order_by("customer__name").values_list("customer__name", flat=True))
    if names:
        raise ValidationError(
            _("A handover of %(names)s is planned already: cancel it first.") % {"names": ", ".join(names)}
        )


def _check(moves: Sequence[Move], on: dt.date, reason: str) -> None:
    errors: dict[str, str] = {}
    if on > business_today() + dt.timedelta(days=LONGEST_AHEAD):
        errors["on"] = _("Within a year at the latest.")
    if not reason:
        errors["reason"] = _("Say why: both managers read it.")
    elif len(reason) > LONGEST_REASON:
        errors["reason"] = _("At most %(n)s characters.") % {"n": LONGEST_REASON}
    if errors:
        raise ValidationError(errors)
    if not moves or len({move.customer for move in moves}) != len(moves):
        raise ValidationError(_("Move an account first."))


def _handovers(by: User, moves: Sequence[Move]) -> list[Handover]:
    """The moves with their records; whoever asks for what they may not see or give is refused."""
    customers = (
        Customer.objects.visible_to(by).select_related("kam").in_bulk([move.customer for move in moves])
    )
    people = User.objects.in_bulk({move.to for move in moves} | {move.seen for move in moves})
    found = []
    for move in moves:
        customer, person = customers.get(move.customer), people.get(move.to)
        if customer is None or person is None or not is_of_team(by, person):
            raise PermissionDenied
        found.append(Handover(customer, people.get(move.seen), person))
    return found
