"""Concentration: how few accounts bring how much."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Part of our sales that key accounts usually bring, shaded in the picture (CAPABILITIES C15, own choice).
USUAL_BAND = (0.30, 0.55)
BELOW, WITHIN, ABOVE = "below", "within", "above"


@dataclass(frozen=True)
class Concentration:
    """Cumulative parts of the whole, and the ranks worth a label.

    Attributes:
        parts: part held by the first 1, 2, 3 … accounts, largest first; rises to 1.
        first: part of the largest account.
        half: how many accounts it takes to pass half.
        line: how many accounts it takes to reach the line asked for (class A's).
    """

    parts: list[float]
    first: float
    half: int
    line: int


def concentration(amounts: Sequence[int], line: float) -> Concentration | None:
    """Return the concentration of amounts above 0 (any order); ``None`` where there are none.

    ``line`` is a part of the whole, such as 0.80. The account that crosses it counts.
    """
    sizes = np.sort(np.array([amount for amount in amounts if amount > 0], dtype=np.float64))[::-1]
    if not len(sizes):
        return None
    parts = np.cumsum(sizes) / sizes.sum()
    parts[-1] = 1.0
    return Concentration(
        parts=[round(float(part), 6) for part in parts],
        first=float(parts[0]),
        half=_reached(parts, 0.5),
        line=_reached(parts, line),
    )


def band_place(part: float, band: tuple[float, float] = USUAL_BAND) -> str:
    """Return whether the key accounts' part of our sales lies below, within or above the usual band.

    Both ends belong to it. Above it a single loss hurts; below it the list holds too few, or the wrong ones.
    """
    if part < band[0] - 1e-12:
        return BELOW
    return ABOVE if part > band[1] + 1e-12 else WITHIN


def curve_points(parts: Sequence[float], most: int = 160) -> list[tuple[int, float]]:
    """Return at most ``most`` points (rank, part) of a curve, evenly on a log scale, both ends among them."""
    last = len(parts)
    if not last:
        return []
    ranks = np.unique(np.round(np.geomspace(1, last, num=min(most, last))).astype(int))
    return [(int(rank), float(parts[rank - 1])) for rank in ranks]


def _reached(parts: np.ndarray, line: float) -> int:  # type: ignore[type-arg]
    return min(int(np.searchsorted(parts, line - 1e-12)) + 1, len(parts))
