"""RFM: how recently, how often and for how much an account buys, each against all the others.

Scores are by rank, ties sharing their average rank, so that accounts that are all alike get the middle. A
key account's recency is better read against its own cadence (see ``cadence``).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

FloatArray = npt.NDArray[np.float64]
ScoreArray = npt.NDArray[np.int8]
TextArray = npt.NDArray[np.str_]

QUINTILES, TERCILES = 5, 3
FEW_ACCOUNTS = 25
"""Under so many accounts a fifth of them is too few: terciles."""
NOT_SCORED = 0
"""In place of a score where the figure is not known; scores begin at 1."""

CHAMPION, AT_RISK, LAPSED, NEW, REGULAR = "champion", "at_risk", "lapsed", "new", "regular"


@dataclass(frozen=True)
class Rfm:
    """Scores of n accounts, 1 (worst) to ``classes`` (best), and their segment.

    ``NOT_SCORED`` where a figure is nan, and then an empty segment.
    """

    recency: ScoreArray
    frequency: ScoreArray
    money: ScoreArray
    segment: TextArray
    classes: int


def rfm_classes(accounts: int) -> int:
    """Quintiles, or terciles under 25 accounts."""
    return TERCILES if accounts < FEW_ACCOUNTS else QUINTILES


def rank_scores(values: npt.NDArray[Any], classes: int = QUINTILES) -> ScoreArray:
    """Score of each value by its average rank, higher is better: min(c, ⌊c(rank − ½)/n⌋ + 1).

    Decided in whole numbers, so that a rank on a border never depends on a float. nan is not ranked.
    """
    values = np.asarray(values, dtype=np.float64)
    known = np.isfinite(values)
    n = int(known.sum())
    scores = np.full(len(values), NOT_SCORED, dtype=np.int8)
    if n:
        twice_rank = np.rint(2 * stats.rankdata(values[known], method="average")).astype(np.int64)
        scores[known] = np.minimum(classes, classes * (twice_rank - 1) // (2 * n) + 1)
    return scores


def rfm(
    recency_days: npt.NDArray[Any],
    order_days: npt.NDArray[Any],
    gross_profit: npt.NDArray[Any],
    classes: int | None = None,
) -> Rfm:
    """Score n accounts that bought.

    Args:
        recency_days: days since the last order; fewer are better.
        order_days: distinct order days of 12 months.
        gross_profit: of 12 months, in any one unit; nan where no cost is known.
        classes: 5 or 3; by default what ``rfm_classes`` says.
    """
    classes = rfm_classes(len(recency_days)) if classes is None else classes
    r = rank_scores(-np.asarray(recency_days, dtype=np.float64), classes)
    f, m = rank_scores(order_days, classes), rank_scores(gross_profit, classes)
    return Rfm(r, f, m, rfm_segments(r, f, m, classes), classes)


def rfm_segments(r: ScoreArray, f: ScoreArray, m: ScoreArray, classes: int = QUINTILES) -> TextArray:
    """The first segment that fits: champion, at risk, lapsed, new, else regular (own choice).

    Borders are those of quintiles; the scores 1, 2, 3 of terciles are read as 1, 3, 5.
    """
    r5, f5, m5 = (
        1 + (np.asarray(scores, dtype=np.float64) - 1) * (QUINTILES - 1) / (classes - 1)
        for scores in (r, f, m)
    )
    unknown = (r == NOT_SCORED) | (f == NOT_SCORED) | (m == NOT_SCORED)
    return np.select(
        [
            unknown,
            (r5 >= 4) & (f5 >= 4) & (m5 >= 4),
            (r5 <= 2) & ((f5 >= 3) | (m5 >= 4)),
            r5 <= 2,
            f5 <= 1,
        ],
        ["", CHAMPION, AT_RISK, LAPSED, NEW],
        REGULAR,
    )
