"""Which stores a supervisor controls: drawn at random, so that nobody chooses and nobody can prepare.

Every store has a number between 0 and 1 that follows from the round's seed and the store alone (permanent
random numbers). Of each account manager's stores those with the largest u^(1/weight) are taken: a random
sample without replacement, in proportion to the weights at each step (Efraimidis and Spirakis, 2006). The
same seed and the same stores give the same draw, in whatever order they are read.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

#: Own choice: a store drawn in the last so many days is left in peace.
REST_DAYS = 60
MOST_PER_PERSON = 20
#: Own choice: a small store keeps at least this part of the middle store's weight.
LEAST_WEIGHT = 0.1
_PARTS = 2**53


@dataclass(frozen=True)
class Drawable:
    """One store that could be drawn.

    Attributes:
        store, person: ids of the store and of who looks after it.
        size: what it buys, in any unit; ``None`` or 0 where unknown.
        rests: it was drawn lately, and is passed over.
    """

    store: int
    person: int
    size: float | None = None
    rests: bool = False


@dataclass(frozen=True)
class Stratum:
    """What was drawn of one person's stores: how many there were, how many rest, which ones it is."""

    person: int
    stores: int
    resting: int
    drawn: tuple[int, ...]


def draw(pool: Iterable[Drawable], *, seed: int, per_person: int, by_size: bool = False) -> list[Stratum]:
    """Draw ``per_person`` stores of every person at random, fewer where there are not as many.

    ``by_size``: large stores are drawn more often, in proportion to their size; unknown sizes count as the
    person's middle one. Persons come in the order of their ids, stores in the order in which they were drawn.

    >>> pool = [Drawable(store, 1) for store in range(1, 9)] + [Drawable(9, 2, rests=True)]
    >>> [(row.person, row.resting, len(row.drawn)) for row in draw(pool, seed=7, per_person=3)]
    [(1, 0, 3), (2, 1, 0)]
    """
    by_person: dict[int, list[Drawable]] = defaultdict(list)
    for one in pool:
        by_person[one.person].append(one)
    found = []
    for person, stores in sorted(by_person.items()):
        free = [one for one in stores if not one.rests]
        weights = _weights(free) if by_size else [1.0] * len(free)
        keys = {
            one.store: math.log(_number(seed, one.store)) / weight
            for one, weight in zip(free, weights, strict=True)
        }
        order = sorted(keys, key=lambda store: (-keys[store], store))
        found.append(Stratum(person, len(stores), len(stores) - len(free), tuple(order[:per_person])))
    return found


def spread(count: int, days: int) -> list[int]:
    """Return on which of ``days`` each of ``count`` visits lies, evenly and in order.

    >>> spread(5, 2), spread(2, 5), spread(0, 3)
    ([0, 0, 0, 1, 1], [0, 2], [])
    """
    return [place * days // count for place in range(count)]


def _weights(stores: Sequence[Drawable]) -> list[float]:
    known = [one.size for one in stores if one.size is not None and one.size > 0]
    middle = median(known) if known else 1.0
    return [max(one.size or middle, LEAST_WEIGHT * middle) / middle for one in stores]


def _number(seed: int, store: int) -> float:
    """A number above 0 and at most 1 that follows from the seed and the store alone."""
    digest = hashlib.sha256(f"{seed}:{store}".encode()).digest()
    return (int.from_bytes(digest[:8], "big") % _PARTS + 1) / _PARTS
