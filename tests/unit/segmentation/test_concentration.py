"""Concentration: how few bring how much."""

import pytest

from segmentation.rules.concentration import concentration


def test_the_account_that_crosses_a_line_counts():
    found = concentration([10, 40, 30, 20], line=0.80)
    assert found is not None
    assert found.parts == [0.4, 0.7, 0.9, 1.0]
    assert (found.first, found.half, found.line) == (0.4, 2, 3)


def test_a_line_that_is_met_exactly_needs_nobody_more():
    found = concentration([50, 30, 20], line=0.80)
    assert found is not None
    assert (found.half, found.line) == (1, 2)


def test_returns_and_zeros_are_left_out():
    found = concentration([100, 0, -50], line=0.80)
    assert found is not None
    assert found.parts == [1.0]


@pytest.mark.parametrize("amounts", [[], [0, 0], [-1]])
def test_where_nobody_bought_there_is_none(amounts):
    assert concentration(amounts, line=0.80) is None
