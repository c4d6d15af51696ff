"""What is pooled over a market to read a single store's visits: busy days, seasons and prices."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visits.rules import demand_index
from visits.rules.evidence import Counted, Evidence, FloatArray, IntArray
from visits.rules.potential import ratio_estimate, with_season_uncertainty

_EPOCH = 719163  # ordinal of 1 January 1970


@dataclass(frozen=True)
class Patterns:
    """Per row: price of a unit, and the indices of its category.

    ``weekday`` has shape (n, 7), ``season`` (n, 12); all 1 where no pattern is known.
    """

    price: FloatArray
    weekday: FloatArray
    season: FloatArray


@dataclass(frozen=True)
class VisitPotential:
    """Units a year (times the window's length) from visits; nan where there are too few."""

    units: FloatArray
    rse: FloatArray
    age_days: FloatArray
    warning: npt.NDArray[np.str_]


def pooled_patterns(evidence: Evidence) -> Patterns:
    """Learn prices and patterns from all rows, by category (prices by category and region)."""
    n = len(evidence)
    price = np.ones(n)
    weekday = np.ones((n, demand_index.WEEKDAYS))
    season = np.ones((n, demand_index.MONTHS))
    for category in np.unique(evidence.category):
        rows = np.flatnonzero(evidence.category == category)
        whole = _mean_price(evidence, rows)
        for region in np.unique(evidence.region[rows]):
            here = rows[evidence.region[rows] == region]
            local = _mean_price(evidence, here)
            price[here] = local if np.isfinite(local) else whole if np.isfinite(whole) else 1.0
        season[rows] = _season_index(evidence, rows)
        weekday[rows] = _weekday_index(evidence, rows, season[rows[0]])
    return Patterns(price, weekday, season)


def visit_potential_units(evidence: Evidence, patterns: Patterns, window_months: int) -> VisitPotential:
    """Project each store's visit days to the year after the last of them.

    Weights follow the weekday and season of each day; every day of the year counts as open unless
    somebody says otherwise.
    """
    day = evidence.visit_day
    present = evidence.visit_units.has_total & (day > 0)
    since = np.where(present, day, _EPOCH + 3) - _EPOCH
    weekdays = (since + 3) % demand_index.WEEKDAYS
    months = since.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % demand_index.MONTHS
    row = np.arange(len(day))[:, None]
    weight = patterns.weekday[row, weekdays] * patterns.season[row, months]
    estimate = ratio_estimate(
        evidence.visit_units.total, weight, present, np.full(len(day), 365.0), weekday=weekdays
    )
    seen = _season_seen(months, present, patterns.season)
    year = with_season_uncertainty(estimate, seen)
    age = evidence.as_of - np.where(present, day, 0).max(axis=1, initial=0)
    positive = estimate.total > 0
    return VisitPotential(
        units=np.where(positive, estimate.total, np.nan) * window_months / 12,
        rse=np.where(positive, year.rse, np.nan),
        age_days=age.astype(np.float64),
        warning=estimate.warning,
    )


def _season_seen(months: IntArray, present: npt.NDArray[np.bool_], season: FloatArray) -> FloatArray:
    """Part of the year's season weight that lies in the months visited, by row."""
    visited = np.zeros((len(months), demand_index.MONTHS), dtype=bool)
    row = np.broadcast_to(np.arange(len(months))[:, None], months.shape)
    visited[row[present], months[present]] = True
    return np.asarray(np.where(visited, season, 0.0).sum(axis=1) / season.sum(axis=1), dtype=np.float64)


def _mean_price(evidence: Evidence, rows: IntArray) -> float:
    """Amount per unit over everything counted with both; nan where there is nothing."""
    amount = units = 0.0
    pairs: list[tuple[Counted, Counted]] = [
        (evidence.month_amount, evidence.month_units),
        (evidence.visit_amount, evidence.visit_units),
    ]
    for money, pieces in pairs:
        both = money.has_total[rows] & pieces.has_total[rows]
        amount += float(np.where(both, money.total[rows], 0).sum(dtype=np.float64))
        units += float(np.where(both, pieces.total[rows], 0).sum(dtype=np.float64))
        if units > 0 and amount > 0:
            return amount / units
    return float("nan")


def _season_index(evidence: Evidence, rows: IntArray) -> FloatArray:
    """Season by calendar month from full counts that cover every month of a year; else no pattern."""
    counted = evidence.month_units if evidence.month_units.has_total[rows].any() else evidence.month_amount
    sums = np.where(counted.has_total[rows], counted.total[rows], 0).sum(axis=0).astype(np.float64)
    calendar = (evidence.first_month + np.arange(len(sums))) % demand_index.MONTHS
    by_month = np.bincount(calendar, weights=sums, minlength=demand_index.MONTHS)
    times = np.bincount(calendar, minlength=demand_index.MONTHS)
    if (times == 0).any() or (by_month <= 0).any():
        return np.ones(demand_index.MONTHS)
    mean = by_month / times
    return np.asarray(mean / mean.mean(), dtype=np.float64)


def _weekday_index(evidence: Evidence, rows: IntArray, season: FloatArray) -> FloatArray:
    present = evidence.visit_units.has_total[rows] & (evidence.visit_day[rows] > 0)
    if not present.any():
        return np.ones(demand_index.WEEKDAYS)
    store = np.broadcast_to(np.arange(len(rows))[:, None], present.shape)[present]
    _, store = np.unique(store, return_inverse=True)
    since = evidence.visit_day[rows][present] - _EPOCH
    months = since.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % demand_index.MONTHS
    ratios = demand_index.relative_to_store(evidence.visit_units.total[rows][present], store, season[months])
    return demand_index.shrunk_index(ratios, (since + 3) % demand_index.WEEKDAYS, demand_index.WEEKDAYS)
