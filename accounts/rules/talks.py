"""Talks: which changes of state there are, and on which days they can lie."""

import datetime as dt

PLANNED, DONE, CANCELLED = "planned", "done", "cancelled"

#: A talk that was held is not cancelled afterwards: who entered it by mistake removes it or plans it again.
MOVES: dict[str, frozenset[str]] = {
    PLANNED: frozenset({DONE, CANCELLED}),
    CANCELLED: frozenset({PLANNED}),
    DONE: frozenset({PLANNED}),
}


def may_become(state: str, wanted: str) -> bool:
    """Return whether a talk in ``state`` may become ``wanted``."""
    return wanted in MOVES.get(state, frozenset())


def day_problem(state: str, on: dt.date, today: dt.date, planned_before: dt.date | None = None) -> str | None:
    """Return why a talk cannot lie on this day: ``future`` (held on a day to come), ``past`` (planned for a
    day that is over). One that was planned for that day already (``planned_before``) is overdue, not wrong.
    """
    if state == DONE and on > today:
        return "future"
    if state == PLANNED and on < today and on != planned_before:
        return "past"
    return None
