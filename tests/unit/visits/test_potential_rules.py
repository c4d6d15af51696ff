"""Purchase potential: published numbers, edge cases, and what must always hold."""

import csv
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.rules.demand_index import (
    day_weights,
    period_weight,
    relative_to_store,
    season_seen,
    shrunk_index,
)
from visits.rules.potential import (
    at_least_own,
    grade,
    is_implausible,
    ratio_estimate,
    simple_total,
    valid_entry,
    with_season_uncertainty,
)
from visits.rules.potential_sources import (
    SOURCE_RSE,
    account_potential,
    combine_sources,
    headcount_potential,
    imputed_potential,
)

GOLDEN_DIR = Path(__file__).parents[2] / "data/golden"
GOLDEN = json.loads((GOLDEN_DIR / "potential_expected.json").read_text(encoding="utf-8"))
INPUTS = GOLDEN["inputs"]
WEEKDAY = np.array(GOLDEN["weekday_index_mon_sun"])
SEASON = np.array(GOLDEN["season_index_jan_dec"])
with (GOLDEN_DIR / "potential_visits.csv").open(encoding="utf-8", newline="") as file:
    VISITS = list(csv.DictReader(file))
DAYS = np.array([row["date"] for row in VISITS], dtype="datetime64[D]")
UNITS = np.array([[int(row["total_units"]) for row in VISITS]])
WEIGHTS = day_weights(DAYS, WEEKDAY, SEASON)[None, :]
SEEN = np.ones(UNITS.shape, dtype=bool)


def period(name: str) -> tuple[float, int]:
    first, last = (np.datetime64(day) for day in INPUTS[name])
    return period_weight(first, last, WEEKDAY, SEASON)


def assert_published(estimate: Any, published: dict[str, float]) -> None:
    names = {"mu": "mu_base_day"} | {name: name for name in ("total", "se", "rse", "t", "low", "high")}
    for name, column in names.items():
        assert getattr(estimate, name)[0] == pytest.approx(published[column], abs=1e-6), name
    assert estimate.visits[0] == published["n"]


def test_every_visit_day_gets_its_published_weight() -> None:
    assert WEIGHTS[0] == pytest.approx([float(row["x"]) for row in VISITS], abs=1e-9)


def test_ten_march_visits_give_the_published_month() -> None:
    weight, days = period("observed_month")
    assert (weight, days) == (pytest.approx(GOLDEN["march_2026"]["X"]), 31)
    estimate = ratio_estimate(UNITS, WEIGHTS, SEEN, weight, days)
    assert_published(estimate, GOLDEN["march_2026"])
    assert simple_total(UNITS, SEEN, days)[0] == pytest.approx(GOLDEN["naive_mean_x_31"])


def test_ten_march_visits_give_the_published_year() -> None:
    published = GOLDEN["next_12_months_from_2026_04_01"]
    weight, days = period("projected_period")
    assert (weight, days) == (pytest.approx(published["X"]), published["N"])
    estimate = ratio_estimate(UNITS, WEIGHTS, SEEN, weight)
    assert_published(estimate, published)
    year = with_season_uncertainty(estimate, season_seen(np.array([2]), SEASON))
    assert year.rse_season[0] == pytest.approx(published["rse_season"], abs=1e-6)
    assert year.rse[0] == pytest.approx(published["rse_with_season"], abs=1e-6)
    assert year.low[0] == pytest.approx(published["low_with_season"], abs=1e-6)
    assert year.high[0] == pytest.approx(published["high_with_season"], abs=1e-6)


@pytest.mark.parametrize("case", ["combined", "combined_conflict", "single_source"])
def test_sources_combine_to_the_published_figure(case: str) -> None:
    rows, published = INPUTS[case], GOLDEN[case]
    columns = [
        np.array([[row[name] for row in rows]]) for name in ("value", "rse", "age_days", "half_life_days")
    ]
    combined = combine_sources(*columns)
    for name in ("value", "low", "high"):
        assert getattr(combined, name)[0] == pytest.approx(published[name], abs=1e-6), name
    for name in ("sd_log", "birge"):
        assert getattr(combined, name)[0] == pytest.approx(published[name], abs=1e-6), name
    assert combined.disagree[0] == published["disagree"]
    names = [row["source"] for row in rows]
    assert combined.weights[0] == pytest.approx([published["weights"][name] for name in names], abs=1e-6)
    assert combined.freshness[0] == pytest.approx([published["freshness"][name] for name in names], abs=1e-6)


def test_desk_sources_give_the_published_figures() -> None:
    head, sister = INPUTS["headcount"], INPUTS["unvisited_store"]
    units = headcount_potential(head["persons"], head["buyer_share"], head["units_per_buyer_year"])
    assert units == pytest.approx(GOLDEN["desk_headcount_units"])
    imputed = imputed_potential(np.array(sister["sister_stores_month_per_m2"]), sister["area_m2"])
    assert imputed == pytest.approx(GOLDEN["unvisited_store_imputed"]["monthly"])
    assert SOURCE_RSE["sister_stores"] == GOLDEN["unvisited_store_imputed"]["rse"]


def test_the_published_limits_decide_the_grade() -> None:
    rse = np.array([0.0, 0.10, 0.1001, 0.20, 0.35, 0.36, np.nan])
    assert list(grade(rse)) == ["A", "A", "B", "B", "C", "D", ""]


def test_fewer_than_three_visits_give_no_estimate() -> None:
    estimate = ratio_estimate(UNITS[:, :2], WEIGHTS[:, :2], SEEN[:, :2], 29.0)
    assert np.isnan(estimate.total[0])
    assert estimate.warning[0] == "too_few_visits"


def test_a_closed_day_is_left_out_of_the_sample_and_of_the_calendar() -> None:
    open_days = SEEN.copy()
    open_days[0, 3] = False
    with_closed = ratio_estimate(UNITS, WEIGHTS, open_days, 29.0)
    without = ratio_estimate(np.delete(UNITS, 3, 1), np.delete(WEIGHTS, 3, 1), SEEN[:, 1:], 29.0)
    assert with_closed.total[0] == without.total[0]
    first, last = (np.datetime64(day) for day in INPUTS["observed_month"])
    closed = np.array(["2026-03-10"], dtype="datetime64[D]")
    weight, days = period_weight(first, last, WEEKDAY, SEASON, closed)
    assert (days, weight) == (30, pytest.approx(GOLDEN["march_2026"]["X"] - 0.76))


def test_an_open_day_without_a_sale_counts_as_0() -> None:
    zero_day = UNITS.copy()
    zero_day[0, 0] = 0
    lower = ratio_estimate(zero_day, WEIGHTS, SEEN, 29.0)
    assert lower.visits[0] == 10
    assert lower.total[0] < ratio_estimate(UNITS, WEIGHTS, SEEN, 29.0).total[0]


def test_visits_on_one_weekday_only_give_an_estimate_with_a_warning() -> None:
    estimate = ratio_estimate(UNITS, WEIGHTS, SEEN, 29.0, weekday=np.full(UNITS.shape, 1))
    assert np.isfinite(estimate.total[0])
    assert estimate.warning[0] == "weekday_not_covered"
    mixed = ratio_estimate(UNITS, WEIGHTS, SEEN, 29.0, weekday=np.arange(10)[None, :] % 7)
    assert mixed.warning[0] == ""


def test_an_entry_with_own_above_total_is_rejected() -> None:
    nan = float("nan")
    assert list(valid_entry(np.array([5, 5, 0, nan, 5]), np.array([6, 5, 0, 1, -1]))) == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_no_source_is_unknown_and_not_0() -> None:
    empty = np.full((1, 3), np.nan)
    combined = combine_sources(empty, empty, empty, empty)
    assert np.isnan(combined.value[0])
    assert combined.sources[0] == 0
    assert not combined.disagree[0]


def test_a_missing_source_changes_nothing_for_the_others() -> None:
    value, rse, age, half = (
        np.array([[100.0, np.nan]]),
        np.array([[0.3, 0.2]]),
        np.zeros((1, 2)),
        np.full((1, 2), 365.0),
    )
    combined = combine_sources(value, rse, age, half)
    assert combined.value[0] == pytest.approx(100)
    assert list(combined.weights[0]) == [1, 0]


def test_an_entry_above_four_times_the_median_needs_confirmation() -> None:
    entries = np.array([400.0, 401.0, 50.0, 900.0])
    assert list(is_implausible(entries, np.array([100.0, 100.0, np.nan, 0.0]))) == [False, True, False, False]


def test_potential_is_never_below_own_sales() -> None:
    value, raised = at_least_own(np.array([10.0, 10.0, np.nan, 10.0]), np.array([12.0, 8.0, 5.0, np.nan]))
    assert value == pytest.approx([12, 10, np.nan, 10], nan_ok=True)
    assert list(raised) == [True, False, False, False]


def test_an_account_is_the_sum_of_its_stores_and_says_what_was_measured() -> None:
    account = account_potential(
        np.array([100.0, 300.0, np.nan]), np.array([30.0, 40.0, np.nan]), np.array([True, False, False])
    )
    assert account is not None
    assert (account.value, account.measured_share, account.unknown_stores) == (400, 0.25, 1)
    assert account.high - account.value == pytest.approx(1.959964 * 50, abs=1e-4)
    assert account_potential(np.array([np.nan]), np.array([np.nan]), np.array([False])) is None
    assert imputed_potential(np.array([]), 300) is None


def test_no_data_mean_no_pattern() -> None:
    assert list(shrunk_index(np.zeros(0), np.zeros(0, dtype=int), 7)) == [1.0] * 7


def test_a_busy_weekday_is_drawn_towards_1_by_twenty_ordinary_visits() -> None:
    ratios, weekdays = np.full(20, 2.0), np.full(20, 5)
    index = shrunk_index(ratios, weekdays, 7)
    assert index[5] / index[0] == pytest.approx(1.5)  # (20·2 + 20) / (20 + 20) against 1
    assert index.mean() == pytest.approx(1)


def test_the_pattern_of_many_stores_is_found_again() -> None:
    rng = np.random.default_rng(7)
    store = np.repeat(np.arange(400), 14)
    weekday = np.tile(np.arange(14) % 7, 400)
    units = rng.poisson(rng.uniform(20, 200, 400)[store] * WEEKDAY[weekday])
    assert shrunk_index(relative_to_store(units, store), weekday, 7) == pytest.approx(WEEKDAY, abs=0.02)


def test_a_single_visit_says_nothing_about_a_pattern() -> None:
    ratios = relative_to_store(np.array([5, 10, 30, 0, 0]), np.array([0, 1, 1, 2, 2]))
    assert ratios == pytest.approx([np.nan, 0.5, 1.5, np.nan, np.nan], nan_ok=True)


def test_visits_on_quiet_weekdays_do_not_bias_the_estimate_as_they_do_the_simple_mean() -> None:
    """2,000 simulated stores, quiet weekdays preferred 3 to 1; the interval holds in about 95 %."""
    rng = np.random.default_rng(20260302)
    stores, visits = 2_000, 10
    days = np.arange("2026-03-01", "2026-04-01", dtype="datetime64[D]")
    weights = day_weights(days, WEEKDAY, SEASON)
    truth = rng.poisson(42 * weights, (stores, 31))
    liking = np.where(weights < 1, 3.0, 1.0)
    order = np.argsort(rng.exponential(size=truth.shape) / liking, axis=1)[:, :visits]
    seen, seen_weights = np.take_along_axis(truth, order, 1), weights[order]
    everywhere = np.ones(seen.shape, dtype=bool)
    total = truth.sum(axis=1)

    estimate = ratio_estimate(seen, seen_weights, everywhere, weights.sum(), 31)

    assert abs((estimate.total / total).mean() - 1) < 0.005
    assert (simple_total(seen, everywhere, 31) / total).mean() < 0.96
    assert 0.92 < ((estimate.low <= total) & (total <= estimate.high)).mean() < 0.97


def test_five_thousand_stores_take_well_under_two_seconds() -> None:
    units, weights = np.tile(UNITS, (5_000, 1)), np.tile(WEIGHTS, (5_000, 1))
    sources = [np.tile(np.array([row]), (5_000, 1)) for row in ([1e4, 2e4], [0.1, 0.3], [5, 9], [180, 365])]
    started = time.perf_counter()
    ratio_estimate(units, weights, units > 0, 365.0)
    combine_sources(*[column.astype(float) for column in sources])
    assert time.perf_counter() - started < 2


counts = st.lists(st.tuples(st.integers(0, 500), st.floats(0.5, 2)), min_size=3, max_size=12)


@given(counts)
def test_the_total_lies_in_its_interval_and_is_at_least_what_was_seen(rows: list[tuple[int, float]]) -> None:
    units, weights = np.array([[row[0] for row in rows]]), np.array([[row[1] for row in rows]])
    estimate = ratio_estimate(units, weights, units >= 0, weights.sum() + 20, 31)
    assert units.sum() <= estimate.low[0] + 1e-6
    assert estimate.low[0] <= estimate.total[0] + 1e-6
    assert estimate.total[0] <= estimate.high[0] + 1e-6


@given(
    st.lists(st.tuples(st.floats(1, 1e6), st.floats(0.05, 0.6), st.floats(0, 900)), min_size=1, max_size=4),
    st.floats(0.01, 100),
)
def test_the_combination_lies_between_its_sources_and_scales_with_them(
    rows: list[tuple[float, float, float]], factor: float
) -> None:
    value, rse, age = (np.array([column]) for column in zip(*rows, strict=True))
    half_life = np.full(value.shape, 365.0)
    combined = combine_sources(value, rse, age, half_life)
    assert value.min() * (1 - 1e-9) <= combined.value[0] <= value.max() * (1 + 1e-9)
    assert combined.weights[0].sum() == pytest.approx(1)
    scaled = combine_sources(value * factor, rse, age, half_life)
    assert scaled.value[0] == pytest.approx(combined.value[0] * factor)
