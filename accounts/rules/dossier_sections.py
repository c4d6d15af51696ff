"""What "filled" means for each section of a dossier, piece by piece, and the points every piece brings.

The pieces of a section add up to its weight (general 20, organisation and decision 25, history 20,
competitors 15, plan 20). A section without anything in it has one piece: begin it. A section that is older
than its time has one more: look at it again.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from accounts.rules.dossier_score import (
    SECTION_WEIGHTS,
    DossierScore,
    Section,
    SectionPoints,
    default_section,
    dossier_score,
)

Filled = Mapping[str, float]

PIECES: Mapping[str, Mapping[str, int]] = {
    "general": {
        "description": 3, "who_decides": 2, "delivery": 2, "buying_habits": 2, "fiscal_year_month": 2,
        "history": 1, "ownership": 1, "organisation": 1, "environment": 1, "market_notes": 1,
        "concerns": 1, "bargaining_power": 1, "headcount": 1, "website": 1,
    },
    "org_decision": {
        "people": 6, "decider": 5, "approver": 4, "influence": 3, "attitude": 3, "buyer": 2, "coach": 2,
    },
    "history": {"talks": 8, "contract": 4, "bids": 3, "bid_reasons": 3, "people_in_talks": 2},
    "competitors": {"rivals": 5, "contract_ends": 4, "holds": 2, "pace": 2, "moves": 2},
    "plan": {"needs": 4, "goals": 4, "actions": 4, "strategy": 3, "service": 3, "communication": 2},
}  # fmt: skip
"""Points of each piece (own choice: what a new account manager needs first weighs most)."""

WANTED_PEOPLE = 3
"""Named people from which on the list of people counts as complete."""
WANTED_TALKS = 4
"""Written-down talks from which on the history counts as complete: one a quarter."""
FOLLOWS: Mapping[str, str] = {
    "influence": "people", "attitude": "people", "people_in_talks": "talks", "bid_reasons": "bids",
    "contract_ends": "rivals", "holds": "rivals", "pace": "rivals",
}  # fmt: skip
"""Pieces that say something of another: while that one is not there, they are part of what it brings."""
BEGIN, AGAIN = "begin", "again"
PLAN_FROM_MONTH = 10
"""From October on the plan that counts is that of the next year: budgets are decided then."""

_LEAST = 1e-9


@dataclass(frozen=True)
class SectionFacts:
    """What a section holds: each piece's filled part (0–1; left out is 0) and when it was last checked."""

    filled: Filled = field(default_factory=dict)
    checked_on: dt.date | None = None


@dataclass(frozen=True)
class Missing:
    """One concrete thing to fill in: ``section``, its ``piece``, and the ``points`` that it brings."""

    section: str
    piece: str
    points: float


def part_of(have: int, wanted: int) -> float:
    """Return how much of what is wanted is there, 0–1; nothing wanted is nothing there."""
    return min(1.0, have / wanted) if wanted > 0 else 0.0


def plan_year(today: dt.date) -> int:
    """Return the year whose plan counts: this one, from October on the next."""
    return today.year + (today.month >= PLAN_FROM_MONTH)


def section_of(name: str, facts: SectionFacts, today: dt.date) -> Section:
    """Return a section ready to be scored; what was checked after ``today`` counts as checked today."""
    pieces = PIECES[name]
    points = sum(pieces[piece] * part for piece, part in facts.filled.items())
    age = None if facts.checked_on is None else max((today - facts.checked_on).days, 0)
    return default_section(name, min(1.0, points / SECTION_WEIGHTS[name]), age)


def score_of(sections: Mapping[str, SectionFacts], today: dt.date) -> DossierScore:
    """Score a dossier from what its sections hold; a section left out is empty."""
    return dossier_score([section_of(name, sections.get(name, SectionFacts()), today) for name in PIECES])


def missing_of(points: SectionPoints, facts: SectionFacts) -> list[Missing]:
    """Return what is missing of a section, most points first; together exactly what it can still win."""
    if points.filled < _LEAST:
        return [Missing(points.name, BEGIN, points.weight)]
    scale = points.weight / SECTION_WEIGHTS[points.name]
    open_points: dict[str, float] = {}
    for piece, weight in PIECES[points.name].items():
        leader = FOLLOWS.get(piece, piece)
        named = piece if facts.filled.get(leader, 0.0) else leader
        missing = weight * scale * (1 - facts.filled.get(piece, 0.0))
        open_points[named] = open_points.get(named, 0.0) + missing
    open_points[AGAIN] = points.weight * points.filled * (1 - points.freshness)
    found = [Missing(points.name, piece, missing) for piece, missing in open_points.items()]
    return most_first([one for one in found if one.points > _LEAST])


def most_first(missing: Sequence[Missing]) -> list[Missing]:
    """Return missing pieces, most points first; ties in the order given."""
    return sorted(missing, key=lambda one: -round(one.points, 6))
