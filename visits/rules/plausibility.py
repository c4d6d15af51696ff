"""Is a number asked at a counter far off what the store usually sells? A question, never a refusal.

Own choice: four times the median of the last twelve counts, once there are three of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

#: A count this many times the store's usual one is asked about.
FAR_ABOVE = 4
#: So many earlier counts tell what is usual, of at most so many newest ones.
USUAL_FROM = 3
USUAL_OF = 12


@dataclass(frozen=True)
class Usual:
    """What a store usually sells on a day, in the unit of the counts it comes from."""

    low: int
    middle: int
    high: int


def usual_of(counts: Sequence[int]) -> Usual | None:
    """Return the usual level of earlier counts, newest first; ``None`` where there are too few.

    >>> usual_of([14, 19, 16]), usual_of([14, 19])
    (Usual(low=14, middle=16, high=19), None)
    """
    newest = counts[:USUAL_OF]
    if len(newest) < USUAL_FROM:
        return None
    return Usual(min(newest), int(median(newest)), max(newest))


def is_far_above(total: int, usual: Usual | None) -> bool:
    """Return whether a count should be asked about; where nothing is usual yet, none is.

    >>> is_far_above(65, Usual(14, 16, 19)), is_far_above(64, Usual(14, 16, 19)), is_far_above(64, None)
    (True, False, False)
    """
    return usual is not None and usual.middle > 0 and total > FAR_ABOVE * usual.middle
