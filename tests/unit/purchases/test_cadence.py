"""Churn by own cadence against published numbers, every edge case, and what must always hold."""

import json
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.rules.cadence import (
    STATES,
    GammaCadence,
    SegmentPrior,
    SimpleCadence,
    gamma_cadence,
    segment_prior,
    simple_cadence,
)
from purchases.rules.order_gaps import OrderGaps, order_gaps
from purchases.rules.season import quiet_season, shrinking

GOLDEN = json.loads((Path(__file__).parents[2] / "data/golden/churn.json").read_text(encoding="utf-8"))
PRIOR = SegmentPrior(
    GOLDEN["prior"]["m0"],
    GOLDEN["prior"]["cv0"],
    GOLDEN["prior"]["k0"],
    GOLDEN["prior"]["cv_floor"],
    GOLDEN["prior"]["min_lost_days"],
)
START = 738_000


def of_days(*accounts: list[int]) -> OrderGaps:
    """Gaps of accounts, each given by its order days."""
    owner = [place for place, days in enumerate(accounts) for _ in days]
    return order_gaps(np.array(owner, dtype=np.int64), np.array(sum(accounts, [])), len(accounts))


def of_gaps(*accounts: list[int]) -> OrderGaps:
    """Gaps of accounts whose last orders all were on day ``START``."""
    return of_days(*([START - sum(gaps) + day for day in accumulate([0, *gaps])] for gaps in accounts))


def number(value: float | None) -> float:
    return float("nan") if value is None else value


@pytest.mark.parametrize("name", GOLDEN["cases"])
def test_eight_accounts_get_the_published_states_and_limits(name: str) -> None:
    expected, case = GOLDEN["cases"][name], GOLDEN["inputs"]["cases"][name]
    gaps = of_gaps(GOLDEN["gaps"][case["gaps"]])
    result = gamma_cadence(gaps, START + case["days_since"], PRIOR)

    assert gaps.count[0] == expected["k"]
    assert result.state[0] == expected["state"]
    assert result.regular[0] == (expected["kind"] == "regular")
    for got, key in (
        (gaps.mean, "mean_gap"),
        (gaps.cv, "cv"),
        (gaps.p90, "empirical_p90"),
        (result.mean, "m_pooled"),
        (result.cv, "cv_pooled"),
        (result.days_since, "days_since"),
        (result.p_longer, "p_gap_longer"),
        (result.late_after, "late_after"),
        (result.at_risk_after, "at_risk_after"),
        (result.lost_after, "lost_after"),
    ):
        assert got[0] == pytest.approx(number(expected[key]), abs=1e-6, nan_ok=True), key


def test_all_accounts_at_once_are_what_they_are_one_by_one() -> None:
    cases = [GOLDEN["gaps"][name] for name in GOLDEN["gaps"]]
    together = gamma_cadence(of_gaps(*cases), START + 75)
    for place, gaps in enumerate(cases):
        alone = gamma_cadence(of_gaps(gaps), START + 75)
        assert together.lost_after[place] == alone.lost_after[0]
        assert together.state[place] == alone.state[0]


def test_who_never_ordered_is_a_prospect_without_limits() -> None:
    gaps = of_days([], [START])
    for result in (gamma_cadence(gaps, START), simple_cadence(gaps, START)):
        assert list(result.state) == ["prospect", "active"]
        assert np.isnan(result.days_since[0])
    assert np.isnan(gamma_cadence(gaps, START).lost_after[0])
    assert np.isnan(simple_cadence(gaps, START).usual_gap[0])


def test_no_account_at_all_gives_empty_results() -> None:
    gaps = order_gaps(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), 0)
    assert len(gamma_cadence(gaps, START).state) == len(simple_cadence(gaps, START).state) == 0


def test_one_order_is_judged_by_the_segment_only() -> None:
    result = gamma_cadence(of_days([START]), START, SegmentPrior(90.0, 0.4))
    assert (result.mean[0], result.cv[0]) == (pytest.approx(90), pytest.approx(0.4))


def test_orders_of_one_day_are_one() -> None:
    gaps = of_days([START, START, START + 30, START + 30], [START] * 5)
    assert list(gaps.order_days) == [2, 1]
    assert list(gaps.count) == [1, 0]
    assert gaps.mean[0] == 30


def test_orders_may_come_in_any_sequence() -> None:
    account, day = np.array([1, 0, 1, 0]), np.array([50, 20, 10, 5])
    gaps = order_gaps(account, day, 3)
    assert list(gaps.mean) == pytest.approx([15, 40, float("nan")], nan_ok=True)
    assert list(gaps.last_day) == pytest.approx([20, 50, float("nan")], nan_ok=True)


def test_a_notice_of_leaving_is_a_loss_at_once() -> None:
    gaps = of_days([START - 30, START], [])
    notice = np.array([True, True])
    for result in (gamma_cadence(gaps, START, notice=notice), simple_cadence(gaps, START, notice=notice)):
        assert list(result.state) == ["lost", "prospect"]


def test_a_quiet_season_excuses_from_lateness_and_not_from_a_notice() -> None:
    gaps = of_gaps([30, 30, 30], [30, 30, 30], [30, 30, 30])
    quiet, notice = np.array([True, True, False]), np.array([False, True, False])
    for rule in (gamma_cadence, simple_cadence):
        result = rule(gaps, START + 100, notice=notice, quiet_season=quiet)
        assert list(result.state) == ["active", "lost", "lost"]
        assert list(result.out_of_season) == [True, False, False]
        assert not rule(gaps, START + 5, quiet_season=quiet).out_of_season.any()


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (0, "active"),
        (44, "active"),
        (45, "late"),
        (59, "late"),
        (60, "at_risk"),
        (89, "at_risk"),
        (90, "lost"),
    ],
)
def test_the_simple_rule_turns_at_one_and_a_half_two_and_three_usual_gaps(days: int, state: str) -> None:
    result = simple_cadence(of_gaps([29, 31, 30]), START + days)
    assert (result.usual_gap[0], result.state[0]) == (30, state)
    assert (result.late_from[0], result.at_risk_from[0], result.lost_from[0]) == (45, 60, 90)


def test_under_two_gaps_the_usual_gap_is_the_segment_s() -> None:
    result = simple_cadence(of_gaps([], [3], [3, 5]), START, SegmentPrior(np.array([45.0, 60.0, 45.0])))
    assert list(result.usual_gap) == [45, 60, 4]
    assert list(result.from_segment) == [True, True, False]


def test_a_quarterly_buyer_is_not_lost_after_sixty_days() -> None:
    gaps = of_gaps([91, 89, 92, 91, 92, 91])
    assert gamma_cadence(gaps, START + 75).state[0] == simple_cadence(gaps, START + 75).state[0] == "active"


def test_an_order_dated_after_today_is_an_order_of_today() -> None:
    assert gamma_cadence(of_gaps([30, 30]), START - 2).days_since[0] == 0


def test_a_segment_is_learned_from_enough_accounts_and_else_keeps_the_default() -> None:
    quarterly, young = [90, 92, 88, 90, 90], [10, 10]
    gaps = of_gaps(*[quarterly] * 10, young, *[quarterly] * 9)
    segment = np.array([0] * 11 + [1] * 9)
    prior = segment_prior(gaps, segment)
    assert np.asarray(prior.mean_gap) == pytest.approx([90] * 11 + [45] * 9)
    assert np.asarray(prior.cv) == pytest.approx([0.10] * 11 + [0.60] * 9)
    assert gamma_cadence(gaps, START, prior).mean[10] > gamma_cadence(gaps, START).mean[10]


def months(text: str) -> list[bool]:
    return [letter == "x" for letter in text]


@pytest.mark.parametrize(
    ("text", "excused"),
    [
        ("..xxxxxx......xxxxxx....", True),  # ended in the same month last year
        ("..xxxxxxx.....xxxxxx....", False),  # bought a month longer last year
        ("............xxxxxxxx....", False),  # was no customer yet
        ("xxxxxxxxxxx.xxxxxxxxxxx.", False),  # one month is no season
        ("xxxxxxxxxxxxxxxxxxxxxxxx", False),
        ("xxxxxxxx....xxxxxxxx....", True),
        ("xxxxxxxx................", False),  # a whole year without a purchase
        ("........................", False),
        ("xxx...xxx...", False),  # less than two years known
        ("", False),
    ],
)
def test_only_a_season_that_was_as_quiet_last_year_is_an_excuse(text: str, excused: bool) -> None:
    assert bool(quiet_season(np.array([months(text)]))[0]) is excused


def test_shrinking_is_flagged_below_seven_tenths_of_last_year() -> None:
    case = GOLDEN["shrinking"]
    result = shrinking(np.array([case["last_3m"]]), np.array([case["same_3m_last_year"]]))
    assert (result.ratio[0], bool(result.shrinking[0])) == (pytest.approx(case["ratio"]), case["flag"])
    limits = shrinking(np.array([70, 69, 0, 50, 5]), np.array([100, 100, 0, np.nan, -3]))
    assert list(limits.shrinking) == [False, True, False, False, False]
    assert np.isnan(limits.ratio[2:]).all()


gap_lists = st.lists(st.integers(1, 400), max_size=15)


@given(gap_lists, st.integers(0, 900), st.integers(0, 300))
def test_more_days_never_make_a_state_better(gaps: list[int], days: int, more: int) -> None:
    history = of_gaps(gaps)
    for rule in (gamma_cadence, simple_cadence):
        now, later = rule(history, START + days).state[0], rule(history, START + days + more).state[0]
        assert STATES.index(now) <= STATES.index(later)


def limits(result: GammaCadence | SimpleCadence) -> list[float]:
    if isinstance(result, GammaCadence):
        return [float(a[0]) for a in (result.late_after, result.at_risk_after, result.lost_after)]
    return [float(a[0]) for a in (result.late_from, result.at_risk_from, result.lost_from)]


@given(gap_lists, st.integers(0, 900))
def test_limits_ascend_and_agree_with_the_probability(gaps: list[int], days: int) -> None:
    history = of_gaps(gaps)
    refined, simple = gamma_cadence(history, START + days), simple_cadence(history, START + days)
    for result in (refined, simple):
        assert limits(result) == sorted(limits(result))
    p = refined.p_longer[0]
    assert 0 <= p <= 1
    assert refined.lost_after[0] >= 60
    if days >= refined.lost_after[0]:
        assert refined.state[0] == "lost"
        assert p <= 0.01 + 1e-9
    elif p > 0.2 + 1e-9:
        assert refined.state[0] == "active"
    elif 0.05 + 1e-9 < p < 0.2 - 1e-9:
        assert refined.state[0] == "late"
    elif p < 0.05 - 1e-9:
        assert refined.state[0] == "at_risk"


@given(st.lists(st.lists(st.integers(0, 60), max_size=12), min_size=1, max_size=5), st.randoms())
def test_gaps_are_those_of_plain_python(days: list[list[int]], random: object) -> None:
    rows = [(place, day) for place, own in enumerate(days) for day in own]
    random.shuffle(rows)  # type: ignore[attr-defined]
    account = np.array([row[0] for row in rows], dtype=np.int64)
    gaps = order_gaps(account, np.array([row[1] for row in rows], dtype=np.int64), len(days))
    for place, own in enumerate(days):
        plain = np.diff(sorted(set(own)))
        assert gaps.count[place] == len(plain)
        if len(plain) >= 1:
            assert gaps.mean[place] == pytest.approx(plain.mean())
        if len(plain) >= 2:
            assert gaps.cv[place] == pytest.approx(plain.std(ddof=1) / plain.mean())
        if len(plain) >= 5:
            assert gaps.p90[place] == pytest.approx(np.quantile(plain, 0.9))


@pytest.mark.parametrize(
    ("days", "state"),
    [(3, "active"), (10, "active"), (11, "late"), (14, "at_risk"), (20, "at_risk"), (21, "lost")],
)
def test_who_orders_every_day_is_judged_by_weeks(days: int, state: str) -> None:
    result = simple_cadence(of_gaps([1] * 30), START + days)
    assert result.usual_gap[0] == 1
    assert result.state[0] == state
