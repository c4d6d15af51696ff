"""Dossier score: how much of what we should know about an account is written down and still fresh."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

RED, AMBER, GREEN = "red", "amber", "green"
RED_BELOW = 50.0
AMBER_BELOW = 80.0
STALE_FRESHNESS = 0.5

SECTION_WEIGHTS = {"general": 20, "org_decision": 25, "history": 20, "competitors": 15, "plan": 20}
"""Points of each section; together 100."""
SECTION_MAX_AGE = {"general": 365, "org_decision": 180, "history": 365, "competitors": 90, "plan": 365}
"""Days that a section counts as fresh (T); up to twice as long it counts half."""

_EQUAL = 1e-9
"""Scores closer than this are the same: renormalised weights must not miss a limit by a float."""


@dataclass(frozen=True)
class Section:
    """One part of a dossier.

    Attributes:
        name: key of the part.
        filled: part of what it asks for that is there, 0–1.
        age_days: since it was last checked; None for never.
        weight: points when full and fresh. max_age: days it stays fresh.
        applicable: False removes it; the other weights then share its points.

    Raises ValueError for a part above 1 or below 0, or without weight or age.
    """

    name: str
    filled: float
    age_days: int | None
    weight: float
    max_age: int
    applicable: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.filled <= 1:
            raise ValueError("filled is a part between 0 and 1")
        if self.weight <= 0 or self.max_age <= 0:
            raise ValueError("weight and age of a section are more than 0")


@dataclass(frozen=True)
class SectionPoints:
    """What a section brings: ``points`` of ``weight`` (renormalised), and what is ``missing``."""

    name: str
    weight: float
    filled: float
    freshness: float
    points: float

    @property
    def missing(self) -> float:
        """Points to be won by filling and checking the section."""
        return self.weight - self.points


@dataclass(frozen=True)
class DossierScore:
    """Score 0–100 with its level; None and "" where no section applies.

    Attributes:
        sections: the applicable ones, in the order given.
        next_best: those with points to win, most first; ties in the order given.
    """

    score: float | None
    level: str
    sections: tuple[SectionPoints, ...]
    next_best: tuple[SectionPoints, ...]


def default_section(
    name: str, filled: float, age_days: int | None = None, applicable: bool = True
) -> Section:
    """A section with the product's own weight and age; ``name`` is one of ``SECTION_WEIGHTS``."""
    return Section(name, filled, age_days, SECTION_WEIGHTS[name], SECTION_MAX_AGE[name], applicable)


def freshness(age_days: int | None, max_age: int) -> float:
    """1 up to ``max_age`` days, 0.5 up to twice as many, 0 later and for never checked."""
    if age_days is None or age_days > 2 * max_age:
        return 0.0
    return 1.0 if age_days <= max_age else STALE_FRESHNESS


def dossier_score(sections: Sequence[Section]) -> DossierScore:
    """Σ weight × filled × freshness over the applicable sections, on a scale of 100."""
    applicable = [section for section in sections if section.applicable]
    if not applicable:
        return DossierScore(None, "", (), ())
    scale = 100 / math.fsum(section.weight for section in applicable)
    parts = tuple(_points(section, scale) for section in applicable)
    score = min(100.0, math.fsum(part.points for part in parts))
    open_parts = [part for part in parts if part.missing > _EQUAL]
    next_best = tuple(sorted(open_parts, key=lambda part: -round(part.missing, 9)))
    return DossierScore(score, level(score), parts, next_best)


def level(score: float) -> str:
    """``red`` under 50, ``amber`` under 80, else ``green``."""
    if score < RED_BELOW - _EQUAL:
        return RED
    return AMBER if score < AMBER_BELOW - _EQUAL else GREEN


def _points(section: Section, scale: float) -> SectionPoints:
    fresh = freshness(section.age_days, section.max_age)
    weight = section.weight * scale
    return SectionPoints(section.name, weight, section.filled, fresh, weight * section.filled * fresh)
