"""The sales-ranked list beside the potential-ranked one: who was missed, who was filed too high.

Ranking accounts by what they buy from us hides those that buy from others. The old list takes the top K by
own sales, where K is the size of the new pool (attack, defend, explore), so both lists are equally long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.rules.abc import rank_order, text_of
from segmentation.rules.quadrants import POOL

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Comparison:
    """Both lists; accounts are indices into the input, sorted by code.

    Attributes:
        size: K, the length of both lists.
        old, new, kept: accounts on the old list, on the new one, on both.
        missed: quadrant of the pool → accounts that are new and not old.
        misfiled: accounts that are old and not new; misfiled_quadrant: their quadrants.
        jaccard: kept / (old or new); nan where both lists are empty.
        covered_old, covered_new: part of all potential that each list holds.
        gap_missed: Σ max(0, market share − share) × potential over the missed; unmeasured 0.
        rank_own, rank_potential: position by own sales and by potential, from 1, unknown as 0.
    """

    size: int
    old: IntArray
    new: IntArray
    kept: IntArray
    missed: dict[str, IntArray]
    misfiled: IntArray
    misfiled_quadrant: TextArray
    jaccard: float
    covered_old: float
    covered_new: float
    gap_missed: float
    rank_own: IntArray
    rank_potential: IntArray


def compare_lists(
    codes: Sequence[str] | npt.NDArray[Any],
    own: npt.NDArray[Any],
    potential: npt.NDArray[Any],
    share: FloatArray,
    market_share: npt.NDArray[Any] | float,
    quadrant: TextArray,
    pool: Sequence[str] = POOL,
) -> Comparison:
    """Compare the K-longest lists of n accounts.

    Args:
        codes: decide ties, as text.
        own, potential: amounts or units; nan (unknown) counts as 0.
        share, market_share: measured share and what it is compared with; nan = unknown.
        quadrant: of ``quadrants``; pool: the quadrants that make the new list.
    """
    own_known, potential_known = _known(own), _known(potential)
    by_own = rank_order(own_known, codes)
    in_new = np.isin(quadrant, list(pool))
    size = int(in_new.sum())
    in_old = np.zeros(len(in_new), dtype=bool)
    in_old[by_own[:size]] = True

    gap = np.nan_to_num(np.maximum(0.0, market_share - np.asarray(share, dtype=np.float64)))
    either = int((in_old | in_new).sum())

    def sorted_by_code(chosen: BoolArray) -> IntArray:
        rows = np.flatnonzero(chosen).astype(np.int64)
        return rows[np.argsort(text_of(codes, rows), kind="stable")]

    misfiled = sorted_by_code(in_old & ~in_new)
    return Comparison(
        size=size,
        old=sorted_by_code(in_old),
        new=sorted_by_code(in_new),
        kept=sorted_by_code(in_old & in_new),
        missed={name: sorted_by_code(in_new & ~in_old & (quadrant == name)) for name in pool},
        misfiled=misfiled,
        misfiled_quadrant=quadrant[misfiled],
        jaccard=float((in_old & in_new).sum() / either) if either else float("nan"),
        covered_old=_part(potential_known, in_old),
        covered_new=_part(potential_known, in_new),
        gap_missed=float((gap * potential_known)[in_new & ~in_old].sum()),
        rank_own=_positions(by_own),
        rank_potential=_positions(rank_order(potential_known, codes)),
    )


def missed_marks(high_by_potential: BoolArray, high_by_own: BoolArray) -> BoolArray:
    """Rows that are in a high class by potential and not by own sales."""
    return np.asarray(high_by_potential & ~high_by_own, dtype=bool)


def misfiled_marks(high_by_potential: BoolArray, high_by_own: BoolArray) -> BoolArray:
    """Rows that are in a high class by own sales and not by potential."""
    return np.asarray(high_by_own & ~high_by_potential, dtype=bool)


def _known(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Whole numbers as they are; unknown ones of a float array as 0."""
    array = np.asarray(values)
    return np.nan_to_num(array) if array.dtype.kind == "f" else array


def _part(potential: npt.NDArray[Any], chosen: BoolArray) -> float:
    total = float(np.maximum(potential, 0).sum(dtype=np.float64))
    return float(potential[chosen].sum(dtype=np.float64)) / total if total > 0 else 0.0


def _positions(order: IntArray) -> IntArray:
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return rank
