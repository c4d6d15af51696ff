"""Writes of contracts, tenders and offers, and how often somebody is to be contacted."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Bid, BidResult, Cadence, Competitor, ContactChannel, Contract, Customer
from accounts.operations.entries import add_entry, change_entry, check_may_edit, check_references
from accounts.operations.standing import refresh_standing
from accounts.rules.bids import result_problems
from ka_crm.lib.versions import stale
from ka_crm.people.models import User
from ka_crm.records.editing import change_record
from ka_crm.records.queries import business_today


def make_contract(*, by: User, customer: Customer, values: Mapping[str, Any]) -> Contract:
    """Add a contract or agreed terms. Raises ``ValidationError`` by field."""
    _check_contract(values)
    return add_entry(by=by, customer=customer, model=Contract, values=values)


def change_contract(*, by: User, contract: Contract, version: int, changes: Mapping[str, Any]) -> Contract:
    """Change a contract that still has ``version``. Raises ``StaleVersion``, ``ValidationError``."""
    names = ("start_on", "end_on", "notice_on", "credit_limit")
    _check_contract({**{name: getattr(contract, name) for name in names}, **changes})
    return change_entry(by=by, entry=contract, version=version, changes=changes)


def make_bid(*, by: User, customer: Customer, values: Mapping[str, Any]) -> Bid:
    """Add a tender or offer that we take part in, open or decided already."""
    values = _with_day(values)
    _check_bid(Bid(customer=customer, **values))
    return add_entry(by=by, customer=customer, model=Bid, values=values)


def change_bid(
    *, by: User, bid: Bid, version: int, changes: Mapping[str, Any], action: str = "update"
) -> Bid:
    """Change a tender or offer that still has ``version``; a result of won or lost needs its reason."""
    check_may_edit(by, bid.customer)
    check_references(bid.customer, changes)
    fresh = Bid.objects.get(pk=bid.pk)
    if fresh.version != version:
        raise stale(fresh, changes)
    changes = _with_day(changes, fresh)
    for name, value in changes.items():
        setattr(fresh, name, value)
    _check_bid(fresh)
    with transaction.atomic():
        changed = change_record(bid, by=by, version=version, changes=changes, action=action)
        refresh_standing(customers=[bid.customer_id])
    return changed


def decide_bid(
    *,
    by: User,
    bid: Bid,
    version: int,
    result: str,
    decided_on: dt.date | None = None,
    reason: str = "",
    reason_text: str = "",
    competitor: Competitor | None = None,
) -> Bid:
    """Say how a tender or offer ended and why; what was lost may name who got it."""
    changes = {
        "result": result,
        "decided_on": decided_on or (None if result == BidResult.OPEN else business_today()),
        "reason": reason,
        "reason_text": reason_text,
        "competitor": competitor,
    }
    return change_bid(by=by, bid=bid, version=version, changes=changes, action="decide")


def set_cadence(*, by: User, customer: Customer, values: Mapping[str, Any]) -> Cadence:
    """Say how often a customer, or one person there, is to be contacted."""
    _check_cadence(Cadence(customer=customer, **values))
    return add_entry(by=by, customer=customer, model=Cadence, values={"owner": by, **values})


def change_cadence(*, by: User, cadence: Cadence, version: int, changes: Mapping[str, Any]) -> Cadence:
    """Change a rhythm that still has ``version``."""
    wanted = Cadence.objects.get(pk=cadence.pk)
    for name, value in changes.items():
        setattr(wanted, name, value)
    _check_cadence(wanted)
    return change_entry(by=by, entry=cadence, version=version, changes=changes)


def _check_contract(values: Mapping[str, Any]) -> None:
    start, end, notice = (values.get(name) for name in ("start_on", "end_on", "notice_on"))
    limit = values.get("credit_limit")
    errors = {}
    if notice and end and notice > end:
        errors["notice_on"] = _("The last day to give notice lies before the end.")
    elif notice and start and notice < start:
        errors["notice_on"] = _("The last day to give notice lies after the beginning.")
    if limit is not None and limit < 0:
        errors["credit_limit"] = _("This cannot be negative.")
    if errors:
        raise ValidationError(errors)


def _with_day(values: Mapping[str, Any], bid: Bid | None = None) -> dict[str, Any]:
    """Return the values of a bid with the day of its decision: today unless stated, none while open."""
    wanted = dict(values)
    result = wanted.get("result", bid.result if bid else BidResult.OPEN)
    decided_on = wanted.get("decided_on", bid.decided_on if bid else None)
    if result == BidResult.OPEN and bid and bid.result != BidResult.OPEN:
        wanted |= {"decided_on": None, "reason": "", "competitor": None}
    elif result != BidResult.OPEN and not decided_on:
        wanted["decided_on"] = business_today()
    return wanted


def _check_bid(bid: Bid) -> None:
    found = result_problems(
        result=bid.result,
        reason=bid.reason,
        has_competitor=bid.competitor_id is not None,
        submitted_on=bid.submitted_on,
        decided_on=bid.decided_on,
        today=business_today(),
    )
    words = {
        "needed": _("Say why: it is the memory of the account."),
        "only_lost": _("Only what was lost went to somebody else."),
        "still_open": _("While it is open, nothing is decided."),
        "missing": _("Say when it was decided."),
        "future": _("A day in the future is not possible."),
        "early": _("That was before it was handed in."),
    }
    if found:
        raise ValidationError({name: words[problem] for name, problem in found.items()})


def _check_cadence(cadence: Cadence) -> None:
    if cadence.channel == ContactChannel.NOTE:
        raise ValidationError({"channel": _("A note is no contact.")})
    same = Cadence.objects.kept().filter(
        customer=cadence.customer_id, contact=cadence.contact_id, channel=cadence.channel
    )
    if same.exclude(pk=cadence.pk).exists():
        raise ValidationError({"contact": _("There is a rhythm for this already: change that one.")})
