"""The five sub-scores of a key account and the score made of them.

Sub-scores are percentile ranks among the accounts scored, so that an amount of money, a share and a variation
can be added. What is not known takes no part: the weights of the rest are spread over what is.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_crm.criteria.rules.settings import ScoreWeights

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

#: The sub-scores in the order in which contributions are told.
SUB_SCORES = ("potential", "gross_profit", "gap", "regularity", "strategic")
#: What an account without purchases cannot have.
DROPPED_FOR_PROSPECTS = ("gross_profit", "regularity")


@dataclass(frozen=True)
class SubScores:
    """Sub-scores from 0 to 100 of n accounts; nan is unknown."""

    potential: FloatArray
    gross_profit: FloatArray
    gap: FloatArray
    regularity: FloatArray
    strategic: FloatArray


@dataclass(frozen=True)
class Scores:
    """Scores of n accounts, and what each sub-score gives to them.

    Attributes:
        score: 0–100; nan where nothing is known.
        contributions: n × 5 in the order of ``SUB_SCORES``; they add up to the score. nan took no part.
    """

    score: FloatArray
    contributions: FloatArray


def percentile_ranks(values: FloatArray) -> FloatArray:
    """Return 100 × (average rank ascending − 0.5) / n among the known values; nan stays nan.

    Ties share the average of their ranks; one account alone stands at 50.
    """
    result = np.full(len(values), np.nan)
    known = np.isfinite(values)
    n = int(known.sum())
    if n:
        _, inverse, counts = np.unique(values[known], return_inverse=True, return_counts=True)
        last = np.cumsum(counts)
        average = last - (counts - 1) / 2
        result[known] = 100 * (average[inverse] - 0.5) / n
    return result


def profit_shares(gross_profit: FloatArray) -> FloatArray:
    """Return each account's part of all known gross profit; nan throughout where that is not above 0."""
    total = float(np.nansum(gross_profit))
    return gross_profit / total if total > 0 else np.full(len(gross_profit), np.nan)


def scores(subs: SubScores, buys: BoolArray, weights: ScoreWeights) -> Scores:
    """Return the weighted sum of the known sub-scores, their weights brought back to a sum of 1.

    Who does not buy (``buys`` false) is scored without gross profit and regularity.
    """
    parts = np.column_stack([np.asarray(getattr(subs, name), dtype=np.float64) for name in SUB_SCORES])
    for name in DROPPED_FOR_PROSPECTS:
        parts[~buys, SUB_SCORES.index(name)] = np.nan
    weight = np.array([float(getattr(weights, name)) for name in SUB_SCORES])
    used = np.where(np.isfinite(parts), weight, 0.0)
    total = used.sum(axis=1)
    scored = total > 0
    shares = np.divide(used, total[:, None], out=np.zeros_like(used), where=scored[:, None])
    contributions = np.where(np.isfinite(parts), shares * np.nan_to_num(parts), np.nan)
    return Scores(np.where(scored, np.nansum(contributions, axis=1), np.nan), contributions)
