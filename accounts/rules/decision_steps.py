"""What to do next about a decision chain: reasons as data, in the order of urgency. Pages word them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accounts.rules.decision_chain import (
    APPROVER,
    BUYER,
    DECIDER,
    HIGH,
    LOW,
    DecisionChain,
    Person,
    decision_chain,
)

NOBODY_NAMED = "nobody_named"
DECIDER_MISSING = "decider_missing"
DECIDER_NOT_MET = "decider_not_met"
APPROVER_MISSING = "approver_missing"
APPROVER_NOT_MET = "approver_not_met"
BUYER_MISSING = "buyer_missing"
WAY_IN = "way_in"
POSSIBLE_WAY_IN = "possible_way_in"
SINGLE_THREAD = "single_thread"
NO_INSIDER = "no_insider"
LOSING_TOUCH = "losing_touch"


@dataclass(frozen=True)
class NextStep:
    """One thing to do and why.

    Attributes:
        key: the reason, one of the names above.
        person: key of the person it is about: the one not met, the thread, or who can introduce us.
        to: key of the person to be introduced to.
        days: since the last talk with ``person``; None for never.
        share: part of all talks that ran through ``person``, for a single thread.
    """

    key: str
    person: str | None = None
    to: str | None = None
    days: int | None = None
    share: float | None = None


def next_steps(people: Sequence[Person], chain: DecisionChain | None = None) -> list[NextStep]:
    """Reasons to act, most urgent first (own choice of order); empty when nothing is missing.

    Decider, then approver (each missing, or not met and the way in), a single thread of high risk, a
    missing buyer, no insider, people we lose touch with by influence, a single thread of medium risk.
    A way in is known where someone who is met can introduce us; else the friendliest person met is a
    possible one. A thread is single only where there were talks at all.
    """
    if not people:
        return [NextStep(NOBODY_NAMED)]
    chain = chain or decision_chain(people)
    thread = NextStep(SINGLE_THREAD, chain.top_person, share=chain.spread.top_share)
    risk = LOW if chain.top_person is None else chain.spread.risk
    steps = list(_reach(people, DECIDER, DECIDER_MISSING, DECIDER_NOT_MET))
    steps += _reach(people, APPROVER, APPROVER_MISSING, APPROVER_NOT_MET, besides=DECIDER)
    steps += [thread] if risk == HIGH else []
    steps += [NextStep(BUYER_MISSING)] if BUYER in chain.missing_essential else []
    steps += [] if chain.insiders else [NextStep(NO_INSIDER)]
    steps += _losing_touch(people, {step.person for step in steps if step.key != SINGLE_THREAD})
    steps += [thread] if risk not in (HIGH, LOW) else []
    return steps


def _reach(
    people: Sequence[Person], role: str, missing: str, not_met: str, besides: str = ""
) -> Iterator[NextStep]:
    """What it takes to have met everyone of a role, the most influential first.

    Whoever also holds the role ``besides`` is in the list already.
    """
    holders = [person for person in people if role in person.roles]
    if not holders:
        yield NextStep(missing)
    for person in sorted(holders, key=lambda person: -person.weight):
        if not person.met and besides not in person.roles:
            yield NextStep(not_met, person.key, days=person.days_since_contact)
            yield from _way_in(people, person)


def _way_in(people: Sequence[Person], target: Person) -> Iterator[NextStep]:
    met = [person for person in people if person.met and person.key != target.key]
    known = [person for person in met if person.key == target.introduced_by]
    friendly = [person for person in met if (person.attitude or 0) > 0]
    for person in known:
        yield NextStep(WAY_IN, person.key, to=target.key, days=person.days_since_contact)
    if friendly and not known:
        best = max(friendly, key=lambda person: (person.insider, person.attitude or 0, person.weight))
        yield NextStep(POSSIBLE_WAY_IN, best.key, to=target.key, days=best.days_since_contact)


def _losing_touch(people: Sequence[Person], named: set[str | None]) -> list[NextStep]:
    """People we once talked to, and not in the last 90 days, who are not in the list already."""
    fading = [p for p in people if p.days_since_contact is not None and not p.met and p.key not in named]
    fading.sort(key=lambda person: (-person.weight, -(person.days_since_contact or 0)))
    return [NextStep(LOSING_TOUCH, person.key, days=person.days_since_contact) for person in fading]
