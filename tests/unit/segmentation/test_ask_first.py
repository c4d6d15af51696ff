"""Which stores to ask for their totals first, and the name that tells a director most."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.ask_first import ask_first
from segmentation.rules.phrases import ASK_FIRST_REASONS
from segmentation.rules.telling import telling_accounts

NAN = float("nan")


def test_on_the_first_day_the_largest_by_own_sales_come_first() -> None:
    asked = ask_first(np.array([10, 500, NAN, 90, 0, -5]))
    assert list(asked.indices) == [1, 3, 0]
    assert asked.score[0] == pytest.approx(50)
    assert asked.reasons[0] == ("large_own_sales", "no_total")


def test_a_fresh_total_teaches_nothing_and_an_old_one_half() -> None:
    own, age = np.array([100, 100, 100]), np.array([0, 180, NAN])
    asked = ask_first(own, measured=np.array([True, True, False]), age_days=age)
    assert list(asked.indices) == [2, 1]
    assert asked.score[1] == pytest.approx(asked.score[0] / 2)
    assert "old_total" in asked.reasons[1]


def test_an_uncertain_total_is_asked_again() -> None:
    asked = ask_first(np.array([100, 100]), measured=np.array([True, True]), rse=np.array([0.05, 0.4]))
    assert list(asked.indices) == [1, 0]
    assert "uncertain_total" in asked.reasons[0]
    assert "uncertain_total" not in asked.reasons[1]


def test_a_store_near_the_class_line_comes_before_an_equal_one_far_from_it() -> None:
    asked = ask_first(np.array([100, 400]), np.array([NAN, NAN]), near_threshold=100.0)
    assert asked.score[0] / asked.score[1] == pytest.approx(400 / 200)
    assert "near_class_line" in asked.reasons[list(asked.indices).index(0)]
    assert "near_class_line" not in asked.reasons[list(asked.indices).index(1)]


def test_a_large_estimate_counts_where_own_sales_are_small() -> None:
    asked = ask_first(np.array([5, 100]), np.array([1_000, NAN]), near_threshold=300.0)
    assert asked.indices[0] == 0
    assert "large_by_estimate" in asked.reasons[0]


def test_the_list_is_no_longer_than_asked_for() -> None:
    assert len(ask_first(np.arange(1, 100), limit=14).indices) == 14
    assert len(ask_first(np.zeros(5)).indices) == 0
    assert len(ask_first(np.zeros(0)).indices) == 0


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40), st.integers(2, 1_000))
def test_a_change_of_currency_changes_no_order(own: list[int], factor: int) -> None:
    plain, scaled = ask_first(np.array(own)), ask_first(np.array(own) * factor)
    assert list(plain.indices) == list(scaled.indices)
    assert all(0 < score <= 100 for score in plain.score)
    assert all(reason in ASK_FIRST_REASONS for reasons in plain.reasons for reason in reasons)


def test_the_telling_name_has_the_largest_gap_times_ranks_climbed() -> None:
    names = telling_accounts(
        high=np.array([True, True, True, False, True]),
        surely_below=np.array([True, True, True, True, False]),
        gap_amount=np.array([100.0, 50.0, 90.0, 999.0, 999.0]),
        rank_own=np.array([3, 30, 2, 90, 90]),
        rank_potential=np.array([2, 10, 1, 1, 1]),
    )
    assert list(names) == [1, 0, 2]  # 50 × 20, then 100 × 1, then 90 × 1; the others do not qualify


def test_the_name_told_last_time_gives_way_to_the_next() -> None:
    everybody = np.array([True, True])
    rank_own, rank_potential = np.array([9, 5]), np.array([1, 2])
    gap = np.array([10.0, 10.0])
    assert telling_accounts(everybody, everybody, gap, rank_own, rank_potential, limit=1)[0] == 0
    told = np.array([True, False])
    assert list(telling_accounts(everybody, everybody, gap, rank_own, rank_potential, skip=told)) == [1]


def test_the_weight_of_the_ranks_can_be_set_to_nothing() -> None:
    everybody = np.array([True, True])
    ranks = np.array([9, 5]), np.array([1, 2])
    by_gap = telling_accounts(everybody, everybody, np.array([10.0, 11.0]), *ranks, rank_weight=0)
    assert list(by_gap) == [1, 0]


def test_without_a_gap_there_is_nothing_to_tell() -> None:
    everybody = np.array([True, True])
    assert (
        len(telling_accounts(everybody, everybody, np.array([0.0, NAN]), np.array([2, 1]), np.array([1, 2])))
        == 0
    )
