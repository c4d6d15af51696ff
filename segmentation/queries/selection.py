"""Reads of selections: rounds, what they propose, what is still to decide, load of the KAMs."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from accounts.models import Customer
from ka_crm.people.models import User
from segmentation.models import (
    ROUND_OPEN,
    Move,
    Proposal,
    RoundState,
    SelectionRound,
    Verdict,
)
from segmentation.operations.rounds import TO_DECIDE
from segmentation.queries.key_accounts import of_type
from segmentation.review_mark import NO_REVIEW
from segmentation.rules.load import LOAD_WEIGHTS

#: What a round's page shows, each a tab.
VIEWS = ("decide", "enter", "leave", "stay", "rising", "out")
#: Rounds whose proposals can be read; a round that is being collected has half of them.
READABLE = (RoundState.REVIEW, RoundState.APPROVED)
_REMEMBERED = 120  # seconds
#: Orders of proposals; every view has one that shows the telling ones first.
_ORDERS = {
    "out": ("-score", "pk"),
    "rising": ("-own_sales", "pk"),
}


@dataclass(frozen=True)
class KamLoad:
    """Key accounts and weighted load of one KAM, before and after a selection."""

    name: str
    accounts: tuple[int, int]
    load: tuple[float, float]


def rounds_newest_first() -> "QuerySet[SelectionRound]":
    """Return all selections; everybody who reads results may know of them."""
    rows = SelectionRound.objects.select_related("opened_by", "proposed_by", "closed_by", "criteria", "run")
    return rows.order_by("-effective_on", "-pk")


def open_round_of(scope: str = "") -> SelectionRound | None:
    """Return the selection that goes on in a scope, if there is one."""
    return SelectionRound.objects.filter(scope=scope, state__in=ROUND_OPEN).first()


def proposals_of(
    round_: SelectionRound, viewer: User, *, view: str = "", type_: str = "", kam: str = "", text: str = ""
) -> "QuerySet[Proposal]":
    """Return the proposals of a round that a viewer may see, in the order of a view."""
    rows: Any = Proposal.objects.filter(round=round_).visible_to(viewer)
    rows = rows.filter(_condition(view))
    if type_ == "provisional":
        rows = rows.filter(is_provisional=True)
    elif type_:
        rows = of_type(rows, type_)
    if kam.isascii() and kam.isdigit() and len(kam) < 19:
        rows = rows.filter(customer__kam=kam)
    if text:
        rows = rows.filter(Q(customer__name__icontains=text) | Q(customer__code__icontains=text))
    rows = rows.select_related("customer__kam", "decided_by")
    found: QuerySet[Proposal] = rows.order_by(*order_of(view))
    return found


def order_of(view: str) -> tuple[str, ...]:
    """Return the order of a view's proposals."""
    return _ORDERS.get(view, ("move", "-potential", "pk"))


def _condition(view: str) -> Q:
    if view == "decide":
        return Q(move__in=TO_DECIDE, verdict=Verdict.OPEN)
    if view == "rising":
        return Q(is_rising=True)
    if view in Move.values:
        return Q(move=view)
    return Q()


def counts_of(round_: SelectionRound, viewer: User) -> dict[str, int]:
    """Return how many proposals each view has for a viewer, and how long the list would be; one query."""
    rows = Proposal.objects.filter(round=round_).visible_to(viewer)  # type: ignore[attr-defined]
    listed = Q(move__in=[Move.ENTER, Move.STAY]) & ~Q(verdict=Verdict.REJECTED)
    listed |= Q(move=Move.LEAVE, verdict=Verdict.REJECTED)
    held = Q(move__in=[Move.STAY, Move.LEAVE])
    found: dict[str, int] = rows.aggregate(
        **{f"view_{view}": Count("pk", filter=_condition(view)) for view in VIEWS},
        listed=Count("pk", filter=listed),
        before=Count("pk", filter=held),
        rejected=Count("pk", filter=Q(verdict=Verdict.REJECTED)),
        provisional=Count("pk", filter=listed & Q(is_provisional=True)),
    )
    return {name.removeprefix("view_"): count for name, count in found.items()}


def loads_of(round_: SelectionRound, viewer: User) -> list[KamLoad]:
    """Return the load of every KAM before and after, by name, of the accounts that the viewer may see."""
    rows = Proposal.objects.filter(round=round_).exclude(move=Move.OUT).visible_to(viewer)  # type: ignore[attr-defined]
    before: dict[str, list[float]] = defaultdict(list)
    after: dict[str, list[float]] = defaultdict(list)
    for row in rows.select_related("customer__kam"):
        kam = row.customer.kam
        if kam is None:
            continue
        weight = LOAD_WEIGHTS.get(row.quadrant, 0.0)
        if row.move in (Move.STAY, Move.LEAVE):
            before[kam.name].append(weight)
        if row.is_listed:
            after[kam.name].append(weight)
    return [
        KamLoad(name, (len(before[name]), len(after[name])), (sum(before[name]), sum(after[name])))
        for name in sorted(set(before) | set(after))
    ]


def kams_in(round_: SelectionRound, viewer: User) -> list[User]:
    """Return the KAMs whose accounts are among the proposals that a viewer may see."""
    own = Customer.objects.visible_to(viewer).filter(proposals__round=round_)
    return list(User.objects.filter(pk__in=own.order_by().values("kam")).order_by("name"))


def latest_proposal(customer: Customer) -> Proposal | None:
    """Return what the newest selection that can be read says about a customer, or ``None``."""
    rows = Proposal.objects.filter(customer=customer, round__state__in=READABLE)
    rows = rows.select_related("round", "round__criteria", "round__run", "decided_by", "customer")
    return rows.order_by("-round__effective_on", "-round_id").first()


def changed_counts(viewer: User) -> dict[str, Any] | None:
    """Return what waits in the selection under review for a viewer: the round and its counts.

    That there is none is remembered for two minutes, since every first page asks.
    """
    if cache.get(NO_REVIEW):
        return None
    round_ = SelectionRound.objects.filter(state=RoundState.REVIEW).order_by("scope", "pk").first()
    if round_ is None:
        cache.set(NO_REVIEW, True, _REMEMBERED)
        return None
    return {"round": round_, **counts_of(round_, viewer)}
