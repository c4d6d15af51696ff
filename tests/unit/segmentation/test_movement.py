"""What moved between two runs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.movement import class_moves, flows, quadrant_moves
from segmentation.rules.quadrants import QUADRANTS

BEFORE = np.array(["attack", "defend", "monitor", "monitor", "explore", "", "maintain", "attack"])
AFTER = np.array(["defend", "attack", "defend", "maintain", "attack", "explore", "", "monitor"])


def test_moves_are_sorted_by_what_they_mean() -> None:
    moves = quadrant_moves(BEFORE, AFTER)
    assert list(moves.reached_market_share) == [0, 2, 3]
    assert list(moves.fell_below) == [1]
    assert list(moves.new_large) == [2]
    assert list(moves.no_longer_large) == [7]
    assert list(moves.appeared) == [5]
    assert list(moves.gone) == [6]


def test_an_account_that_was_not_measured_did_not_cross_the_market_share() -> None:
    measured = np.array([True, True, False, True, False, False, True, True])
    assert list(quadrant_moves(BEFORE, AFTER, measured_before=measured).reached_market_share) == [0, 3]


def test_flows_count_every_pair() -> None:
    found = flows(BEFORE, AFTER)
    assert found.between("attack", "defend") == 1
    assert found.between("", "explore") == 1
    assert found.between("maintain", "") == 1
    assert found.between("defend", "defend") == 0


def test_a_label_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="conquer"):
        flows(np.array(["conquer"]), np.array(["attack"]))


def test_classes_get_better_and_worse_but_newcomers_do_not_move() -> None:
    better, worse = class_moves(np.array(["B", "A", "N", "", "C"]), np.array(["A", "C", "A", "A", "C"]))
    assert list(better) == [0]
    assert list(worse) == [1]


@given(
    st.lists(
        st.tuples(st.sampled_from([*QUADRANTS, ""]), st.sampled_from([*QUADRANTS, ""])),
        min_size=1,
        max_size=40,
    )
)
def test_every_account_is_in_one_flow(pairs: list[tuple[str, str]]) -> None:
    before, after = (np.array(side) for side in zip(*pairs, strict=True))
    found = flows(before, after)
    assert found.counts.sum() == len(pairs)
    assert found.counts.sum(axis=1)[found.labels.index("attack")] == (before == "attack").sum()
