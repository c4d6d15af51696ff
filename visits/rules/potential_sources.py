"""Potential from the desk, and one figure out of several sources.

Budgets, head counts, floor areas and a KAM's judgement each give a figure with a known lack of precision.
Sources are averaged on a log scale, the surer and the fresher weighing more; where they contradict each
other more than chance allows, the product says so and asks instead of averaging silently.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MEASURED = "measured"
SOURCE_RSE = {
    "approved_budget": 0.15,
    "declared": 0.30,
    "headcount": 0.40,
    "area": 0.50,
    "judgement": 0.60,
    "sister_stores": 0.60,
}
"""Relative standard error assumed for each desk source."""
HALF_LIFE_DAYS = {
    MEASURED: 180,
    "approved_budget": 365,
    "declared": 365,
    "headcount": 730,
    "area": 730,
    "judgement": 365,
    "sister_stores": 365,
}
"""After so many days a source counts half; area, judgement and sister stores are our own choice."""
DISAGREE_ABOVE = 4.0


@dataclass(frozen=True)
class Combined:
    """One potential per store out of s sources; nan is "no source".

    Attributes:
        value, low, high: combined potential and its two-sided interval.
        sd_log: standard deviation of its logarithm, widened where sources disagree.
        birge: spread between the sources against what their precision allows; 0 for a single one.
        disagree: the sources contradict each other: ask before using the figure.
        weights: part of each source in the result, shape (n, s), rows adding up to 1.
        freshness: what age leaves of each source, 0–1.
        sources: number of sources used.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    sd_log: FloatArray
    birge: FloatArray
    disagree: BoolArray
    weights: FloatArray
    freshness: FloatArray
    sources: npt.NDArray[np.int64]


@dataclass(frozen=True)
class AccountPotential:
    """Potential of an account: sum of its stores, with how much of it was measured in them."""

    value: float
    low: float
    high: float
    measured_share: float
    stores: int
    unknown_stores: int


def combine_sources(
    values: FloatArray,
    rse: FloatArray,
    age_days: FloatArray,
    half_life_days: FloatArray,
    confidence: float = 0.95,
) -> Combined:
    """Combine up to s sources for each of n stores, all arrays of shape (n, s), nan = source absent.

    Values must be positive to count: a potential of 0 has no logarithm and is treated as absent.
    """
    used = np.isfinite(values) & np.isfinite(rse) & (np.nan_to_num(values) > 0) & (np.nan_to_num(rse) > 0)
    log_value = np.log(np.where(used, values, 1.0))
    freshness = np.where(used, np.power(0.5, np.maximum(age_days, 0) / half_life_days), np.nan)
    weight = np.where(used, np.nan_to_num(freshness) / np.log1p(np.square(np.where(used, rse, 1.0))), 0.0)
    count = used.sum(axis=1, dtype=np.int64)

    with np.errstate(divide="ignore", invalid="ignore"):
        total_weight = weight.sum(axis=1)
        centre = (weight * log_value).sum(axis=1) / total_weight
        spread = (weight * np.square(log_value - centre[:, None])).sum(axis=1)
        birge = np.where(count > 1, spread / (count - 1), np.where(count == 1, 0.0, np.nan))
        sd_log = np.sqrt(np.maximum(1.0, birge) / total_weight)
        parts = weight / total_weight[:, None]
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    return Combined(
        value=np.exp(centre),
        low=np.exp(centre - z * sd_log),
        high=np.exp(centre + z * sd_log),
        sd_log=sd_log,
        birge=birge,
        disagree=np.asarray(birge > DISAGREE_ABOVE, dtype=bool),
        weights=parts,
        freshness=freshness,
        sources=count,
    )


def headcount_potential(persons: float, buyer_share: float, units_per_buyer: float) -> float:
    """Potential from people: persons × part of them who buy × units each in the period."""
    return persons * buyer_share * units_per_buyer


def imputed_potential(sister_units_per_area: npt.NDArray[Any], area: float) -> float | None:
    """Potential of an unvisited store: median of its sister stores per square metre × its area."""
    sisters = np.asarray(sister_units_per_area, dtype=np.float64)
    sisters = sisters[np.isfinite(sisters)]
    return float(np.median(sisters) * area) if len(sisters) and area > 0 else None


def account_potential(
    value: FloatArray, se: FloatArray, measured: BoolArray, confidence: float = 0.95
) -> AccountPotential | None:
    """Sum of an account's stores; their variances add. None where no store has a potential.

    Args:
        value: potential by store, nan where unknown (counted in ``unknown_stores``, never as 0).
        se: standard error by store, in the unit of the value; nan counts as exact.
        measured: which of them rest on counts in the store; the others are imputed.
    """
    known = np.isfinite(value)
    if not known.any():
        return None
    total = float(value[known].sum())
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    half = z * float(np.sqrt(np.square(np.nan_to_num(se[known])).sum()))
    in_stores = float(value[known & measured].sum())
    return AccountPotential(
        value=total,
        low=max(0.0, total - half),
        high=total + half,
        measured_share=in_stores / total if total > 0 else 0.0,
        stores=len(value),
        unknown_stores=int((~known).sum()),
    )
