"""Reads what dossiers say about where accounts stand."""

import datetime as dt
from typing import Any

from django.db.models import Count, Max, Min, Q

from accounts.models import (
    Commitment,
    CommitmentState,
    ContactChannel,
    Interaction,
    InteractionState,
    Promiser,
    Purpose,
)
from accounts.queries.due_contacts import rhythms_of

Standing = dict[str, Any]


def dossier_standings(customers: list[int], today: dt.date) -> dict[int, Standing]:
    """Return the dossier's part of the standings of these customers; a fixed number of queries."""
    found: dict[int, Standing] = {key: _nothing() for key in customers}
    for row in _contacts(customers, today):
        found[row["customer"]]["last_contact_on"] = row["last"]
    for row in _coming_talks(customers, today):
        standing = found[row["customer"]]
        if standing["next_talks_on"] is None:
            standing |= {"next_talks_id": row["pk"], "next_talks_on": row["on"]}
    for row in _promises(customers):
        found[row["customer"]] |= {"open_promises": row["open"], "oldest_promise_due_on": row["oldest"]}
    for one in rhythms_of(customers, today):  # the earliest due comes first
        standing = found[one.cadence.customer_id]
        standing["next_contact_due_on"] = standing["next_contact_due_on"] or one.due_on
    return found


def _nothing() -> Standing:
    return {
        "last_contact_on": None,
        "next_contact_due_on": None,
        "next_talks_id": None,
        "next_talks_on": None,
        "open_promises": 0,
        "oldest_promise_due_on": None,
    }


def _contacts(customers: list[int], today: dt.date) -> Any:
    held = Interaction.objects.kept().filter(
        customer__in=customers, state=InteractionState.DONE, on__lte=today
    )
    return held.exclude(channel=ContactChannel.NOTE).order_by().values("customer").annotate(last=Max("on"))


def _coming_talks(customers: list[int], today: dt.date) -> Any:
    coming = Interaction.objects.kept().filter(
        customer__in=customers, state=InteractionState.PLANNED, purpose=Purpose.TALKS, on__gte=today
    )
    return coming.order_by("on", "pk").values("customer", "pk", "on")


def _promises(customers: list[int]) -> Any:
    is_open = Commitment.objects.kept().filter(customer__in=customers, state=CommitmentState.OPEN)
    ours = Q(promiser=Promiser.US)
    return is_open.order_by().values("customer").annotate(open=Count("pk"), oldest=Min("due_on", filter=ours))
