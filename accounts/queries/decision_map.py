"""Reads who decides which purchase at an account, and how well we know them: the map and its reading."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Q

from accounts.models import (
    ChainRole,
    Contact,
    ContactChannel,
    Customer,
    DecisionChain,
    DecisionRole,
    InteractionContact,
    InteractionState,
    RivalMove,
)
from accounts.queries.people import chains_of, people_of
from accounts.rules.decision_chain import FADING_DAYS, Person, decision_chain
from accounts.rules.decision_chain import DecisionChain as Reading
from accounts.rules.decision_steps import NextStep, next_steps
from ka_crm.people.models import User

_ROLE_ORDER = {role.value: place for place, role in enumerate(DecisionRole)}


@dataclass(frozen=True)
class MapPerson:
    """One person as the map shows them.

    Attributes:
        person: what the rule is fed with; its key is the contact's number as text.
        depth: levels below the top. boss: who they report to. below: number of people under them.
        last_on: day of the last talk. days: since then; None for never.
        ours: who of us talks to them (named, or whoever had the last talk).
        rivals: (competitor, day of its last contact with this person), newest first.
        counted: whether the person belongs to the chain that is measured.
    """

    contact: Contact
    person: Person
    roles: tuple[str, ...]
    boss: Contact | None
    depth: int
    below: int
    last_on: dt.date | None
    days: int | None
    ours: str
    rivals: tuple[tuple[str, dt.date], ...]
    counted: bool


@dataclass(frozen=True)
class DecisionMap:
    """The people of an account in tree order, and what one decision chain says.

    ``chain`` is None while the account has no chain. ``uncounted`` is the number of people without a role
    in the chain; while nobody has one, everybody is counted.
    """

    chain: DecisionChain | None
    chains: list[DecisionChain]
    people: list[MapPerson]
    reading: Reading
    steps: list[NextStep]
    uncounted: int
    by_key: dict[str, MapPerson] = field(repr=False)

    @property
    def counted(self) -> list[MapPerson]:
        """The people who are measured."""
        return [one for one in self.people if one.counted]


@dataclass
class _Talks:
    last_on: dt.date | None = None
    recent: int = 0
    informed_on: dt.date | None = None
    ours: str = ""


def decision_map(
    customer: Customer, viewer: User, chain: DecisionChain | None, today: dt.date
) -> DecisionMap:
    """Return the people of an account and the reading of one chain; a fixed number of queries.

    Without ``chain`` it is the customer's first one.
    """
    chains = chains_of(customer)
    chosen = chain or next(iter(chains), None)
    contacts = list(people_of(customer).visible_to(viewer).select_related("covered_by"))
    roles = _roles_in(chosen)
    talks = _talks_with(customer, today)
    rivals = _rivals_with(customer, today)
    members = {pk for pk in roles if roles[pk]} & {contact.pk for contact in contacts}
    known = {contact.pk: contact for contact in contacts}
    people = []
    for contact, depth, below in in_tree_order(contacts):
        heard = talks.get(contact.pk, _Talks())
        person = _person(contact, roles.get(contact.pk, ()), heard, known, today)
        people.append(
            MapPerson(
                contact=contact,
                person=person,
                roles=roles.get(contact.pk, ()),
                boss=known.get(contact.reports_to_id) if depth else None,
                depth=depth,
                below=below,
                last_on=heard.last_on,
                days=person.days_since_contact,
                ours=contact.covered_by.name if contact.covered_by else heard.ours,
                rivals=tuple(rivals.get(contact.pk, ())),
                counted=contact.pk in members if members else True,
            )
        )
    measured = [one.person for one in people if one.counted]
    reading = decision_chain(measured)
    return DecisionMap(
        chain=chosen,
        chains=chains,
        people=people,
        reading=reading,
        steps=next_steps(measured, reading),
        uncounted=len(people) - len(measured),
        by_key={one.person.key: one for one in people},
    )


def in_tree_order(contacts: Sequence[Contact]) -> list[tuple[Contact, int, int]]:
    """Return (person, depth, number of people below), bosses before their reports, siblings by influence.

    Whoever reports to somebody who is not here stands at the top; so does, in a circle, its first one.
    """
    here = {contact.pk for contact in contacts}
    reports: dict[int | None, list[Contact]] = defaultdict(list)
    for contact in sorted(contacts, key=lambda one: (-(one.influence or 0), one.name, one.pk)):
        boss = contact.reports_to_id if contact.reports_to_id in here else None
        reports[boss].append(contact)
    ordered: list[tuple[Contact, int]] = []
    placed: set[int] = set()

    def place(tops: Iterable[Contact]) -> None:
        waiting = [(contact, 0) for contact in reversed(list(tops))]
        while waiting:
            contact, depth = waiting.pop()
            if contact.pk in placed:
                continue
            placed.add(contact.pk)
            ordered.append((contact, depth))
            waiting += [(report, depth + 1) for report in reversed(reports.get(contact.pk, []))]

    place(sorted(reports[None], key=lambda one: one.pk not in reports))  # whoever leads somebody comes first
    for contact in contacts:
        place([contact])
    return [
        (contact, depth, _below(ordered, place_) - place_ - 1)
        for place_, (contact, depth) in enumerate(ordered)
    ]


def _below(ordered: Sequence[tuple[Contact, int]], place: int) -> int:
    """Return the place after the last one below a person."""
    end = place + 1
    while end < len(ordered) and ordered[end][1] > ordered[place][1]:
        end += 1
    return end


def _person(
    contact: Contact, roles: Sequence[str], heard: _Talks, known: dict[int, Contact], today: dt.date
) -> Person:
    return Person(
        key=str(contact.pk),
        roles=frozenset(roles),
        influence=contact.influence,
        attitude=contact.attitude,
        days_since_contact=(today - heard.last_on).days if heard.last_on else None,
        interactions_180d=heard.recent,
        days_since_information=(today - heard.informed_on).days if heard.informed_on else None,
        introduced_by=str(contact.introduced_by_id) if contact.introduced_by_id in known else None,
    )


def _roles_in(chain: DecisionChain | None) -> dict[int, tuple[str, ...]]:
    """Roles by person, in the order of the buying centre."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = ChainRole.objects.filter(chain=chain).order_by() if chain else ChainRole.objects.none()
    for contact, role in rows.values_list("contact", "role"):
        found[contact].append(role)
    return {contact: tuple(sorted(names, key=_ROLE_ORDER.__getitem__)) for contact, names in found.items()}


def _talks_with(customer: Customer, today: dt.date) -> dict[int, _Talks]:
    """What was talked with each person, by one query: grouped by person and by who of us."""
    since = today - dt.timedelta(days=FADING_DAYS)
    held = Q(
        interaction__state=InteractionState.DONE, interaction__archived_at=None, interaction__on__lte=today
    )
    rows: Any = (
        InteractionContact.objects.filter(held, contact__customer=customer)
        .exclude(interaction__channel=ContactChannel.NOTE)
        .order_by()
        .values("contact", "interaction__owner__name")
        .annotate(
            last=Max("interaction__on"),
            recent=Count("pk", filter=Q(interaction__on__gte=since)),
            informed=Max("interaction__on", filter=Q(gave_information=True)),
        )
    )
    found: dict[int, _Talks] = defaultdict(_Talks)
    for row in rows:
        talks = found[row["contact"]]
        talks.recent += row["recent"]
        if row["informed"] and (talks.informed_on is None or row["informed"] > talks.informed_on):
            talks.informed_on = row["informed"]
        if talks.last_on is None or row["last"] > talks.last_on:
            talks.last_on, talks.ours = row["last"], row["interaction__owner__name"] or ""
    return found


def _rivals_with(customer: Customer, today: dt.date) -> dict[int, list[tuple[str, dt.date]]]:
    rows: Any = (
        RivalMove.objects.kept()
        .filter(customer=customer, contact__isnull=False, on__lte=today)
        .order_by()
        .values("contact", "competitor__name")
        .annotate(last=Max("on"))
    )
    found: dict[int, list[tuple[str, dt.date]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["last"], row["competitor__name"]), reverse=True):
        found[row["contact"]].append((row["competitor__name"], row["last"]))
    return found
