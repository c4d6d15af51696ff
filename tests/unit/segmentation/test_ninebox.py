"""The nine-box: published defaults, meetings needed, and what to cut when time runs short."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.ninebox import (
    DEFAULT_STRATEGIES,
    allowed_credit_days,
    capacity_check,
    cell_strategy,
    cells,
    needed_meetings,
    needed_store_visits,
)
from segmentation.rules.phrases import CELL_NOTES, TREATMENT_ACTIONS
from segmentation.rules.quadrants import TREATMENTS

with (Path(__file__).parents[2] / "data/golden/ninebox.csv").open(encoding="utf-8", newline="") as file:
    PUBLISHED = list(csv.DictReader(file))


@pytest.mark.parametrize("row", PUBLISHED, ids=[row["cell"] for row in PUBLISHED])
def test_every_cell_has_its_published_defaults(row: dict[str, str]) -> None:
    strategy = cell_strategy(row["cell"])
    assert strategy.visits_per_month == float(row["visits_per_month"])
    assert strategy.has_sponsor == (row["exec_sponsor"] == "yes")
    assert strategy.review == row["review"]
    assert strategy.suggested_credit_days == int(row["credit_days"])
    assert strategy.delivery_priority == int(row["delivery_priority"])


def test_there_is_a_row_for_every_cell_including_the_new_accounts() -> None:
    assert set(DEFAULT_STRATEGIES) == {row["cell"] for row in PUBLISHED}
    assert set(cells(np.array(["A", "B", "C"]), np.array(["N", "N", "X"]))) == {"AN", "BN", "CX"}


def test_an_unknown_cell_is_an_error() -> None:
    with pytest.raises(KeyError):
        cell_strategy("DX")


def test_credit_days_stay_empty_until_somebody_decides() -> None:
    assert all(row.credit_days is None for row in DEFAULT_STRATEGIES.values())
    assert allowed_credit_days(cell_strategy("AX"), 30) is None


def test_credit_days_never_exceed_what_solvency_allows() -> None:
    from dataclasses import replace

    decided = replace(cell_strategy("AX"), credit_days=60)
    assert allowed_credit_days(decided, 30) == 30
    assert allowed_credit_days(decided, None) == 60


def test_every_note_and_action_has_its_sentence() -> None:
    assert {row.note for row in DEFAULT_STRATEGIES.values()} == set(CELL_NOTES)
    assert {action for row in TREATMENTS.values() for action in row.actions} == set(TREATMENT_ACTIONS)


def test_meetings_are_the_larger_of_cell_and_quadrant() -> None:
    cell = np.array(["CZ", "CZ", "AX", "AX", "BY"])
    quadrant = np.array(["attack", "defend", "defend", "monitor", ""])
    assert list(needed_meetings(cell)) == [0.25, 0.25, 4, 4, 2]
    assert list(needed_meetings(cell, quadrant)) == [2.25, 2, 4, 4, 2]


def test_an_explored_store_is_measured_twice_a_week() -> None:
    assert list(needed_store_visits(np.array(["explore", "monitor"]))) == [8, 0.5]


def test_a_plan_that_fits_is_left_alone() -> None:
    plan = capacity_check(np.array([4.0, 2.0]), 60, 6.0, np.array([1.0, 2.0]))
    assert (plan.fits, plan.needed_hours, len(plan.cut)) == (True, 6, 0)
    assert list(plan.meetings) == [4, 2]


def test_the_smallest_money_gap_is_cut_first_down_to_the_minimum() -> None:
    meetings, gap = np.array([4.0, 4.0, 4.0]), np.array([900.0, 10.0, np.nan])
    plan = capacity_check(meetings, 60, 5.0, gap)
    assert not plan.fits
    assert list(plan.cut) == [2, 1]
    assert list(plan.meetings) == [4, 0.25, 0.25]
    assert plan.hours_after_cut == pytest.approx(4.5)


def test_no_hours_at_all_leave_everybody_the_minimum() -> None:
    plan = capacity_check(np.array([4.0, 0.1]), 60, 0.0, np.array([1.0, 2.0]))
    assert list(plan.meetings) == [0.25, 0.1]


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 1e6)), min_size=1, max_size=30), st.floats(0, 100))
def test_a_cut_plan_fits_or_is_at_the_minimum(rows: list[tuple[float, float]], hours: float) -> None:
    meetings, gap = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    plan = capacity_check(meetings, 60, hours, gap)
    assert plan.meetings.sum() == pytest.approx(plan.hours_after_cut)
    assert plan.hours_after_cut <= hours + 1e-6 or (plan.meetings <= 0.25 + 1e-9).all()
