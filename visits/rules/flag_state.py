"""Hysteresis: a flag is raised and lowered only on repeated evidence, so that it does not flap."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from visits.rules.share import BELOW_CONFIRMED, BELOW_WATCH, OK, IntArray, TextArray

FLAG_AFTER = 2
CLEAR_AFTER = 2

STATE_OK = "ok"
STATE_WATCH = "watch"
STATE_FLAGGED = "flagged"


@dataclass(frozen=True)
class FlagState:
    """Where a store stands, with the evidence in a row: ``confirmed`` and ``ok`` evaluations."""

    state: str = STATE_OK
    confirmed: int = 0
    ok: int = 0


def next_flag_state(
    current: FlagState, status: str, flag_after: int = FLAG_AFTER, clear_after: int = CLEAR_AFTER
) -> FlagState:
    """The state after one more evaluation, to be called once per new visit or month of totals.

    Evaluations that say nothing (``insufficient``, ``no_market_share``) change neither state nor counts.
    """
    if status not in (OK, BELOW_WATCH, BELOW_CONFIRMED):
        return current
    counted = replace(
        current,
        confirmed=current.confirmed + 1 if status == BELOW_CONFIRMED else 0,
        ok=current.ok + 1 if status == OK else 0,
    )
    if current.state == STATE_FLAGGED:
        return replace(counted, state=STATE_OK) if counted.ok >= clear_after else counted
    if counted.confirmed >= flag_after:
        return replace(counted, state=STATE_FLAGGED)
    return replace(counted, state=STATE_OK if status == OK else STATE_WATCH)


def hysteresis(
    statuses: Iterable[str],
    start: str = STATE_OK,
    flag_after: int = FLAG_AFTER,
    clear_after: int = CLEAR_AFTER,
) -> list[str]:
    """States after each of several evaluations in a row."""
    current, states = FlagState(start), []
    for status in statuses:
        current = next_flag_state(current, status, flag_after, clear_after)
        states.append(current.state)
    return states


@dataclass(frozen=True)
class FlagStates:
    """The same for many stores at once; arrays by row."""

    state: TextArray
    confirmed: IntArray
    ok: IntArray


def next_flag_states(
    current: FlagStates, status: TextArray, flag_after: int = FLAG_AFTER, clear_after: int = CLEAR_AFTER
) -> FlagStates:
    """``next_flag_state`` of every row."""
    says = np.isin(status, (OK, BELOW_WATCH, BELOW_CONFIRMED))
    confirmed = np.where(
        says, np.where(status == BELOW_CONFIRMED, current.confirmed + 1, 0), current.confirmed
    )
    ok = np.where(says, np.where(status == OK, current.ok + 1, 0), current.ok)
    was_flagged = current.state == STATE_FLAGGED
    state = np.select(
        [~says, was_flagged & (ok >= clear_after), was_flagged | (confirmed >= flag_after), status == OK],
        [current.state, STATE_OK, STATE_FLAGGED, STATE_OK],
        STATE_WATCH,
    )
    return FlagStates(state.astype("<U7"), confirmed.astype(np.int64), ok.astype(np.int64))
