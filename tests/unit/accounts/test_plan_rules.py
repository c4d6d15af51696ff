"""The plan of a year: its steps, its progress, what a copy moves, what may be adjusted."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules import plans as rules

STATES = (rules.DRAFT, rules.AGREED, rules.CLOSED)
ACTS = ("agree", "revise", "close", "reopen")
ALLOWED = {
    ("draft", "agree"): "agreed",
    ("agreed", "close"): "closed",
    ("agreed", "revise"): "draft",
    ("closed", "reopen"): "agreed",
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", ACTS)
def test_a_plan_goes_only_where_the_table_leads(state: str, act: str) -> None:
    assert rules.next_state(state, act) == ALLOWED.get((state, act))


def test_only_a_closed_plan_does_not_change() -> None:
    assert [rules.is_open(state) for state in STATES] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "score", "lacks"),
    [
        ("Went well", 5, []),
        ("Went well", 1, []),
        ("", 3, ["evaluation"]),
        ("  \n", 3, ["evaluation"]),
        ("Went well", None, ["evaluation_score"]),
        ("Went well", 0, ["evaluation_score"]),
        ("Went well", 6, ["evaluation_score"]),
        ("", None, ["evaluation", "evaluation_score"]),
    ],
)
def test_closing_needs_a_text_and_one_to_five(text: str, score: int | None, lacks: list[str]) -> None:
    assert rules.evaluation_lacks(text, score) == lacks


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (dt.date(2022, 12, 2), dt.date(2023, 12, 2)),
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28)),
        (dt.date(2023, 2, 28), dt.date(2024, 2, 28)),
    ],
)
def test_a_day_moves_a_year_and_the_leap_day_to_the_last_of_february(day: dt.date, later: dt.date) -> None:
    assert rules.a_year_later(day) == later


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_a_moved_day_is_in_the_same_month_of_the_next_year(day: dt.date) -> None:
    later = rules.a_year_later(day)
    assert (later.year, later.month) == (day.year + 1, day.month)
    assert day.day - later.day in (0, 1)


@pytest.mark.parametrize(
    ("start", "present", "target", "progress"),
    [
        ("0", "7", "20", 0.35),
        (None, "7", "20", 0.35),
        ("24.1", "25.1", "30.4", 1 / 6.3),
        ("10", "4", "2", 0.75),
        ("10", "12", "2", 0.0),
        ("0", "30", "20", 1.0),
        ("5", "5", "5", 1.0),
        ("5", "4", "5", 0.0),
        ("0", None, "20", None),
        ("0", "7", None, None),
    ],
)
def test_progress_is_the_part_of_the_way_and_never_guessed(start, present, target, progress) -> None:
    found = rules.progress(*(None if value is None else Decimal(value) for value in (start, present, target)))
    assert found == (None if progress is None else pytest.approx(progress, abs=1e-9))


@pytest.mark.parametrize(
    ("service", "problems"),
    [
        ({"meetings": 4, "store_visits": 0.5, "sponsor": False, "review": "monthly"}, {}),
        ({"credit_days": 0, "delivery_priority": 9}, {}),
        ({"meetings": 31.5}, {"meetings": "number"}),
        ({"meetings": -1}, {"meetings": "number"}),
        ({"meetings": True}, {"meetings": "number"}),
        ({"meetings": "4"}, {"meetings": "number"}),
        ({"meetings": float("nan")}, {"meetings": "number"}),
        ({"credit_days": 30.5}, {"credit_days": "number"}),
        ({"delivery_priority": 0}, {"delivery_priority": "number"}),
        ({"review": "weekly"}, {"review": "choice"}),
        ({"sponsor": "yes"}, {"sponsor": "choice"}),
        ({"flowers": 1}, {"flowers": "unknown"}),
    ],
)
def test_an_adjusted_service_has_known_parts_within_bounds(service, problems) -> None:
    assert rules.service_problems(service) == problems
