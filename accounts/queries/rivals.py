"""Reads of competitors at a customer: where each stands, what it did, and whether we know who decides."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Q, QuerySet

from accounts.models import (
    ChainRole,
    Competitor,
    ContactChannel,
    Customer,
    DecisionRole,
    Interaction,
    InteractionState,
    Rival,
    RivalMove,
)
from accounts.rules.pace import Standing, Suggestion, suggest_pace
from ka_crm.people.models import User

#: So many of the newest moves are read for the cards.
MOVES = 200
#: So many contacts and moves of the line beside each other are read, newest first.
ON_LINE = 300


@dataclass
class RivalCard:
    """One competitor at a customer: what was said of it, its moves (newest first), the suggested pace."""

    competitor: Competitor
    rival: Rival | None = None
    moves: list[RivalMove] = field(default_factory=list)
    suggestion: Suggestion | None = None


def competitors(*, archived: bool = False) -> "QuerySet[Competitor]":
    """Return the competitors of the company; everybody is measured against them, so everybody sees them."""
    return Competitor.objects.filter(archived_at__isnull=not archived)


def rivals_of(customer: Customer, viewer: User) -> "QuerySet[Rival]":
    """Return where competitors stand with a customer that ``viewer`` may see."""
    rows: QuerySet[Rival] = Rival.objects.visible_to(viewer).kept().filter(customer=customer)
    return rows.select_related("competitor")


def moves_of(customer: Customer, viewer: User) -> "QuerySet[RivalMove]":
    """Return what competitors did at a customer that ``viewer`` may see, newest first."""
    rows: QuerySet[RivalMove] = RivalMove.objects.visible_to(viewer).kept().filter(customer=customer)
    return rows.select_related("competitor", "contact", "owner")


def rival_cards(customer: Customer, viewer: User, today: dt.date) -> list[RivalCard]:
    """Return a card for every competitor heard of at a customer, the nearest to an order first; 4 queries."""
    cards: dict[int, RivalCard] = {}
    for rival in rivals_of(customer, viewer):
        cards[rival.competitor_id] = RivalCard(rival.competitor, rival)
    for move in moves_of(customer, viewer)[:MOVES]:
        cards.setdefault(move.competitor_id, RivalCard(move.competitor)).moves.append(move)
    if not cards:
        return []
    met = decider_met(customer)
    for card in cards.values():
        if card.rival is not None:
            last = card.moves[0].on if card.moves else None
            standing = Standing(card.rival.stage, met, card.rival.contract_ends_on, last)
            card.suggestion = suggest_pace(standing, today)
    return sorted(cards.values(), key=_nearness, reverse=True)


def decider_met(customer: Customer) -> bool | None:
    """Return whether we ever talked to somebody who decides there; None while nobody is named."""
    deciders = ChainRole.objects.filter(
        chain__customer=customer,
        chain__archived_at__isnull=True,
        contact__archived_at__isnull=True,
        role=DecisionRole.DECIDER,
    )
    talked = Q(
        contact__participations__interaction__state=InteractionState.DONE,
        contact__participations__interaction__archived_at__isnull=True,
    )
    row = deciders.order_by().aggregate(
        named=Max("contact"), met=Max("contact__participations__interaction", filter=talked)
    )
    return None if row["named"] is None else row["met"] is not None


def talks_since(customer: Customer, viewer: User, first: dt.date, last: dt.date) -> list[Interaction]:
    """Return our contacts with a customer between two days, newest first; a note is no contact."""
    rows = (
        Interaction.objects.visible_to(viewer)
        .kept()
        .filter(customer=customer, state=InteractionState.DONE, on__gte=first, on__lte=last)
    )
    return list(rows.exclude(channel=ContactChannel.NOTE).select_related("owner")[:ON_LINE])


def moves_since(customer: Customer, viewer: User, first: dt.date, last: dt.date) -> list[RivalMove]:
    """Return what competitors did between two days, newest first."""
    return list(moves_of(customer, viewer).filter(on__gte=first, on__lte=last)[:ON_LINE])


def _nearness(card: RivalCard) -> Any:
    stages = list(Rival._meta.get_field("stage").flatchoices)
    order = [code for code, _word in stages]
    at = order.index(card.rival.stage) if card.rival else -1
    return at, card.moves[0].on if card.moves else dt.date.min
