"""Concentration: how few accounts bring how much."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: What the largest tenth usually holds, shaded in the picture (own choice).
USUAL_BAND = (0.30, 0.55)
_TOP = 0.10


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


def _reached(parts: np.ndarray, line: float) -> int:  # type: ignore[type-arg]
    return min(int(np.searchsorted(parts, line - 1e-12)) + 1, len(parts))
