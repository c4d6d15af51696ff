"""Whether what a customer asked for was done within the promised hours. Pure; times are aware.

Hours run around the clock. The promise is frozen when the case begins, so that a later change of the
standards does not change the past.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

KEPT, LATE, RUNNING, OVERDUE, UNPROMISED = "kept", "late", "running", "overdue", "unpromised"
#: States in which it is decided whether the promise held. One that is overdue cannot be kept any more.
DECIDED = (KEPT, LATE, OVERDUE)


@dataclass(frozen=True)
class Kept:
    """How many promises held, of how many that are decided."""

    kept: int
    decided: int

    @property
    def share(self) -> float | None:
        """Part of the decided ones that held; ``None`` where none is decided."""
        return self.kept / self.decided if self.decided else None


def due_at(began_at: dt.datetime, promised_hours: int | None) -> dt.datetime | None:
    """Return until when it was promised; ``None`` where nothing was."""
    return None if promised_hours is None else began_at + dt.timedelta(hours=promised_hours)


def case_state(
    began_at: dt.datetime, done_at: dt.datetime | None, promised_hours: int | None, now: dt.datetime
) -> str:
    """Return what became of a promise, one of the words above; its last moment still counts as kept."""
    due = due_at(began_at, promised_hours)
    if due is None:
        return UNPROMISED
    if done_at is not None:
        return KEPT if done_at <= due else LATE
    return RUNNING if now <= due else OVERDUE


def kept_of(states: Iterable[str]) -> Kept:
    """Return how many of the decided cases were kept."""
    decided = [state for state in states if state in DECIDED]
    return Kept(kept=decided.count(KEPT), decided=len(decided))
