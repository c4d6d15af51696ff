"""RFM scores and segments against published ones, every edge case, and what must always hold."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.rules.rfm import rank_scores, rfm, rfm_classes, rfm_segments

GOLDEN = Path(__file__).parents[2] / "data/golden"
with (GOLDEN / "rfm_expected.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
EDGES = json.loads((GOLDEN / "sow.json").read_text(encoding="utf-8"))


def column(name: str) -> np.ndarray:
    return np.array([int(row[name]) for row in ROWS])


def test_ten_accounts_get_the_published_scores_and_segments() -> None:
    result = rfm(column("recency_days"), column("order_days_12m"), column("gp_12m"), classes=5)
    assert list(result.recency) == list(column("R"))
    assert list(result.frequency) == list(column("F"))
    assert list(result.money) == list(column("M"))
    assert list(result.segment) == [row["segment"] for row in ROWS]


@pytest.mark.parametrize("name", EDGES["rfm_edge"])
def test_one_account_and_equal_accounts_get_the_middle(name: str) -> None:
    values = EDGES["inputs"]["rfm_edge"][name]
    assert list(rank_scores(np.array(values))) == EDGES["rfm_edge"][name]


def test_one_customer_is_3_3_3_and_regular() -> None:
    result = rfm(np.array([10]), np.array([4]), np.array([900]), classes=5)
    assert (result.recency[0], result.frequency[0], result.money[0]) == (3, 3, 3)
    assert result.segment[0] == "regular"


@pytest.mark.parametrize("n", [1, 4, 24, 25, 40])
def test_all_equal_accounts_are_in_the_middle_in_fifths_and_thirds(n: int) -> None:
    assert set(rank_scores(np.full(n, 7), 5)) == {3}
    assert set(rank_scores(np.full(n, 7), 3)) == {2}


def test_under_25_accounts_thirds_are_used() -> None:
    assert (rfm_classes(24), rfm_classes(25)) == (3, 5)
    figures = np.arange(1, 25)
    small, large = rfm(figures, figures, figures), rfm(np.arange(25), np.arange(25), np.arange(25))
    assert (small.classes, large.classes) == (3, 5)
    assert set(small.money) == {1, 2, 3}
    assert set(large.money) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("scores", "classes", "segment"),
    [
        ((4, 4, 4), 5, "champion"),
        ((4, 4, 3), 5, "regular"),
        ((2, 3, 1), 5, "at_risk"),
        ((2, 1, 4), 5, "at_risk"),
        ((2, 2, 3), 5, "lapsed"),
        ((3, 1, 5), 5, "new"),
        ((3, 2, 5), 5, "regular"),
        ((3, 3, 3), 3, "champion"),
        ((1, 2, 1), 3, "at_risk"),
        ((1, 1, 3), 3, "at_risk"),
        ((1, 1, 2), 3, "lapsed"),
        ((2, 1, 2), 3, "new"),
        ((2, 2, 2), 3, "regular"),
    ],
)
def test_the_first_segment_that_fits_is_taken(
    scores: tuple[int, int, int], classes: int, segment: str
) -> None:
    r, f, m = (np.array([score], dtype=np.int8) for score in scores)
    assert rfm_segments(r, f, m, classes)[0] == segment


def test_an_unknown_figure_is_not_scored_and_does_not_push_others_down() -> None:
    result = rfm(np.array([1, 2, 3]), np.array([3, 2, 1]), np.array([np.nan, 10, 20]), classes=3)
    assert list(result.money) == [0, 1, 3]
    assert result.segment[0] == ""
    assert all(result.segment[1:] != "")


def test_nobody_is_scored_without_trouble() -> None:
    assert len(rfm(np.empty(0), np.empty(0), np.empty(0)).segment) == 0


values = st.lists(st.integers(-20, 20), min_size=1, max_size=60)


@given(values, st.sampled_from([3, 5]))
def test_scores_lie_between_1_and_the_number_of_classes_and_follow_the_values(
    figures: list[int], classes: int
) -> None:
    scores = rank_scores(np.array(figures), classes)
    assert scores.min() >= 1
    assert scores.max() <= classes
    by_value = scores[np.argsort(figures, kind="stable")]
    assert (np.diff(by_value) >= 0).all()
    assert len({(value, score) for value, score in zip(figures, scores, strict=True)}) == len(set(figures))
