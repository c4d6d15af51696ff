"""The same months a year ago: is an account quiet because its season is over, and does it shrink?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

YEAR = 12
QUIET_MONTHS = 2
"""A season's end shows in at least two empty months in a row (own choice)."""
SHRINKING_BELOW = 0.70


@dataclass(frozen=True)
class Shrinking:
    """Last three months against the same three a year ago; ``ratio`` nan where those held nothing."""

    ratio: FloatArray
    shrinking: BoolArray


def quiet_season(bought: BoolArray, min_months: int = QUIET_MONTHS) -> BoolArray:
    """Accounts whose present run of empty months was just as empty a year ago: quiet, not late.

    At least ``min_months`` and at most eleven empty months at the end, the same months a year before
    empty as well, and a purchase before those, so that a customer new last year gets no excuse.

    Args:
        bought: whether each account bought in each complete month, oldest first, shape (n, k). Fewer than
            24 months cannot show a season: nobody is excused by what is not known.
    """
    bought = np.asarray(bought, dtype=bool)
    rows, width = bought.shape
    empty = np.where(bought.any(axis=1), bought[:, ::-1].argmax(axis=1), width) if width else np.zeros(rows)
    result = np.zeros(rows, dtype=bool)
    for months in range(min_months, YEAR):
        start, end = width - YEAR - months, width - YEAR
        if start < 1 or width < 2 * YEAR:
            break
        result |= (empty == months) & ~bought[:, start:end].any(axis=1) & bought[:, :start].any(axis=1)
    return result


def shrinking(
    last_three: npt.NDArray[np.number], same_last_year: npt.NDArray[np.number], below: float = SHRINKING_BELOW
) -> Shrinking:
    """Flag accounts that bought less than 70 % of the same three months last year.

    Args:
        last_three, same_last_year: purchases in the same unit; nan is not known and never flagged.
    """
    before = np.asarray(same_last_year, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(before > 0, np.asarray(last_three, dtype=np.float64) / before, np.nan)
    return Shrinking(ratio, ratio < below)
