"""Reads who of a customer's people was talked to, ready for the rules about decision chains."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from accounts.models import ChainRole, Contact, ContactChannel, InteractionState
from accounts.rules.decision_chain import FADING_DAYS, DecisionChain, Person, decision_chain


@dataclass(frozen=True)
class PeopleKnown:
    """The people of one customer, as one chain, and the last day that somebody changed what we know."""

    people: tuple[Person, ...] = ()
    checked_on: dt.date | None = None

    @property
    def chain(self) -> DecisionChain:
        return decision_chain(self.people)


def people_known(customers: list[int], today: dt.date) -> dict[int, PeopleKnown]:
    """Return the people of these customers with all roles they have in any chain; two queries."""
    roles = _roles(customers)
    talk = "participations__interaction__"
    held = Q(
        **{
            f"{talk}archived_at__isnull": True,
            f"{talk}state": InteractionState.DONE,
            f"{talk}on__lte": today,
            f"{talk}channel__in": [channel for channel in ContactChannel if channel != ContactChannel.NOTE],
        }
    )
    recent = held & Q(**{f"{talk}on__gte": today - dt.timedelta(days=FADING_DAYS)})
    told = held & Q(participations__gave_information=True)
    rows = (
        Contact.objects.kept()
        .filter(customer__in=customers)
        .order_by("pk")
        .annotate(
            last=Max(f"{talk}on", filter=held),
            talks=Count("participations", filter=recent),
            told=Max(f"{talk}on", filter=told),
        )
        .values_list(
            "customer", "pk", "influence", "attitude", "introduced_by", "updated_at", "last", "talks", "told"
        )
    )
    found: dict[int, list[Person]] = defaultdict(list)
    checked: dict[int, dt.date] = {}
    for customer, pk, influence, attitude, introducer, updated, last, talks, informed in rows:
        found[customer].append(
            Person(
                key=str(pk),
                roles=frozenset(roles.get(pk, ())),
                influence=influence,
                attitude=attitude,
                days_since_contact=_days(last, today),
                interactions_180d=talks,
                days_since_information=_days(informed, today),
                introduced_by=str(introducer) if introducer else None,
            )
        )
        checked[customer] = max(updated.date(), checked.get(customer, updated.date()))
    return {pk: PeopleKnown(tuple(people), checked[pk]) for pk, people in found.items()}


def _roles(customers: list[int]) -> dict[int, set[str]]:
    rows = ChainRole.objects.filter(
        chain__customer__in=customers, chain__archived_at__isnull=True, contact__archived_at__isnull=True
    )
    found: dict[int, set[str]] = defaultdict(set)
    for contact, role in rows.order_by().values_list("contact", "role"):
        found[contact].add(role)
    return found


def _days(day: dt.date | None, today: dt.date) -> int | None:
    return None if day is None else max((today - day).days, 0)
