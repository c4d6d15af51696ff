"""Which contacts are due: agreed rhythms beside the last contacts, for many customers in three queries."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from accounts.models import (
    AccountStanding,
    Cadence,
    ContactChannel,
    Interaction,
    InteractionContact,
    InteractionState,
)
from accounts.rules.contact_rhythm import contact_due_on, days_overdue
from accounts.visibility import customer_scope
from ka_crm.people.models import User


@dataclass(frozen=True)
class DueContact:
    """One agreed rhythm with its last contact (``None``: none yet) and the day the next one is due."""

    cadence: Cadence
    last_on: dt.date | None
    due_on: dt.date
    days_overdue: int


def due_contacts(viewer: User, today: dt.date, limit: int) -> list[DueContact]:
    """Return what is due today or overdue among the viewer's accounts, the longest overdue first.

    Reads the precomputed day of each account, so the number of accounts does not matter.
    """
    accounts = AccountStanding.objects.filter(
        customer_scope(viewer, "customer__"),
        customer__archived_at__isnull=True,
        next_contact_due_on__lte=today,
    )
    earliest = accounts.order_by("next_contact_due_on", "pk").values_list("pk", flat=True)[:limit]
    found = rhythms_of(list(earliest), today)
    return [one for one in found if one.due_on <= today][:limit]


def rhythms_of(customers: Collection[int], today: dt.date) -> list[DueContact]:
    """Return all rhythms of these customers with the day they are due next, the earliest first.

    A rhythm without a person is met by any contact with the customer, one with a channel only by that
    channel. Without any contact it is due from the day it was agreed.
    """
    if not customers:
        return []
    cadences = list(
        Cadence.objects.kept()
        .filter(Q(contact__isnull=True) | Q(contact__archived_at__isnull=True), customer__in=customers)
        .select_related("customer", "contact", "owner")
    )
    if not cadences:
        return []
    with_person = [cadence for cadence in cadences if cadence.contact_id]
    last = _last_by_customer(customers, today)
    if with_person:
        last |= _last_by_person({cadence.customer_id for cadence in with_person}, today)
    found = [_due(cadence, last, today) for cadence in cadences]
    return sorted(found, key=lambda one: (one.due_on, one.cadence.pk))


_Key = tuple[str, int, str]  # "customer" or "contact", its id, channel ("" for any)


def _due(cadence: Cadence, last: dict[_Key, dt.date], today: dt.date) -> DueContact:
    whom = ("contact", cadence.contact_id) if cadence.contact_id else ("customer", cadence.customer_id)
    last_on = last.get((*whom, cadence.channel))
    begun_on = min(timezone.localtime(cadence.created_at).date(), today)
    due_on = contact_due_on(last_on, cadence.every_days, begun_on)
    return DueContact(cadence, last_on, due_on, days_overdue(due_on, today))


def _last_by_customer(customers: Collection[int], today: dt.date) -> dict[_Key, dt.date]:
    held = _held(Interaction.objects.filter(archived_at__isnull=True), "", today).filter(
        customer__in=customers
    )
    rows = held.order_by().values("customer", "channel").annotate(last=Max("on"))
    return _newest(("customer", row["customer"], row["channel"], row["last"]) for row in rows)


def _last_by_person(customers: Collection[int], today: dt.date) -> dict[_Key, dt.date]:
    talks = _held(
        InteractionContact.objects.filter(interaction__archived_at__isnull=True), "interaction__", today
    )
    rows = (
        talks.filter(interaction__customer__in=customers)
        .order_by()
        .values("contact", channel=F("interaction__channel"))
        .annotate(last=Max("interaction__on"))
    )
    return _newest(("contact", row["contact"], row["channel"], row["last"]) for row in rows)


def _held(rows: "QuerySet[Any]", prefix: str, today: dt.date) -> "QuerySet[Any]":
    held = {f"{prefix}state": InteractionState.DONE, f"{prefix}on__lte": today}
    return rows.filter(**held).exclude(**{f"{prefix}channel": ContactChannel.NOTE})


def _newest(rows: Iterable[tuple[str, int, str, dt.date]]) -> dict[_Key, dt.date]:
    """Return the newest day by channel, and by any channel under the empty name."""
    found: dict[_Key, dt.date] = {}
    for what, pk, channel, day in rows:
        for key in ((what, pk, channel), (what, pk, "")):
            found[key] = max(day, found.get(key, day))
    return found
