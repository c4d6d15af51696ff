"""Store share, its certainty and its flag: published numbers, edge cases, and what must always hold."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.rules.flag_state import FlagState, hysteresis, next_flag_state
from visits.rules.share import (
    ShareEstimate,
    clustered_share,
    days_needed,
    flagged_by,
    is_below,
    severity,
    share_status,
)

GOLDEN = json.loads(
    (Path(__file__).parents[2] / "data/golden/share_expected.json").read_text(encoding="utf-8")
)
M = GOLDEN["market_share"]


def estimate_of(total: list[float], own: list[float], **options: object) -> ShareEstimate:
    totals, owns = np.array([total]), np.array([own])
    settings = {"in_units": True, **options}
    return clustered_share(totals, owns, np.ones(totals.shape, dtype=bool), **settings)  # type: ignore[arg-type]


def golden_days(store: str) -> tuple[list[float], list[float]]:
    days = GOLDEN["inputs"].get(store)
    return (days["totals"], days["own"]) if days else (GOLDEN["totals"], GOLDEN["own"][store])


@pytest.mark.parametrize("store", GOLDEN["results"])
def test_four_stores_get_the_published_share_interval_and_status(store: str) -> None:
    published = GOLDEN["results"][store]
    estimate = estimate_of(*golden_days(store))
    names = ["share", "se_cluster", "deff", "n_eff", "n_eff_adj", "low", "high", "own", "total"]
    for name in names:
        value = getattr(estimate, {"se_cluster": "se"}.get(name, name))[0]
        assert value == pytest.approx(published[name], abs=1e-6), name
    assert share_status(estimate, M)[0] == published["status"]
    if "ci95_two_sided" in published:
        assert [estimate.low2[0], estimate.high2[0]] == pytest.approx(published["ci95_two_sided"], abs=1e-6)


@pytest.mark.parametrize("store", GOLDEN["own"])
def test_the_published_gaps_come_out_in_units_and_money(store: str) -> None:
    published, inputs = GOLDEN["results"][store], GOLDEN["severity_inputs"]
    gap = severity(
        estimate_of(*golden_days(store)),
        M,
        inputs["potential_units_month"],
        inputs["avg_price"],
        inputs["gross_margin"],
    )
    assert gap.gap_units[0] == pytest.approx(published["gap_units_month"], abs=1e-6)
    assert gap.gap_amount[0] == pytest.approx(published["gap_sales_month"], abs=0.01)
    assert gap.gap_profit[0] == pytest.approx(published["gap_profit_month"], abs=0.01)
    assert gap.gap_amount_conservative[0] == pytest.approx(published["gap_sales_conservative"], abs=0.01)


def test_ten_thousandths_give_the_same_estimate_as_whole_units() -> None:
    total, own = golden_days("store_B")
    plain = estimate_of(total, own)
    scaled = estimate_of([10_000 * x for x in total], [10_000 * x for x in own], scale=10_000)
    assert scaled.high[0] == pytest.approx(plain.high[0], rel=1e-12)
    assert scaled.n_eff[0] == pytest.approx(plain.n_eff[0], rel=1e-12)


def test_cells_without_a_count_are_ignored_whatever_they_hold() -> None:
    total, own = golden_days("store_A")
    present = np.array([[True] * 8 + [False] * 2])
    padded = clustered_share(
        np.array([[*total, 999, -5]]), np.array([[*own, 999, 7]]), present, in_units=True
    )
    assert padded.high[0] == estimate_of(total, own).high[0]
    assert padded.clusters[0] == 8


def test_many_stores_are_estimated_in_pieces_like_a_few() -> None:
    total, own = (np.tile(np.array([days]), (100_003, 1)) for days in golden_days("store_B"))
    many = clustered_share(total, own, total > 0, in_units=True)
    assert len(many.share) == 100_003
    assert many.high[-1] == estimate_of(*golden_days("store_B")).high[0]


def test_nothing_own_in_many_days_is_a_share_of_0_and_may_be_confirmed() -> None:
    estimate = estimate_of([40] * 8, [0] * 8)
    assert (estimate.share[0], estimate.low[0], estimate.n_eff[0]) == (0, 0, 320)
    assert share_status(estimate, M)[0] == "below_confirmed"


def test_no_sales_at_all_over_the_window_are_insufficient() -> None:
    estimate = estimate_of([0] * 8, [0] * 8)
    assert np.isnan(estimate.share[0])
    assert share_status(estimate, M)[0] == "insufficient"


def test_without_a_market_share_there_is_no_flag() -> None:
    estimate = estimate_of([40] * 8, [1] * 8)
    status = share_status(estimate, np.array([np.nan]))
    assert status[0] == "no_market_share"
    for rule in ("plain", "confident"):
        assert not flagged_by(rule, status, estimate.share, np.array([np.nan]))[0]


def test_own_equal_to_total_is_a_share_of_1_and_ok() -> None:
    estimate = estimate_of([40] * 8, [40] * 8)
    assert (estimate.share[0], estimate.high[0]) == (1, 1)
    assert share_status(estimate, M)[0] == "ok"


def test_own_above_total_over_the_window_has_no_share() -> None:
    assert share_status(estimate_of([10] * 8, [11] * 8), M)[0] == "insufficient"


def test_a_single_month_may_exceed_its_total_while_the_window_holds() -> None:
    estimate = estimate_of([10, 10, 50, 50, 50, -5], [11, -1, 5, 5, 5, 0])
    assert estimate.share[0] == pytest.approx(25 / 165)


@pytest.mark.parametrize(
    ("total", "status"),
    [([10] * 4, "insufficient"), ([5] * 5, "insufficient"), ([6] * 5, "below_confirmed")],
)
def test_fewer_than_5_days_or_30_units_are_insufficient(total: list[float], status: str) -> None:
    assert share_status(estimate_of(total, [0] * len(total)), 0.5)[0] == status


def test_exactly_at_market_share_is_not_below() -> None:
    estimate = estimate_of([25] * 8, [6] * 8)
    assert share_status(estimate, M)[0] == "ok"
    assert not flagged_by("plain", share_status(estimate, M), estimate.share, M)[0]
    assert not is_below(0.1 + 0.2, 0.3)


def test_below_but_possibly_by_chance_is_watched_and_only_the_plain_rule_flags_it() -> None:
    estimate = estimate_of([40] * 6, [9, 8, 10, 9, 8, 10])
    status = share_status(estimate, M)
    assert status[0] == "below_watch"
    assert flagged_by("plain", status, estimate.share, M)[0]
    assert not flagged_by("confident", status, estimate.share, M)[0]


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="rule"):
        flagged_by("gut", np.array(["ok"]), np.array([0.1]), M)


def test_money_counts_for_at_most_ten_units_a_day() -> None:
    total, own = [1_000_000] * 8, [160_000] * 8
    assert estimate_of(total, own, in_units=False).n_eff[0] == 80
    assert estimate_of(total, own).n_eff[0] == 8_000_000


def test_more_days_of_the_same_make_a_watched_store_surely_below() -> None:
    day, own = [40, 38, 45, 41, 36], [8, 9, 7, 9, 8]
    estimate = estimate_of(day, own)
    more = days_needed(float(estimate.share[0]), float(estimate.n_eff[0]), 5, M)
    assert share_status(estimate, M)[0] == "below_watch"
    assert more is not None
    assert 1 <= more <= 30
    assert days_needed(0.30, 200, 5, M) is None
    assert days_needed(0.2399, 200, 5, M) is None


def test_published_evaluations_give_the_published_states() -> None:
    states = hysteresis(GOLDEN["hysteresis"]["in"], GOLDEN["inputs"]["hysteresis_start"])
    assert states == GOLDEN["hysteresis"]["out"]


def test_thin_evidence_changes_neither_the_state_nor_the_counts() -> None:
    state = FlagState("watch", confirmed=1)
    assert next_flag_state(state, "insufficient") == state
    assert next_flag_state(state, "no_market_share") == state
    assert next_flag_state(state, "below_confirmed").state == "flagged"


@given(st.lists(st.sampled_from(["ok", "below_watch", "below_confirmed", "insufficient"]), max_size=40))
def test_a_flag_rises_only_on_two_confirmed_and_falls_only_on_two_ok(statuses: list[str]) -> None:
    states = ["ok", *hysteresis(statuses)]
    for place, (before, after) in enumerate(zip(states, states[1:], strict=False)):
        seen = [status for status in statuses[: place + 1] if status != "insufficient"][-2:]
        if before != "flagged" and after == "flagged":
            assert seen == ["below_confirmed"] * 2
        if before == "flagged" and after != "flagged":
            assert seen == ["ok"] * 2


days = st.lists(
    st.integers(0, 60).flatmap(lambda total: st.tuples(st.just(total), st.integers(0, total))),
    min_size=1,
    max_size=14,
)


@given(days, st.booleans())
def test_the_share_lies_inside_its_limits(rows: list[tuple[int, int]], in_units: bool) -> None:
    estimate = estimate_of([total for total, _ in rows], [own for _, own in rows], in_units=in_units)
    if np.isnan(estimate.share[0]):
        return
    assert 0 <= estimate.low[0] <= estimate.share[0] <= estimate.high[0] <= 1
    assert estimate.low2[0] <= estimate.low[0] + 1e-12
    assert estimate.high2[0] >= estimate.high[0] - 1e-12


@given(days, st.floats(0, 1))
def test_surely_below_is_also_plainly_below(rows: list[tuple[int, int]], market: float) -> None:
    estimate = estimate_of([total for total, _ in rows], [own for _, own in rows])
    status = share_status(estimate, market)
    if flagged_by("confident", status, estimate.share, market)[0]:
        assert flagged_by("plain", status, estimate.share, market)[0]


def test_at_true_market_share_far_fewer_stores_are_flagged_by_the_confident_rule() -> None:
    """4,000 simulated stores whose true share is the market's: plain flags half, confident under 7 %."""
    rng = np.random.default_rng(20260301)
    total = rng.poisson(40, (4_000, 12))
    daily = rng.beta(M * 49.7, (1 - M) * 49.7, total.shape)  # standard deviation .06 between days
    estimate = clustered_share(total, rng.binomial(total, daily), total >= 0, in_units=True)
    status = share_status(estimate, M)
    assert 0.45 < flagged_by("plain", status, estimate.share, M).mean() < 0.60
    assert 0.02 < flagged_by("confident", status, estimate.share, M).mean() < 0.07


def test_money_with_its_units_known_is_as_sure_as_the_units() -> None:
    total, own = np.full((1, 12), 5000.0), np.full((1, 12), 1000.0)
    present = np.ones((1, 12), dtype=bool)
    alone = clustered_share(total, own, present, in_units=False)
    counted = clustered_share(total, own, present, in_units=False, units_behind=np.array([2400.0]))
    unknown = clustered_share(total, own, present, in_units=False, units_behind=np.array([np.nan]))
    assert alone.n_eff[0] == unknown.n_eff[0] == 120
    assert counted.n_eff[0] == 2400
    assert counted.high[0] < alone.high[0]
