"""Promises: which changes of state there are, and when one is late."""

import datetime as dt

OPEN, KEPT, BROKEN, WITHDRAWN = "open", "kept", "broken", "withdrawn"

#: From which state a promise may go where. Whatever was settled by mistake is opened again first.
MOVES: dict[str, frozenset[str]] = {
    OPEN: frozenset({KEPT, BROKEN, WITHDRAWN}),
    KEPT: frozenset({OPEN}),
    BROKEN: frozenset({OPEN}),
    WITHDRAWN: frozenset({OPEN}),
}


def may_become(state: str, wanted: str) -> bool:
    """Return whether a promise in ``state`` may become ``wanted``.

    >>> may_become("open", "kept"), may_become("broken", "kept")
    (True, False)
    """
    return wanted in MOVES.get(state, frozenset())


def is_late(state: str, due_on: dt.date, today: dt.date) -> bool:
    """Return whether a promise is open and its day is over; on the due day itself it is not late."""
    return state == OPEN and due_on < today


def days_late(state: str, due_on: dt.date, settled_on: dt.date | None, today: dt.date) -> int:
    """Return by how many calendar days a promise is late, or was when it was kept; 0 in time.

    A broken or withdrawn promise is not late: it is broken or withdrawn.

    >>> days_late("open", dt.date(2022, 10, 31), None, dt.date(2022, 11, 1))
    1
    """
    if state == OPEN:
        return max((today - due_on).days, 0)
    if state == KEPT and settled_on is not None:
        return max((settled_on - due_on).days, 0)
    return 0


def was_kept_late(state: str, due_on: dt.date, settled_on: dt.date | None) -> bool:
    """Return whether a promise was kept, and after its day."""
    return state == KEPT and settled_on is not None and settled_on > due_on


def settling_problem(
    state: str, promised_on: dt.date, settled_on: dt.date | None, today: dt.date
) -> str | None:
    """Return why a promise cannot be in ``state`` since ``settled_on``; ``None`` where it can.

    ``missing``: settled without a day. ``future``: on a day to come. ``early``: before it was promised.
    """
    if state == OPEN:
        return None
    if settled_on is None:
        return "missing"
    if settled_on > today:
        return "future"
    return "early" if settled_on < promised_on else None
