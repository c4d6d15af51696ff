"""The telling name: the one account that shows what a list ranked by own sales hides."""

from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def telling_accounts(
    high: BoolArray,
    surely_below: BoolArray,
    gap_amount: npt.NDArray[Any],
    rank_own: IntArray,
    rank_potential: IntArray,
    skip: BoolArray | None = None,
    rank_weight: float = 1.0,
    limit: int = 5,
) -> IntArray:
    """Accounts worth telling a director about, the most telling first.

    Among large buyers that are surely below market share the product of gap and ranks climbed between the
    two lists decides (own choice); then the gap, then the rank by potential.

    Args:
        high: class A by potential. surely_below: even the upper limit of the share is below the market's.
        gap_amount: money missing a month; nan counts as 0.
        rank_own, rank_potential: positions from 1 in the two lists.
        skip: accounts not to tell again (told last time, and somebody went).
        rank_weight: power of the ranks climbed; 0 goes by the gap alone.
    """
    gap = np.nan_to_num(np.asarray(gap_amount, dtype=np.float64))
    climbed = np.maximum(rank_own - rank_potential, 0).astype(np.float64)
    chosen = high & surely_below & (gap > 0)
    if skip is not None:
        chosen &= ~skip
    rows = np.flatnonzero(chosen)
    score = gap[rows] * climbed[rows] ** rank_weight
    return rows[np.lexsort((rank_potential[rows], -gap[rows], -score))][: max(limit, 0)].astype(np.int64)
