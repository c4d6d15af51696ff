"""Our pace against a competitor: push, hold or pause; a suggestion that somebody takes or leaves.

Own choice of rules, the most urgent first; the first that fits speaks. The reason is a code, the page has the
words.
"""

import datetime as dt
from dataclasses import dataclass

PUSH, HOLD, PAUSE = "push", "hold", "pause"
EARLY = frozenset({"watching", "contact"})
CLOSING = frozenset({"offered", "trial", "negotiating"})
SUPPLIES = "supplies"
BEFORE_END_DAYS = 90
"""So many days before their contract ends our work for it begins."""
QUIET_DAYS = 90
"""Without a move for so long a competitor at an early stage counts as asleep."""


@dataclass(frozen=True)
class Standing:
    """What is known of a competitor at a customer on a day.

    Attributes:
        stage: how far they are (a code of ``RivalStage``).
        decider_met: whether we have talked to who decides; None while nobody is named as decider.
        contract_ends_on: of theirs; None is unknown or none.
        last_move_on: the last thing they did; None for never.
    """

    stage: str
    decider_met: bool | None = None
    contract_ends_on: dt.date | None = None
    last_move_on: dt.date | None = None


@dataclass(frozen=True)
class Suggestion:
    """A pace with the code of its reason; ``until`` is the day from which another one is due."""

    pace: str
    reason: str
    until: dt.date | None = None


def suggest_pace(standing: Standing, today: dt.date) -> Suggestion | None:
    """Return the pace that the facts suggest; None where they say too little."""
    if standing.stage in CLOSING:
        reasons = {True: "closing", False: "decider_not_met", None: "decider_unknown"}
        return Suggestion(PUSH, reasons[standing.decider_met])
    ends = standing.contract_ends_on
    if ends is not None and ends >= today:
        begin = ends - dt.timedelta(days=BEFORE_END_DAYS)
        return Suggestion(HOLD, "locked", begin) if today < begin else Suggestion(PUSH, "contract_ends")
    if ends is not None and standing.stage == SUPPLIES:
        return Suggestion(PUSH, "contract_over")
    if standing.stage == "presented":
        return Suggestion(HOLD, "presented")
    if standing.stage in EARLY:
        return _early(standing.last_move_on, today)
    return None


def _early(last_move_on: dt.date | None, today: dt.date) -> Suggestion:
    if last_move_on is None or (today - last_move_on).days > QUIET_DAYS:
        return Suggestion(PAUSE, "quiet")
    return Suggestion(HOLD, "early")
