"""What control counts say of a person's own, and when they say nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from visits.rules.deviation import Pair, deviation


def pairs(routine, control, share=0.2, control_share=0.2):
    rows = zip(routine, control, strict=True)
    return [Pair(n, r, r * share, c, c * control_share) for n, (r, c) in enumerate(rows)]


def test_the_ratio_and_its_interval_follow_the_worked_example():
    # By hand: R = 130/100 = 1.3, e = -0.4, 1.4, -1.2, 0.4, -0.2 (sum 0), squares 3.76, se = sqrt(3.76/20)/20.
    found = deviation(pairs([12.6, 27.4, 37.8, 13.4, 38.8], [10, 20, 30, 10, 30])).total
    assert found.value == pytest.approx(1.3)
    half = 2.7764451 * 0.0216795
    assert (found.low, found.high) == (
        pytest.approx(1.3 - half, abs=1e-6),
        pytest.approx(1.3 + half, abs=1e-6),
    )
    assert found.verdict == "over"


def test_the_interval_of_shares_is_that_of_a_paired_t_test():
    own, control = [0.25, 0.31, 0.22, 0.30, 0.27, 0.24], [0.20, 0.25, 0.21, 0.24, 0.26, 0.21]
    rows = [Pair(n, 100, 100 * a, 80, 80 * b) for n, (a, b) in enumerate(zip(own, control, strict=True))]
    expected = stats.ttest_rel(own, control)
    found = deviation(rows).share
    interval = expected.confidence_interval(0.95)
    assert found.value == pytest.approx(np.mean(own) - np.mean(control))
    assert (found.low, found.high) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert expected.pvalue < 0.05 and found.verdict == "over"


@pytest.mark.parametrize(
    ("visits", "factor", "verdict"),
    [(4, 2.0, ""), (5, 2.0, "over"), (5, 0.5, "under"), (8, 1.0, ""), (0, 1.0, ""), (1, 3.0, "")],
)
def test_a_person_is_named_only_after_five_visits_and_only_for_a_sure_difference(visits, factor, verdict):
    control = [10 + n for n in range(visits)]
    found = deviation(pairs([factor * c for c in control], control))
    assert (found.visits, found.total.verdict) == (visits, verdict)


def test_categories_of_one_visit_are_one_piece_of_evidence():
    rows = [Pair("monday", 20, 4, 10, 2) for _ in range(12)]
    found = deviation(rows)
    assert (found.pairs, found.visits, found.total.value) == (12, 1, 2.0)
    assert found.total.low is None and found.total.verdict == ""


def test_a_control_that_counted_nothing_leaves_shares_open():
    found = deviation([Pair(n, 5, 1, 0, 0) for n in range(6)])
    assert found.total.value is None and found.share.value is None
    assert found.total.verdict == found.share.verdict == ""


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(1, 400)), min_size=5, max_size=30), st.integers(1, 50)
)
def test_the_unit_of_the_counts_changes_nothing(counts, unit):
    one = deviation(pairs(*zip(*counts, strict=True))).total
    other = deviation(pairs([r * unit for r, _ in counts], [c * unit for _, c in counts])).total
    assert other.value == pytest.approx(one.value) and other.low == pytest.approx(one.low, abs=1e-9)


def test_honest_counts_are_named_about_one_time_in_twenty():
    chance = np.random.default_rng(11)
    named = 0
    for _ in range(600):
        level = chance.gamma(4, 10, 12)
        own, control = chance.poisson(level), chance.poisson(level)
        named += bool(deviation(pairs(own, np.maximum(control, 1))).total.verdict)
    assert named / 600 < 0.09
