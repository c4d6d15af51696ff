"""Tenders and offers: what a result needs so that the account learns from it."""

import datetime as dt

OPEN, WON, LOST, CANCELLED = "open", "won", "lost", "cancelled"


def result_problems(
    *,
    result: str,
    reason: str,
    has_competitor: bool,
    submitted_on: dt.date,
    decided_on: dt.date | None,
    today: dt.date,
) -> dict[str, str]:
    """Return what is wrong with a result, by field; empty where it can be kept.

    Won and lost need a reason (``needed``), only what was lost went to a competitor (``only_lost``), what
    is open has no day of decision (``still_open``), a decision lies between ``submitted_on`` and today
    (``missing``, ``early``, ``future``).
    """
    problems: dict[str, str] = {}
    if result in (WON, LOST) and not reason:
        problems["reason"] = "needed"
    if has_competitor and result != LOST:
        problems["competitor"] = "only_lost"
    if result == OPEN:
        if decided_on is not None:
            problems["decided_on"] = "still_open"
    elif decided_on is None:
        problems["decided_on"] = "missing"
    elif decided_on > today:
        problems["decided_on"] = "future"
    elif decided_on < submitted_on:
        problems["decided_on"] = "early"
    return problems
