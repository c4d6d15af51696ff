"""Concentration: how few bring how much."""

import pytest

from segmentation.rules.concentration import band_place, concentration, curve_points


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


@pytest.mark.parametrize(
    ("part", "place"),
    [
        (0.0, "below"),
        (0.2999, "below"),
        (0.30, "within"),
        (0.55, "within"),
        (0.5501, "above"),
        (1.0, "above"),
    ],
)
def test_the_part_of_key_accounts_has_its_place_in_the_usual_band(part, place):
    assert band_place(part) == place


def test_a_drawn_curve_keeps_both_ends_and_few_points():
    parts = [rank / 5_000 for rank in range(1, 5_001)]
    points = curve_points(parts)
    assert points[0] == (1, parts[0]) and points[-1] == (5_000, 1.0)
    assert len(points) <= 160
    assert [rank for rank, _ in points] == sorted({rank for rank, _ in points})
    assert curve_points([1.0]) == [(1, 1.0)]
    assert curve_points([]) == []
