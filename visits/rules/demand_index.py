"""Weekday and season indices: how much busier than average a day is.

Indices are pooled over the stores of a region and category, drawn towards 1 while there are few visits,
and have a mean of 1. Without data they are all 1 and the product says "no weekday pattern".
"""

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

WEEKDAYS = 7
MONTHS = 12
PRIOR_VISITS = 20.0
"""How many visits the assumption "like any other day" is worth."""


def shrunk_index(
    ratios: FloatArray, bucket: npt.NDArray[Any], buckets: int, prior: float = PRIOR_VISITS
) -> FloatArray:
    """Index per bucket: (n·mean ratio + prior) / (n + prior), scaled to a mean of 1.

    Args:
        ratios: units of a visit relative to the usual day of its store; nan is ignored.
        bucket: weekday (0 Monday) or month (0 January) of each visit.
    """
    known = np.isfinite(ratios)
    count = np.bincount(bucket[known], minlength=buckets)
    total = np.bincount(bucket[known], weights=ratios[known], minlength=buckets)
    index = (total + prior) / (count + prior)
    return np.asarray(index / index.mean(), dtype=np.float64)


def relative_to_store(
    units: npt.NDArray[Any], store: npt.NDArray[Any], other_index: FloatArray | float = 1.0
) -> FloatArray:
    """Units of each visit, freed of the other pattern, relative to the mean of its store.

    Args:
        store: number of the store of each visit, from 0.
        other_index: season index of each visit when weekdays are studied, and the reverse.

    Returns:
        nan for stores whose mean is 0 and for single visits, which say nothing about a pattern.
    """
    freed = np.asarray(units, dtype=np.float64) / other_index
    count = np.bincount(store)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(store, weights=freed) / count
        ratio = freed / mean[store]
    return np.where((mean[store] > 0) & (count[store] > 1), ratio, np.nan)


def day_weights(
    days: npt.NDArray[np.datetime64], weekday_index: FloatArray, season_index: FloatArray
) -> FloatArray:
    """Weight of each calendar day: its weekday index × its month's season index."""
    numbers = days.astype("datetime64[D]").astype(np.int64)
    months = days.astype("datetime64[M]").astype(np.int64)
    weekdays = (numbers + 3) % WEEKDAYS  # 1 January 1970 was a Thursday
    return np.asarray(weekday_index[weekdays] * season_index[months % MONTHS], dtype=np.float64)


def period_weight(
    first: np.datetime64,
    last: np.datetime64,
    weekday_index: FloatArray,
    season_index: FloatArray,
    closed: npt.NDArray[np.datetime64] | None = None,
) -> tuple[float, int]:
    """Sum of the weights of the open days from ``first`` to ``last`` (both included), and their number."""
    days = np.arange(first, last + np.timedelta64(1, "D"), dtype="datetime64[D]")
    if closed is not None and len(closed):
        days = days[~np.isin(days, closed.astype("datetime64[D]"))]
    return float(day_weights(days, weekday_index, season_index).sum()), len(days)


def season_seen(visit_months: npt.NDArray[Any], season_index: FloatArray) -> float:
    """Part of the year's season weight that lies in the months visited (0 January), 0–1."""
    return float(season_index[np.unique(visit_months)].sum() / season_index.sum())
