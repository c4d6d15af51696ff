"""Reads of the reassignment board: accounts of a few managers, and what moving some of them would do.

Nothing is stored: the moves come from the address, and everything that one may not see is left out of them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Count, Q

from accounts.models import Customer, InteractionContact, Store
from accounts.models.interaction import InteractionState
from accounts.visibility import store_scope
from ka_crm.people.models import User
from segmentation.models import PlannedHandover, SegmentationRun
from segmentation.queries.load import is_of_team, load_accounts, meetings_of, own_hours
from segmentation.queries.results import customer_results
from segmentation.rules.load import Load, load_of_accounts
from segmentation.rules.relationships import Lost, Talks, lost_relationships
from segmentation.rules.strategy_set import StrategySet
from segmentation.rules.travel import Spread, spread_of

#: Managers beside each other at most, and moves at most.
MOST_COLUMNS, MOST_MOVES = 5, 60
#: Talks within it make a relationship.
A_YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Card:
    """One account on the board. ``kam`` is who answers for it, ``place`` where the moves put it (ids).

    ``gap_amount`` is money over the run's window; ``lost`` relationships, where it moves.
    """

    pk: int
    code: str
    name: str
    cell: str
    quadrant: str
    gap_amount: int
    meetings: float
    is_key: bool
    kam: int
    place: int
    stores: int
    lost: Lost = Lost()
    planned_on: Any = None

    @property
    def is_moved(self) -> bool:
        """Whether the moves give it to somebody else."""
        return self.kam != self.place


@dataclass(frozen=True)
class Figures:
    """What one manager carries: key accounts, hours a month that all meetings take, spread of the stores."""

    load: Load
    accounts: int
    hours: float
    spread: Spread


@dataclass
class Column:
    """One manager: before and after the moves, and the accounts that would be theirs."""

    kam: User
    available: float
    may_receive: bool
    before: Figures
    after: Figures
    lost: Lost = Lost()
    keys: list[Card] = field(default_factory=list)
    others: list[Card] = field(default_factory=list)

    @property
    def fits_after(self) -> bool:
        """Whether the meetings fit into the hours after the moves."""
        return self.after.hours <= self.available + 1e-9


@dataclass(frozen=True)
class Board:
    """The columns, and the moves that are valid: account → manager (ids)."""

    columns: list[Column]
    moves: dict[int, int]
    lost: Lost

    def moved(self) -> list[Card]:
        """The accounts that move, by name."""
        cards = [card for column in self.columns for card in [*column.keys, *column.others]]
        return sorted((card for card in cards if card.is_moved), key=lambda card: card.name)


def board_of(
    run: SegmentationRun,
    viewer: User,
    kams: Sequence[User],
    moves: Mapping[int, int],
    strategies: StrategySet,
    today: dt.date,
) -> Board:
    """Return the board of some managers with ``moves`` carried out; seven queries however many accounts."""
    receivers = {kam.pk for kam in kams if is_of_team(viewer, kam)}
    wanted = {pk: to for pk, to in moves.items() if to in receivers}
    cards = _cards(run, viewer, kams, wanted, strategies, today)
    valid = {card.pk: card.place for card in cards if card.is_moved}
    places = _places(viewer, [card.pk for card in cards if card.is_key or card.is_moved])
    hours = own_hours(kams)
    columns = []
    for kam in kams:
        own = hours.get(kam.pk)
        column = Column(
            kam=kam,
            available=own.hours_a_month if own else strategies.hours_a_month,
            may_receive=kam.pk in receivers,
            before=_figures([card for card in cards if card.kam == kam.pk], places, strategies),
            after=_figures([card for card in cards if card.place == kam.pk], places, strategies),
            lost=_sum(card.lost for card in cards if card.is_moved and card.kam == kam.pk),
        )
        mine = sorted(
            (card for card in cards if card.place == kam.pk), key=lambda card: (-card.gap_amount, card.name)
        )
        column.keys = [card for card in mine if card.is_key or card.is_moved]
        column.others = [card for card in mine if not (card.is_key or card.is_moved)]
        columns.append(column)
    return Board(columns, valid, _sum(column.lost for column in columns))


def handover_ahead(customer: Customer) -> PlannedHandover | None:
    """Return the handover of a customer that waits for its day, if there is one."""
    rows = PlannedHandover.objects.filter(customer=customer, outcome="")
    return rows.select_related("to_kam", "by").first()


def planned_handovers(viewer: User) -> list[PlannedHandover]:
    """Return the handovers ahead, and those that failed, of accounts that ``viewer`` sees."""
    rows = PlannedHandover.objects.filter(
        customer__in=Customer.objects.visible_to(viewer), outcome__in=["", "failed"]
    )
    return list(rows.select_related("customer", "from_kam", "to_kam", "by"))


def _cards(
    run: SegmentationRun,
    viewer: User,
    kams: Sequence[User],
    moves: Mapping[int, int],
    strategies: StrategySet,
    today: dt.date,
) -> list[Card]:
    table = list(
        customer_results(run, viewer)
        .filter(customer__kam__in=kams)
        .order_by("customer__name", "pk")
        .values_list(
            "customer_id", "customer__code", "customer__name", "customer__kam", "cell", "quadrant",
            "gap_amount", "stores",
        )
    )  # fmt: skip
    keys = set(
        load_accounts(run, viewer).filter(customer__kam__in=kams).values_list("customer_id", flat=True)
    )
    asked = meetings_of([row[4] for row in table], [row[5] for row in table], strategies)
    moved = {row[0]: moves[row[0]] for row in table if moves.get(row[0], row[3]) != row[3]}
    talks = _talks(list(moved), today) if moved else {}
    ahead = dict(
        PlannedHandover.objects.filter(outcome="", customer__kam__in=kams).values_list("customer", "on")
    )
    return [
        Card(
            pk=pk,
            code=code,
            name=name,
            cell=cell,
            quadrant=quadrant,
            gap_amount=gap,
            meetings=meetings,
            is_key=pk in keys,
            kam=kam,
            place=moved.get(pk, kam),
            stores=stores,
            lost=lost_relationships(talks.get(pk, []), kam, moved[pk]) if pk in moved else Lost(),
            planned_on=ahead.get(pk),
        )
        for (pk, code, name, kam, cell, quadrant, gap, stores), meetings in zip(
            table, asked.tolist(), strict=True
        )
    ]


def _talks(customers: list[int], today: dt.date) -> dict[int, list[Talks]]:
    """Talks of the last twelve months by customer: how often who of ours talked with whom."""
    rows = InteractionContact.objects.filter(
        contact__archived_at__isnull=True,
        interaction__archived_at__isnull=True,
        interaction__state=InteractionState.DONE,
        interaction__on__gt=today - A_YEAR,
        interaction__on__lte=today,
        interaction__customer__in=customers,
        interaction__owner__isnull=False,
    ).exclude(interaction__channel="note")
    found: dict[int, list[Talks]] = defaultdict(list)
    for customer, contact, owner, count in (
        rows.order_by()
        .values_list("interaction__customer", "contact", "interaction__owner")
        .annotate(n=Count("pk"))
    ):
        found[customer].append(Talks(contact, owner, count))
    return found


def _places(viewer: User, customers: list[int]) -> dict[int, Any]:
    """Return latitudes and longitudes of the stores by customer; stores without any are left out."""
    rows = Store.objects.filter(
        store_scope(viewer),
        Q(latitude__isnull=False, longitude__isnull=False),
        customer__in=customers,
        archived_at__isnull=True,
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for customer, north, east in rows.order_by().values_list("customer", "latitude", "longitude"):
        found[customer].append((north, east))
    return found


def _figures(cards: Sequence[Card], places: Mapping[int, Any], strategies: StrategySet) -> Figures:
    points = [point for card in cards for point in places.get(card.pk, [])]
    table = np.array(points, dtype=np.float64).reshape(-1, 2)
    return Figures(
        load=load_of_accounts(card.quadrant for card in cards if card.is_key),
        accounts=len(cards),
        hours=sum(card.meetings for card in cards) * strategies.minutes_a_meeting / 60,
        spread=spread_of(table[:, 0], table[:, 1]),
    )


def _sum(parts: Iterable[Lost]) -> Lost:
    return sum(parts, Lost())
