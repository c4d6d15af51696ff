"""Whether promised hours were kept."""

import datetime as dt

import pytest

from accounts.rules import service as rules

BEGAN = dt.datetime(2022, 11, 1, 9, tzinfo=dt.UTC)
NOW = BEGAN + dt.timedelta(hours=30)
SECOND = dt.timedelta(seconds=1)


def after(hours: float | None) -> dt.datetime | None:
    return None if hours is None else BEGAN + dt.timedelta(hours=hours)


@pytest.mark.parametrize(
    ("done", "promised", "state"),
    [
        (after(3), 4, "kept"),
        (after(4), 4, "kept"),
        (after(4) + SECOND, 4, "late"),
        (None, 48, "running"),
        (None, 30, "running"),
        (None, 29, "overdue"),
        (after(3), None, "unpromised"),
        (None, None, "unpromised"),
    ],
)
def test_a_promise_is_kept_until_its_last_moment(done, promised, state):
    assert rules.case_state(BEGAN, done, promised, NOW) == state


def test_the_share_counts_what_is_decided_and_nothing_else():
    states = ["kept"] * 17 + ["late", "late", "overdue"] + ["running", "unpromised"]
    found = rules.kept_of(states)
    assert (found.kept, found.decided, found.share) == (17, 20, 0.85)


def test_without_a_decided_case_the_share_is_unknown_and_not_zero():
    assert rules.kept_of(["running", "unpromised"]).share is None
