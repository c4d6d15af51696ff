"""The life of a flag: which step may follow which, and what a step needs first.

flagged → inspecting → measures → recovering → closed. Back go inspecting → flagged and
recovering → measures. A flag that is not worth the effort, rests on wrong numbers, or whose store came back
by itself may be closed before it recovers.
"""

from dataclasses import dataclass

FLAGGED = "flagged"
INSPECTING = "inspecting"
MEASURES = "measures"
RECOVERING = "recovering"
CLOSED = "closed"
STATES = (FLAGGED, INSPECTING, MEASURES, RECOVERING, CLOSED)

#: Where a flag may go, the step on first.
STEPS: dict[str, tuple[str, ...]] = {
    FLAGGED: (INSPECTING, CLOSED),
    INSPECTING: (MEASURES, FLAGGED, CLOSED),
    MEASURES: (RECOVERING, CLOSED),
    RECOVERING: (CLOSED, MEASURES),
    CLOSED: (),
}

RECOVERED = "recovered"
NOT_WORTH = "not_worth"
WRONG_DATA = "wrong_data"
EARLY_OUTCOMES = (NOT_WORTH, WRONG_DATA)
"""Outcomes that close a flag without measures."""

RECHECK_AFTER = 5
"""New visits after the first measure, or after the last re-check, until a re-check is proposed."""

RECHECK_AFTER_MONTHS = 3
"""New months of a full count that do the same where a store is judged by full counts (own choice)."""

NO_SUCH_STEP = "no_such_step"
NEEDS_PLAN = "needs_plan"
NEEDS_DONE_INSPECTION = "needs_done_inspection"
NEEDS_MEASURE = "needs_measure"
MEASURES_OPEN = "measures_open"
NO_MEASURE_DONE = "no_measure_done"
NEEDS_OUTCOME = "needs_outcome"
OUTCOME_TOO_EARLY = "outcome_too_early"


@dataclass(frozen=True)
class FlagFacts:
    """What the guard table looks at.

    ``is_inspection_planned``: somebody inspects on a day; ``is_back``: the rule with hysteresis has taken
    the store out of the flagged ones again.
    """

    state: str
    is_inspection_planned: bool = False
    is_inspected: bool = False
    measures_open: int = 0
    measures_done: int = 0
    is_back: bool = False


def is_recheck_due(visits: int, months: int = 0) -> bool:
    """Return whether so many new visits, or new months of a full count, ask for a re-check.

    >>> is_recheck_due(4), is_recheck_due(5), is_recheck_due(0, 3)
    (False, True, True)
    """
    return visits >= RECHECK_AFTER or months >= RECHECK_AFTER_MONTHS


def refusal(facts: FlagFacts, to: str, outcome: str = "") -> str:
    """Why a flag may not go to a state now; empty where it may."""
    if to not in STEPS.get(facts.state, ()):
        return NO_SUCH_STEP
    if to == INSPECTING and not facts.is_inspection_planned:
        return NEEDS_PLAN
    if to == MEASURES and facts.state == INSPECTING:
        return _refused_measures(facts)
    if to == RECOVERING:
        return MEASURES_OPEN if facts.measures_open else "" if facts.measures_done else NO_MEASURE_DONE
    if to == CLOSED:
        return _refused_closing(facts, outcome)
    return ""


def outcomes_open(facts: FlagFacts, outcomes: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these outcomes may close the flag now."""
    return tuple(outcome for outcome in outcomes if not _refused_closing(facts, outcome))


def steps_to_offer(facts: FlagFacts) -> tuple[str, ...]:
    """Steps worth offering: those that nothing else must precede (their own fields are asked for)."""
    may_measure = facts.state == RECOVERING or facts.is_inspected
    is_treated = facts.measures_done > 0 and not facts.measures_open
    offered = {MEASURES: may_measure, RECOVERING: is_treated}
    return tuple(step for step in STEPS.get(facts.state, ()) if offered.get(step, True))


def _refused_measures(facts: FlagFacts) -> str:
    if not facts.is_inspected:
        return NEEDS_DONE_INSPECTION
    return "" if facts.measures_open + facts.measures_done else NEEDS_MEASURE


def _refused_closing(facts: FlagFacts, outcome: str) -> str:
    if not outcome:
        return NEEDS_OUTCOME
    early = facts.state != RECOVERING
    if early and outcome not in EARLY_OUTCOMES and not (outcome == RECOVERED and facts.is_back):
        return OUTCOME_TOO_EARLY
    return ""
