"""Which relationships a change of the account manager puts at risk. Pure.

A relationship is somebody at the customer with whom the present manager talked in the last twelve months
and the next one did not. Strengths are our own choice: talks once a quarter are a strong one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

STRONG, SOME, WEAK = "strong", "some", "weak"
_STRONG_FROM, _SOME_FROM = 4, 2


@dataclass(frozen=True)
class Talks:
    """How often somebody of ours talked with one contact in the last twelve months."""

    contact: int
    by: int
    count: int


@dataclass(frozen=True)
class Lost:
    """Contacts that only the present manager knows, by strength."""

    strong: int = 0
    some: int = 0
    weak: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.strong + self.some + self.weak

    def __add__(self, other: "Lost") -> "Lost":
        return Lost(self.strong + other.strong, self.some + other.some, self.weak + other.weak)


def strength_of(talks: int) -> str:
    """Return how strong a relationship is: four talks in twelve months or more are strong, two are some."""
    return STRONG if talks >= _STRONG_FROM else SOME if talks >= _SOME_FROM else WEAK


def lost_relationships(talks: Iterable[Talks], before: int | None, after: int | None) -> Lost:
    """Return what is lost when one account passes from ``before`` to ``after`` (ids of people)."""
    rows = list(talks)
    known = {row.contact for row in rows if row.by == after and row.count}
    lost = [
        strength_of(row.count)
        for row in rows
        if before is not None and row.by == before and row.count and row.contact not in known
    ]
    return Lost(lost.count(STRONG), lost.count(SOME), lost.count(WEAK))
