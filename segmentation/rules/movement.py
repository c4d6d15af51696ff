"""What moved between two runs: flows between classes or quadrants, and the moves worth a word."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation.rules.quadrants import ATTACK, DEFEND, MAINTAIN, MONITOR, POOL, QUADRANTS

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.str_]

ABSENT = ""
"""Label of an account that was not (or is no longer) in a run."""


@dataclass(frozen=True)
class Flows:
    """How many accounts went from which label to which.

    ``counts[i, j]`` went from ``labels[i]`` to ``labels[j]``; the last label is ``""`` for absent.
    """

    labels: tuple[str, ...]
    counts: IntArray

    def between(self, before: str, after: str) -> int:
        """Accounts that went from one label to the other."""
        return int(self.counts[self.labels.index(before), self.labels.index(after)])


@dataclass(frozen=True)
class QuadrantMoves:
    """Moves in words; each field holds indices of accounts, and one account may be in two of them.

    ``reached_market_share`` and ``fell_below`` crossed the market share; ``new_large`` and
    ``no_longer_large`` crossed the potential cut; ``appeared`` and ``gone`` are in one run only.
    """

    reached_market_share: IntArray
    fell_below: IntArray
    new_large: IntArray
    no_longer_large: IntArray
    appeared: IntArray
    gone: IntArray


def flows(before: TextArray, after: TextArray, labels: Sequence[str] = QUADRANTS) -> Flows:
    """Count the moves of n accounts, given by their label in each run (empty text = absent).

    Raises:
        ValueError: an array holds a label that is not in ``labels``.
    """
    names = (*labels, ABSENT)
    size = len(names)
    places = _places(before, names) * size + _places(after, names)
    return Flows(names, np.bincount(places, minlength=size * size).reshape(size, size).astype(np.int64))


def quadrant_moves(
    before: TextArray,
    after: TextArray,
    measured_before: BoolArray | None = None,
    measured_after: BoolArray | None = None,
) -> QuadrantMoves:
    """Sort the moves of n accounts by what they mean.

    Args:
        before, after: quadrants in the two runs; empty text = absent.
        measured_before, measured_after: whether the share was measured; without them every monitored
            account counts as measured below market share.
    """
    was_there, is_there = before != ABSENT, after != ABSENT
    both = was_there & is_there
    was_large, is_large = np.isin(before, POOL), np.isin(after, POOL)
    was_at, is_at = (np.isin(side, (DEFEND, MAINTAIN)) for side in (before, after))
    was_below = _below(before, measured_before)
    is_below = _below(after, measured_after)
    return QuadrantMoves(
        reached_market_share=_where(was_below & is_at),
        fell_below=_where(was_at & is_below),
        new_large=_where(both & ~was_large & is_large),
        no_longer_large=_where(both & was_large & ~is_large),
        appeared=_where(~was_there & is_there),
        gone=_where(was_there & ~is_there),
    )


def class_moves(before: TextArray, after: TextArray) -> tuple[IntArray, IntArray]:
    """Accounts whose class became better, and worse, by the alphabet (A before B, X before Y).

    Absent accounts and class N (too new to rate) did not move.
    """
    rated = ~np.isin(before, (ABSENT, "N")) & ~np.isin(after, (ABSENT, "N"))
    return _where(rated & (after < before)), _where(rated & (after > before))


def _below(quadrant: TextArray, measured: BoolArray | None) -> BoolArray:
    monitored = quadrant == MONITOR
    if measured is not None:
        monitored = monitored & measured
    return np.asarray((quadrant == ATTACK) | monitored, dtype=bool)


def _where(chosen: BoolArray) -> IntArray:
    return np.flatnonzero(chosen).astype(np.int64)


def _places(values: TextArray, names: tuple[str, ...]) -> IntArray:
    found, inverse = np.unique(values, return_inverse=True)
    unknown = set(found.tolist()) - set(names)
    if unknown:
        raise ValueError(f"unknown labels: {sorted(unknown)}")
    return np.array([names.index(str(name)) for name in found], dtype=np.int64)[inverse]


def cell_direction(before: str, after: str) -> str:
    """Return "better" or "worse" for a move between cells such as BX and AX, by value first, then regularity.

    Empty where one of them is absent, they are the same, or only a class N (too new to rate) changed.
    """
    if not before or not after or before == after:
        return ""
    for was, now in zip(before, after, strict=True):
        if was != now and "N" not in (was, now):
            return "better" if now < was else "worse"
    return ""
