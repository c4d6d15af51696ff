"""Geometry of our steps above a line of time and the competitors' moves below it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Interaction, RivalMove
from ka_crm.lib.periods import month_index, month_start

MONTHS = 6


@dataclass(frozen=True)
class Step:
    """One thing that somebody did: we (``rival`` empty) or a competitor."""

    on: dt.date
    rival: str
    what: str
    more: str


def first_day(today: dt.date) -> dt.date:
    """Return the first day of the line: the first of the month, six months in all."""
    return month_start(month_index(today) + 1 - MONTHS)


def steps_of(talks: Iterable[Interaction], moves: Iterable[RivalMove]) -> list[Step]:
    """Return our contacts and the competitors' moves together, newest first."""
    steps = [
        Step(talk.on, "", talk.subject, f"{talk.get_channel_display()}, {talk.owner.name}" if talk.owner else
             str(talk.get_channel_display()))
        for talk in talks
    ]  # fmt: skip
    steps += [
        Step(move.on, move.competitor.name, met_whom(move) or move.said or move.papers, move.papers)
        for move in moves
    ]
    return sorted(steps, key=lambda step: step.on, reverse=True)


def met_whom(move: RivalMove) -> str:
    """Return whom a competitor met, in words."""
    return ", ".join(text for text in (move.contact.name if move.contact else "", move.met_text) if text)


def two_lines(steps: list[Step], first: dt.date, today: dt.date) -> dict[str, Any]:
    """Return dots (one a day and side) and month marks, placed in per cent of the width."""
    end = month_start(month_index(today) + 1)
    span = (end - first).days

    def place(day: dt.date) -> str:
        return f"{100 * (day - first).days / span:.2f}%"

    days: dict[tuple[dt.date, bool], list[Step]] = defaultdict(list)
    for step in steps:
        days[step.on, not step.rival].append(step)
    dots = [
        {"x": place(day), "ours": ours, "on": day, "steps": found}
        for (day, ours), found in sorted(days.items())
    ]
    months = [month_start(month_index(first) + number) for number in range(MONTHS)]
    return {
        "dots": dots,
        "months": [{"x": place(month), "month": month} for month in months],
        "today": place(today),
    }
