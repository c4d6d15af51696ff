"""When a promise is late, when a contact is due, what a result needs: day by day, without a database."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.bids import result_problems
from accounts.rules.commitments import days_late, is_late, may_become, settling_problem, was_kept_late
from accounts.rules.contact_rhythm import contact_due_on, days_overdue
from accounts.rules.talks import day_problem
from accounts.rules.talks import may_become as talk_may_become

D = dt.date
DAYS = st.dates(D(2000, 1, 1), D(2030, 12, 31))


@pytest.mark.parametrize(
    ("due", "today", "late", "days"),
    [
        (D(2022, 10, 31), D(2022, 10, 31), False, 0),  # on the day itself
        (D(2022, 10, 31), D(2022, 11, 1), True, 1),  # the month ends in between
        (D(2022, 2, 28), D(2022, 3, 1), True, 1),
        (D(2024, 2, 28), D(2024, 3, 1), True, 2),  # a leap year
        (D(2022, 12, 31), D(2023, 1, 1), True, 1),
        (D(2022, 11, 30), D(2022, 11, 1), False, 0),
    ],
)
def test_an_open_promise_is_late_from_the_day_after(due, today, late, days):
    assert is_late("open", due, today) is late
    assert days_late("open", due, None, today) == days


@pytest.mark.parametrize(
    ("state", "settled", "late", "days"),
    [
        ("kept", D(2022, 10, 31), False, 0),
        ("kept", D(2022, 11, 2), True, 2),
        ("broken", D(2022, 11, 2), False, 0),
        ("withdrawn", D(2022, 11, 2), False, 0),
    ],
)
def test_a_promise_kept_after_its_day_was_kept_late_for_ever(state, settled, late, days):
    due = D(2022, 10, 31)
    assert was_kept_late(state, due, settled) is late
    assert days_late(state, due, settled, D(2023, 6, 1)) == days
    assert not is_late(state, due, D(2023, 6, 1))


@given(due=DAYS, today=DAYS)
def test_late_and_days_late_say_the_same(due, today):
    assert is_late("open", due, today) == (days_late("open", due, None, today) > 0)


def test_settled_promises_are_opened_before_they_become_something_else():
    settled = ("kept", "broken", "withdrawn")
    assert all(may_become("open", state) and may_become(state, "open") for state in settled)
    assert not any(may_become(one, other) for one in settled for other in settled)
    assert not may_become("open", "nonsense")
    assert not may_become("nonsense", "kept")


@pytest.mark.parametrize(
    ("state", "settled", "problem"),
    [
        ("open", None, None),
        ("kept", None, "missing"),
        ("kept", D(2022, 11, 2), "future"),
        ("kept", D(2022, 9, 30), "early"),
        ("kept", D(2022, 10, 1), None),
        ("broken", D(2022, 11, 1), None),
    ],
)
def test_the_day_of_settling_lies_between_promise_and_today(state, settled, problem):
    assert settling_problem(state, D(2022, 10, 1), settled, D(2022, 11, 1)) == problem


@pytest.mark.parametrize(
    ("last", "every", "due"),
    [
        (D(2022, 10, 1), 30, D(2022, 10, 31)),
        (D(2022, 1, 31), 30, D(2022, 3, 2)),
        (D(2024, 1, 31), 30, D(2024, 3, 1)),
        (None, 30, D(2022, 5, 5)),
    ],
)
def test_a_contact_is_due_so_many_days_after_the_last_one(last, every, due):
    assert contact_due_on(last, every, D(2022, 5, 5)) == due


@given(last=DAYS, every=st.integers(1, 400), today=DAYS)
def test_a_contact_is_overdue_only_after_its_day(last, every, today):
    due = contact_due_on(last, every, last)
    assert (due - last).days == every
    assert days_overdue(due, today) == max((today - due).days, 0)


@pytest.mark.parametrize(
    ("state", "on", "before", "problem"),
    [
        ("done", D(2022, 11, 2), None, "future"),
        ("done", D(2022, 11, 1), None, None),
        ("planned", D(2022, 10, 31), None, "past"),
        ("planned", D(2022, 11, 1), None, None),
        ("planned", D(2022, 10, 31), D(2022, 10, 31), None),  # overdue: it was planned for that day
        ("planned", D(2022, 10, 30), D(2022, 10, 31), "past"),
        ("cancelled", D(2022, 10, 30), None, None),
    ],
)
def test_what_was_held_is_not_to_come_and_what_is_planned_is_not_over(state, on, before, problem):
    assert day_problem(state, on, D(2022, 11, 1), before) == problem


def test_a_talk_that_was_held_is_not_called_off():
    assert talk_may_become("planned", "done")
    assert talk_may_become("planned", "cancelled")
    assert not talk_may_become("done", "cancelled")


@pytest.mark.parametrize(
    ("result", "reason", "rival", "decided", "problems"),
    [
        ("open", "", False, None, {}),
        ("open", "", False, D(2022, 10, 1), {"decided_on": "still_open"}),
        ("won", "price", False, D(2022, 10, 1), {}),
        ("won", "", False, D(2022, 10, 1), {"reason": "needed"}),
        ("won", "price", True, D(2022, 10, 1), {"competitor": "only_lost"}),
        ("lost", "price", True, D(2022, 10, 1), {}),
        ("lost", "price", False, None, {"decided_on": "missing"}),
        ("lost", "price", False, D(2022, 8, 1), {"decided_on": "early"}),
        ("cancelled", "", False, D(2022, 12, 1), {"decided_on": "future"}),
    ],
)
def test_a_result_needs_its_reason_and_its_day(result, reason, rival, decided, problems):
    found = result_problems(
        result=result, reason=reason, has_competitor=rival, submitted_on=D(2022, 9, 1),
        decided_on=decided, today=D(2022, 11, 1),
    )  # fmt: skip
    assert found == problems
