"""Ask these stores first: whose total would teach us most, with own sales alone to go by.

score = 100 × size × ignorance × (1 + nearness) / 2, each part between 0 and 1 (own choice):

- size: the larger of own sales and any estimate of the total, relative to the largest store asked about.
- ignorance: 1 without a total; a known one decays with age (half after 180 days) or is as bad as its error.
- nearness: 1 on the line of the top class, 0 from half or double its value on.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

HALF_LIFE_DAYS = 180.0
USELESS_RSE = 0.50
"""A total with this relative error teaches as little as none."""
NEAR_FACTOR = 2.0

LARGE_OWN_SALES = "large_own_sales"
LARGE_BY_ESTIMATE = "large_by_estimate"
NO_TOTAL = "no_total"
OLD_TOTAL = "old_total"
UNCERTAIN_TOTAL = "uncertain_total"
NEAR_CLASS_LINE = "near_class_line"


@dataclass(frozen=True)
class AskFirst:
    """Stores to ask, best first: their indices, scores 0–100 and the keys of the reasons."""

    indices: IntArray
    score: FloatArray
    reasons: list[tuple[str, ...]]


def ask_first(
    own: npt.NDArray[Any],
    potential_guess: npt.NDArray[Any] | None = None,
    measured: BoolArray | None = None,
    age_days: npt.NDArray[Any] | None = None,
    rse: npt.NDArray[Any] | None = None,
    near_threshold: float | None = None,
    limit: int = 30,
) -> AskFirst:
    """Rank n stores by what their totals would teach us.

    Args:
        own: own sales of the window; nan or below 0 counts as 0.
        potential_guess: total, known or estimated from peers, in the same unit; nan = none.
        measured: stores whose total is known; without it none is.
        age_days, rse: age and relative error of the known totals; nan = fresh, exact.
        near_threshold: smallest value in the top class; stores near it could change class.
        limit: how many to name; ties go by position. Stores with nothing to learn are never named.
    """
    sold = np.maximum(np.nan_to_num(np.asarray(own, dtype=np.float64)), 0)
    guess = _filled(potential_guess, len(sold))
    known = np.zeros(len(sold), dtype=bool) if measured is None else measured
    value = np.maximum(sold, guess)
    staleness = 1 - np.power(0.5, _filled(age_days, len(sold)) / HALF_LIFE_DAYS)
    vagueness = np.minimum(1.0, _filled(rse, len(sold)) / USELESS_RSE)
    near = _nearness(value, near_threshold)

    size = value / value.max(initial=1e-300)
    ignorance = np.where(known, np.maximum(staleness, vagueness), 1.0)
    score = 100 * size * ignorance * (1 + near) / 2
    order = np.argsort(-score, kind="stable")[: max(limit, 0)]
    chosen = order[score[order] > 0].astype(np.int64)

    large = near_threshold if near_threshold is not None else _top_tenth(sold)
    facts = {
        LARGE_OWN_SALES: sold >= large,
        LARGE_BY_ESTIMATE: (guess >= large) & (sold < large),
        NO_TOTAL: ~known,
        OLD_TOTAL: known & (staleness >= 0.5),
        UNCERTAIN_TOTAL: known & (vagueness >= 0.5),
        NEAR_CLASS_LINE: near > 0,
    }
    reasons = [tuple(key for key, holds in facts.items() if holds[row]) for row in chosen.tolist()]
    return AskFirst(chosen, score[chosen], reasons)


def _filled(values: npt.NDArray[Any] | None, size: int) -> FloatArray:
    """The numbers with unknown and negative ones as 0."""
    if values is None:
        return np.zeros(size)
    return np.maximum(np.nan_to_num(np.asarray(values, dtype=np.float64)), 0)


def _nearness(value: FloatArray, line: float | None) -> FloatArray:
    if line is None or line <= 0:
        return np.zeros(len(value))
    with np.errstate(divide="ignore"):
        steps = np.abs(np.log(value / line)) / np.log(NEAR_FACTOR)
    return np.asarray(np.clip(1 - steps, 0, 1), dtype=np.float64)


def _top_tenth(sold: FloatArray) -> float:
    positive = sold[sold > 0]
    return float(np.quantile(positive, 0.9)) if len(positive) else float("inf")
