"""Terms of the register: unbroken memberships, tenure, and what a selection does to them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.rules.assessments import months_later


@dataclass(frozen=True)
class Term:
    """Days of one term, ``to_on`` the first day after it; ``None``: not ended."""

    from_on: dt.date
    to_on: dt.date | None


@dataclass(frozen=True)
class Membership:
    """An unbroken time in the register; ``until_on`` is the first day after it."""

    from_on: dt.date
    until_on: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        """Return whether the day is one of it."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


def memberships(terms: Iterable[Term]) -> list[Membership]:
    """Return terms that follow each other without a gap as one; the oldest first.

    A term that ended before it began to hold is nothing.
    """
    found: list[Membership] = []
    real = [term for term in terms if term.to_on is None or term.to_on > term.from_on]
    for term in sorted(real, key=lambda one: one.from_on):
        if found and found[-1].until_on == term.from_on:
            found[-1] = Membership(found[-1].from_on, term.to_on)
        else:
            found.append(Membership(term.from_on, term.to_on))
    return found


def shown_membership(terms: Iterable[Term], day: dt.date) -> Membership | None:
    """Return the membership that holds on a day, else the next one to come, else none."""
    found = [one for one in memberships(terms) if one.until_on is None or one.until_on > day]
    return found[0] if found else None


def overlaps(terms: Iterable[Term]) -> int:
    """Return how many terms of one customer begin before the one before has ended."""
    real = sorted(
        (term for term in terms if term.to_on is None or term.to_on > term.from_on),
        key=lambda one: one.from_on,
    )
    return sum(
        before.to_on is None or before.to_on > after.from_on
        for before, after in zip(real, real[1:], strict=False)
    )


def tenure_end(entered_on: dt.date, months: int) -> dt.date | None:
    """Return the first day on which a member may leave without a veto; ``None`` without a tenure."""
    return months_later(entered_on, months) if months > 0 else None
