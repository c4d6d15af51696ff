"""Purchase potential from sampled days: what a store buys in a month or a year, from all suppliers.

A Saturday in December is not a Tuesday in February. Each visit day therefore has a weight (weekday index ×
season index), the units seen are divided by the weights seen, and that rate is multiplied by the weights
of all open days of the period: a ratio estimator, free of the bias of visiting on quiet weekdays.

Indices are in ``demand_index``, desk sources and their combination in ``potential_sources``.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.str_]

MIN_VISITS = 3
SEASON_RSE = 0.10
"""Relative standard error of a year seen in no month at all."""
GRADE_LIMITS = {"A": 0.10, "B": 0.20, "C": 0.35}
IMPLAUSIBLE_FACTOR = 4.0
WEEKDAY_NOT_COVERED = "weekday_not_covered"


@dataclass(frozen=True)
class RatioEstimate:
    """Totals of n stores over one period, every array in the order of the input; nan is "no estimate".

    Attributes:
        visits: open days seen.
        mu: units per day of weight 1.
        total: units of the period; low, high: its two-sided interval.
        se: standard error of the total; rse the same relative to the total.
        t: Student's quantile used.
        warning: ``too_few_visits``, ``weekday_not_covered`` or empty.
    """

    visits: IntArray
    mu: FloatArray
    total: FloatArray
    se: FloatArray
    rse: FloatArray
    t: FloatArray
    low: FloatArray
    high: FloatArray
    warning: TextArray


@dataclass(frozen=True)
class YearEstimate:
    """A total with the uncertainty of the months nobody has seen added to its own."""

    rse: FloatArray
    rse_season: FloatArray
    low: FloatArray
    high: FloatArray


def ratio_estimate(
    units: npt.NDArray[Any],
    weight: FloatArray,
    present: BoolArray,
    period_weight: npt.NDArray[Any] | float,
    period_days: npt.NDArray[Any] | float | None = None,
    weekday: npt.NDArray[Any] | None = None,
    confidence: float = 0.95,
) -> RatioEstimate:
    """Estimate the total of a period for n stores from up to k visit days each.

    Args:
        units: units counted by store and day, shape (n, k); an open day without a sale is 0.
        weight: weekday index × season index of each day.
        present: which cells hold an open day that was counted; closed days are left out here.
        period_weight: sum of the weights of the period's open days, per store.
        period_days: open days of the period when the visits lie inside it (each day seen is then
            certain, and the total is at least what was seen); None when projecting beyond.
        weekday: 0 (Monday) to 6 by store and day, to warn when only one weekday was visited.
    """
    y = np.where(present, units, 0).astype(np.float64)
    x = np.where(present, weight, 0.0)
    visits = present.sum(axis=1, dtype=np.int64)
    seen_units, seen_weight = y.sum(axis=1), x.sum(axis=1)
    fraction = 0.0 if period_days is None else np.minimum(1.0, visits / np.asarray(period_days))

    with np.errstate(divide="ignore", invalid="ignore"):
        enough = (visits >= MIN_VISITS) & (seen_weight > 0)
        mu = np.where(enough, seen_units / seen_weight, np.nan)
        variance = np.square(y - mu[:, None] * x).sum(axis=1) / (visits - 1)
        se_mu = np.sqrt((1 - fraction) * variance / visits) / (seen_weight / visits)
        total, se = mu * period_weight, se_mu * period_weight
        rse = np.where(total > 0, se / total, np.nan)
        t = np.where(enough, stats.t.ppf(0.5 + confidence / 2, np.maximum(visits - 1, 1)), np.nan)
    floor = np.zeros(len(visits)) if period_days is None else seen_units
    return RatioEstimate(
        visits=visits,
        mu=mu,
        total=total,
        se=se,
        rse=rse,
        t=t,
        low=np.maximum(total - t * se, floor),
        high=np.maximum(total + t * se, floor),
        warning=_warnings(enough, present, weekday),
    )


def _warnings(enough: BoolArray, present: BoolArray, weekday: npt.NDArray[Any] | None) -> TextArray:
    warning = np.where(enough, "", "too_few_visits").astype("<U19")
    if weekday is not None:
        first = np.where(present, weekday, 7).min(axis=1)
        last = np.where(present, weekday, -1).max(axis=1)
        warning[enough & (first == last)] = WEEKDAY_NOT_COVERED
    return warning


def with_season_uncertainty(
    estimate: RatioEstimate, season_seen: npt.NDArray[Any] | float, confidence: float = 0.95
) -> YearEstimate:
    """Widen a year's estimate for the months that were not visited.

    Args:
        season_seen: part of the year's season weight that was observed, 0–1: the sum of the season
            indices of the months visited, divided by 12.
    """
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    rse_season = SEASON_RSE * (1 - np.clip(np.broadcast_to(season_seen, estimate.total.shape), 0.0, 1.0))
    half = np.hypot(estimate.t * estimate.rse, z * rse_season)
    return YearEstimate(
        rse=np.hypot(estimate.rse, rse_season),
        rse_season=rse_season,
        low=np.maximum(estimate.total * (1 - half), 0.0),
        high=estimate.total * (1 + half),
    )


def simple_total(
    units: npt.NDArray[Any], present: BoolArray, period_days: npt.NDArray[Any] | float
) -> FloatArray:
    """The paper-and-pencil estimate: mean of the days seen × open days. Too low after quiet weekdays."""
    visits = present.sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(present, units, 0).sum(axis=1) / visits * period_days, dtype=np.float64)


def grade(rse: npt.NDArray[Any]) -> TextArray:
    """A to D by relative standard error: at most 10 %, 20 %, 35 %, more; empty where unknown."""
    known = np.asarray(rse, dtype=np.float64)
    return np.select(
        [np.isnan(known), *(known <= limit for limit in GRADE_LIMITS.values())], ["", *GRADE_LIMITS], "D"
    ).astype("<U1")


def at_least_own(potential: npt.NDArray[Any], own: npt.NDArray[Any]) -> tuple[FloatArray, BoolArray]:
    """Potential is never below what we already sell there; and where it had to be raised.

    An unknown potential (nan) stays unknown; an unknown own figure (nan) raises nothing.
    """
    value = np.asarray(potential, dtype=np.float64)
    sold = np.asarray(own, dtype=np.float64)
    raised = sold > value
    return np.where(raised, sold, value), np.asarray(raised, dtype=bool)


def is_implausible(
    entry: npt.NDArray[Any] | float,
    median: npt.NDArray[Any] | float,
    factor: float = IMPLAUSIBLE_FACTOR,
) -> BoolArray:
    """An entry far above the store's median asks back; unconfirmed it is left out of the estimate.

    A store without a median yet (nan or 0) has nothing to compare with.
    """
    usual = np.asarray(median, dtype=np.float64)
    return np.asarray((usual > 0) & (np.asarray(entry, dtype=np.float64) > factor * usual), dtype=bool)


def valid_entry(total: npt.NDArray[Any], own: npt.NDArray[Any]) -> BoolArray:
    """Entries that can be true: both numbers known and 0 <= own <= total. Others are rejected."""
    whole = np.asarray(total, dtype=np.float64)
    part = np.asarray(own, dtype=np.float64)
    finite = np.isfinite(whole) & np.isfinite(part)
    return np.asarray(finite & (part >= 0) & (part <= whole), dtype=bool)
