"""The decision chain: who decides at an account, whom we have met, and how thin the thread is.

The first number is one anybody can count: met 3 of 7, decider not met. Coverage by influence, support and
the effective number of contacts (the inverse of the concentration of our talks) stand behind it. Roles are
those of the buying centre, with the coach as the insider. ``decision_steps`` says what to do about it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

DECIDER, APPROVER, BUYER, COACH = "decider", "approver", "buyer", "coach"
ROLES = ("initiator", "user", "influencer", DECIDER, APPROVER, BUYER, "gatekeeper", COACH)
ESSENTIAL_ROLES = (DECIDER, APPROVER, BUYER, COACH)
"""Without one of these a chain is not understood. An insider without the role stands in for the coach."""

MET_DAYS = 90
"""A talk counts fully this long; whoever talked to us within it is "met"."""
FADING_DAYS = 180
"""A talk counts half until then, not at all later."""
INFORMATION_DAYS = 90
COVERAGE_CAP = 0.60
"""Most that coverage can say while nobody is named as decider or nobody as approver."""
UNKNOWN_INFLUENCE = 3
"""Weight of a person whose influence is not known yet: the middle of 1–5 (own choice), never 0."""
MOST_INFLUENCE = 5
FULL_SUPPORT = 2
"""The best attitude on the scale −2 … +2."""

HIGH, MEDIUM, LOW = "high", "medium", "low"
HIGH_BELOW = 2.0
MEDIUM_BELOW = 3.0
TOP_SHARE_HIGH_ABOVE = 0.60


@dataclass(frozen=True)
class Person:
    """One person of the chain; None is "not known" (for days: never).

    Attributes:
        key: what the caller knows the person by.
        roles: any of ``ROLES``, several allowed.
        influence: 1–5 on this decision.
        attitude: −2 (against us) … +2 (strongly for us).
        days_since_contact: since the last talk with any of us.
        interactions_180d: talks in the last 180 days.
        days_since_information: since this person last told us something useful.
        introduced_by: key of the person who can introduce us to this one.

    Raises ValueError for what no person can be.
    """

    key: str
    roles: frozenset[str] = frozenset()
    influence: int | None = None
    attitude: int | None = None
    days_since_contact: int | None = None
    interactions_180d: int = 0
    days_since_information: int | None = None
    introduced_by: str | None = None

    def __post_init__(self) -> None:
        if unknown := set(self.roles) - set(ROLES):
            raise ValueError(f"unknown roles: {sorted(unknown)}")
        if self.influence is not None and not 1 <= self.influence <= MOST_INFLUENCE:
            raise ValueError("influence is 1 to 5")
        if self.attitude is not None and not -FULL_SUPPORT <= self.attitude <= FULL_SUPPORT:
            raise ValueError("attitude is -2 to 2")
        if self.interactions_180d < 0:
            raise ValueError("a number of talks is never negative")

    @property
    def weight(self) -> int:
        """Influence, or the middle of the scale where it is not known."""
        return UNKNOWN_INFLUENCE if self.influence is None else self.influence

    @property
    def met(self) -> bool:
        """Talked to in the last 90 days."""
        return self.days_since_contact is not None and self.days_since_contact <= MET_DAYS

    @property
    def insider(self) -> bool:
        """Strongly for us, and told us something in the last 90 days."""
        informed = self.days_since_information
        return self.attitude == FULL_SUPPORT and informed is not None and informed <= INFORMATION_DAYS


@dataclass(frozen=True)
class ContactSpread:
    """How our talks of 180 days are spread over people.

    Attributes:
        talks: number of talks. top: place of the person with most of them; None where there were none.
        top_share: that person's part of all talks.
        effective: effective number of contacts, 1 / Σ share²; 0 where nobody was talked to.
        risk: ``high`` (under 2, or one person above 60 %), ``medium`` (under 3) or ``low``.
    """

    talks: int
    top: int | None
    top_share: float | None
    effective: float
    risk: str


@dataclass(frozen=True)
class DecisionChain:
    """What is known of one chain.

    Attributes:
        met, of: people talked to in the last 90 days, of all named.
        decider_met: None where no decider is named.
        coverage: influence we are in touch with / all influence, recent talks counting more (0–1).
        coverage_capped: the same, at most 0.60 unless both a decider and an approver are named.
        support: influence-weighted attitude, −1 … +1; None without people.
        spread: how thin the thread is; top_person: key of the person with most talks.
        missing_roles: roles of nobody, in the order of ``ROLES``; an insider stands in for the coach.
        missing_essential: those of them without which the chain is not understood.
        insiders: keys of people strongly for us who told us something in the last 90 days.
        unknown_influence: number of people weighted with the middle of the scale.
    """

    met: int
    of: int
    decider_met: bool | None
    coverage: float
    coverage_capped: float
    support: float | None
    spread: ContactSpread
    top_person: str | None
    missing_roles: tuple[str, ...]
    missing_essential: tuple[str, ...]
    insiders: tuple[str, ...]
    unknown_influence: int


def recency_weight(days: int | None) -> float:
    """What a contact still counts: 1 up to 90 days, 0.5 up to 180, then (or never met) 0."""
    if days is None or days > FADING_DAYS:
        return 0.0
    return 1.0 if days <= MET_DAYS else 0.5


def capped_coverage(coverage: float, roles_named: Collection[str]) -> float:
    """Coverage, at most 0.60 unless both a decider and an approver are named (met or not)."""
    return coverage if {DECIDER, APPROVER} <= set(roles_named) else min(coverage, COVERAGE_CAP)


def contact_spread(talks: Sequence[int]) -> ContactSpread:
    """Spread of talks over people, given as one number per person."""
    total = sum(talks)
    if total <= 0:
        return ContactSpread(0, None, None, 0.0, HIGH)
    top = max(range(len(talks)), key=lambda place: talks[place])
    effective = total * total / sum(count * count for count in talks)
    share = talks[top] / total
    if effective < HIGH_BELOW or share > TOP_SHARE_HIGH_ABOVE:
        risk = HIGH
    else:
        risk = MEDIUM if effective < MEDIUM_BELOW else LOW
    return ContactSpread(total, top, share, effective, risk)


def decision_chain(people: Sequence[Person]) -> DecisionChain:
    """Measure one chain. Without people the coverage is 0, the risk high and the support not known."""
    influence = sum(person.weight for person in people)
    reached = sum(person.weight * recency_weight(person.days_since_contact) for person in people)
    attitude = sum(person.weight * (person.attitude or 0) for person in people)
    coverage = reached / influence if influence else 0.0
    roles = {role for person in people for role in person.roles}
    insiders = tuple(person.key for person in people if person.insider)
    filled = roles | {COACH} if insiders else roles
    missing = tuple(role for role in ROLES if role not in filled)
    spread = contact_spread([person.interactions_180d for person in people])
    deciders = [person for person in people if DECIDER in person.roles]
    return DecisionChain(
        met=sum(person.met for person in people),
        of=len(people),
        decider_met=any(person.met for person in deciders) if deciders else None,
        coverage=coverage,
        coverage_capped=capped_coverage(coverage, roles),
        support=attitude / (FULL_SUPPORT * influence) if influence else None,
        spread=spread,
        top_person=None if spread.top is None else people[spread.top].key,
        missing_roles=missing,
        missing_essential=tuple(role for role in missing if role in ESSENTIAL_ROLES),
        insiders=insiders,
        unknown_influence=sum(person.influence is None for person in people),
    )
