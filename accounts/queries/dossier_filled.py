"""Reads what the dossiers of customers hold, as the filled parts that the dossier score is made of."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from accounts.models import (
    AccountPlan,
    Bid,
    BidResult,
    ContactChannel,
    Contract,
    ContractState,
    Customer,
    Interaction,
    InteractionContact,
    InteractionState,
    PlanAction,
    PlanGoal,
    PlanItem,
    Profile,
    Rival,
    RivalMove,
)
from accounts.queries.people_met import PeopleKnown
from accounts.rules.decision_chain import APPROVER, BUYER, COACH, DECIDER
from accounts.rules.dossier_sections import (
    WANTED_PEOPLE,
    WANTED_TALKS,
    SectionFacts,
    part_of,
    plan_year,
)

#: Section → what it holds, of one customer.
Sections = dict[str, SectionFacts]
_TEXTS = (
    "description", "history", "ownership", "organisation", "environment", "market_notes", "who_decides",
    "delivery", "buying_habits", "concerns", "bargaining_power", "fiscal_year_month",
)  # fmt: skip


def sections_held(
    customers: list[int], people: Mapping[int, PeopleKnown], today: dt.date
) -> dict[int, Sections]:
    """Return what the dossiers of these customers hold, section by section; a fixed number of queries."""
    parts = {
        "general": _general(customers),
        "org_decision": {pk: _people(known) for pk, known in people.items()},
        "history": _history(customers, today),
        "competitors": _competitors(customers),
        "plan": _plans(customers, plan_year(today)),
    }
    empty = SectionFacts()
    return {pk: {name: held.get(pk, empty) for name, held in parts.items()} for pk in customers}


def _general(customers: list[int]) -> dict[int, SectionFacts]:
    profiles = {row["customer"]: row for row in _profiles(customers)}
    found = {}
    known = Customer.objects.filter(pk__in=customers).order_by()
    for pk, headcount, website, updated in known.values_list("pk", "headcount", "website", "updated_at"):
        profile = profiles.get(pk, {})
        filled = {name: float(bool(profile.get(name))) for name in _TEXTS}
        filled |= {"headcount": float(headcount is not None), "website": float(bool(website))}
        looked_at = profile.get("confirmed_on") or profile.get("updated_at", updated).date()
        found[pk] = SectionFacts(filled, looked_at)
    return found


def _profiles(customers: list[int]) -> Any:
    rows = Profile.objects.kept().filter(customer__in=customers)
    return rows.order_by().values("customer", "confirmed_on", "updated_at", *_TEXTS)


def _people(known: PeopleKnown) -> SectionFacts:
    people = known.people
    roles = {role for person in people for role in person.roles}
    filled = {role: float(role in roles) for role in (DECIDER, APPROVER, BUYER)}
    filled[COACH] = float(COACH in roles or bool(known.chain.insiders))
    filled["people"] = part_of(len(people), WANTED_PEOPLE)
    filled["influence"] = part_of(sum(person.influence is not None for person in people), len(people))
    filled["attitude"] = part_of(sum(person.attitude is not None for person in people), len(people))
    return SectionFacts(filled, known.checked_on)


def _history(customers: list[int], today: dt.date) -> dict[int, SectionFacts]:
    filled: dict[int, dict[str, float]] = defaultdict(dict)
    newest: dict[int, dt.date] = {}
    for row in _talks(customers, today):
        filled[row["customer"]] |= {
            "talks": part_of(row["talks"], WANTED_TALKS),
            "people_in_talks": part_of(row["with_people"], row["talks"]),
        }
        newest[row["customer"]] = row["newest"]
    for row in _bids(customers):
        pk = row["customer"]
        filled[pk]["bids"] = 1.0
        filled[pk]["bid_reasons"] = part_of(row["explained"], row["decided"]) if row["decided"] else 1.0
        newest[pk] = max(row["newest"], newest.get(pk, row["newest"]))
    for pk, start in _contracts(customers, today):
        filled[pk]["contract"] = 1.0
        newest.setdefault(pk, start)
    return {pk: SectionFacts(parts, newest.get(pk)) for pk, parts in filled.items()}


def _talks(customers: list[int], today: dt.date) -> Any:
    held = Interaction.objects.kept().filter(
        customer__in=customers, state=InteractionState.DONE, on__lte=today
    )
    somebody = Exists(InteractionContact.objects.filter(interaction=OuterRef("pk")))
    rows = held.exclude(channel=ContactChannel.NOTE).annotate(has_people=somebody).order_by()
    return rows.values("customer").annotate(
        talks=Count("pk"), newest=Max("on"), with_people=Count("pk", filter=Q(has_people=True))
    )


def _bids(customers: list[int]) -> Any:
    is_decided = Q(result__in=[BidResult.WON, BidResult.LOST])
    rows = Bid.objects.kept().filter(customer__in=customers).order_by().values("customer")
    return rows.annotate(
        newest=Max("submitted_on"),
        decided=Count("pk", filter=is_decided),
        explained=Count("pk", filter=is_decided & ~Q(reason="")),
    )


def _contracts(customers: list[int], today: dt.date) -> Any:
    signed = Contract.objects.kept().filter(
        Q(end_on__isnull=True) | Q(end_on__gte=today), customer__in=customers, state=ContractState.SIGNED
    )
    return (
        signed.order_by().values("customer").annotate(start=Min("start_on")).values_list("customer", "start")
    )


def _competitors(customers: list[int]) -> dict[int, SectionFacts]:
    moves = dict(
        RivalMove.objects.kept()
        .filter(customer__in=customers)
        .order_by()
        .values("customer")
        .annotate(newest=Max("on"))
        .values_list("customer", "newest")
    )
    rows = (
        Rival.objects.kept()
        .filter(customer__in=customers)
        .order_by()
        .values("customer")
        .annotate(
            rivals=Count("pk"),
            ends=Count("contract_ends_on"),
            holding=Count("pk", filter=~Q(holds="")),
            paced=Count("pk", filter=~Q(pace="")),
            updated=Max("updated_at"),
        )
    )
    found = {pk: SectionFacts({"moves": 1.0}, newest) for pk, newest in moves.items()}
    for row in rows:
        pk, rivals, updated = row["customer"], row["rivals"], row["updated"].date()
        filled = {
            "rivals": 1.0,
            "contract_ends": part_of(row["ends"], rivals),
            "holds": part_of(row["holding"], rivals),
            "pace": part_of(row["paced"], rivals),
            "moves": float(pk in moves),
        }
        found[pk] = SectionFacts(filled, max(updated, moves.get(pk, updated)))
    return found


def _plans(customers: list[int], year: int) -> dict[int, SectionFacts]:
    own = OuterRef("pk")
    rows = (
        AccountPlan.objects.kept()
        .filter(customer__in=customers, year=year)
        .annotate(
            has_goals=Exists(PlanGoal.objects.kept().filter(plan=own)),
            has_actions=Exists(PlanAction.objects.kept().filter(plan=own)),
            has_items=Exists(PlanItem.objects.kept().filter(plan=own)),
        )
        .order_by()
        .values_list(
            "customer", "needs", "pain_points", "strategy", "communication", "service", "updated_at",
            "has_goals", "has_actions", "has_items",
        )
    )  # fmt: skip
    found = {}
    for pk, needs, pains, strategy, communication, service, updated, goals, actions, items in rows:
        filled = {
            "needs": float(bool(needs or pains)),
            "goals": float(goals),
            "actions": float(actions),
            "strategy": float(bool(strategy)),
            "service": float(bool(service) or items),
            "communication": float(bool(communication)),
        }
        found[pk] = SectionFacts(filled, updated.date())
    return found
