"""Do a person's own counts agree with those of the supervisor in the same stores?

A pair is a drawn control count and the person's routine counts of the same store and category within two
weeks around it (their mean: one day alone varies much). Categories counted on one control visit resemble
each other, so the visit, not the category, is the unit of evidence: pairs of one visit are added up.

Totals are compared by a ratio, R = Σ routine / Σ control, with the ratio estimator's error: e = r − R·c,
se = √(Σe² / (n(n − 1))) / mean c (Cochran, Sampling Techniques, 1977, §2.11). Shares are compared by the
mean of their differences (paired t). Intervals are two-sided 95 % by Student's t with n − 1 degrees.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from scipy import stats

#: A routine count at most so many days before or after the control count belongs to it.
DAYS_APART = 14
#: Fewer control visits than this say nothing about a person.
LEAST_VISITS = 5
CONFIDENCE = 0.95
OVER, UNDER = "over", "under"
_EQUAL = 1e-9
"""Closer than this is the same: what floats lose is no deviation."""


@dataclass(frozen=True)
class Count:
    """All brands and ours counted on a day, in any unit."""

    on: dt.date
    total: float
    own: float


@dataclass(frozen=True)
class Pair:
    """What the person counted beside what the control counted; ``visit`` tells which control visit it is."""

    visit: Hashable
    routine_total: float
    routine_own: float
    control_total: float
    control_own: float


@dataclass(frozen=True)
class Difference:
    """An estimate with its interval; ``None`` where it is not defined.

    ``verdict``: ``over`` or ``under`` where the interval leaves out "no difference" and at least
    ``LEAST_VISITS`` visits stand behind it, else empty.
    """

    visits: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: str = ""


@dataclass(frozen=True)
class Deviation:
    """How a person's counts stand to the control's: ``total`` as a ratio (1: the same), ``share`` as a
    difference of fractions (0: the same)."""

    pairs: int
    visits: int
    total: Difference
    share: Difference


def routine_of(control_on: dt.date, counts: Iterable[Count], days: int = DAYS_APART) -> Count | None:
    """Return the mean of the routine counts at most ``days`` around a control count, if there are any.

    >>> day = dt.date(2022, 11, 15)
    >>> routine_of(day, [Count(dt.date(2022, 11, 1), 20, 4), Count(dt.date(2022, 11, 29), 10, 2)])
    Count(on=datetime.date(2022, 11, 1), total=15.0, own=3.0)
    >>> routine_of(day, [Count(dt.date(2022, 10, 31), 20, 4)]) is None
    True
    """
    near = [count for count in counts if abs((count.on - control_on).days) <= days]
    if not near:
        return None
    nearest = min(near, key=lambda count: (abs((count.on - control_on).days), count.on))
    return Count(
        nearest.on,
        sum(count.total for count in near) / len(near),
        sum(count.own for count in near) / len(near),
    )


def deviation(pairs: Sequence[Pair]) -> Deviation:
    """Compare a person's counts with the control's, over all pairs.

    >>> same = [Pair(visit, 10 + visit, 2, 10 + visit, 2) for visit in range(6)]
    >>> deviation(same).total.value, deviation(same).total.verdict
    (1.0, '')
    """
    visits: dict[Hashable, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for pair in pairs:
        numbers = (pair.routine_total, pair.routine_own, pair.control_total, pair.control_own)
        visits[pair.visit] = [old + new for old, new in zip(visits[pair.visit], numbers, strict=True)]
    rows = list(visits.values())
    shares = [
        own / total - control_own / control
        for total, own, control, control_own in rows
        if total > 0 and control > 0
    ]
    return Deviation(
        len(pairs),
        len(rows),
        _ratio([row[0] for row in rows], [row[2] for row in rows]),
        _mean(shares),
    )


def _ratio(routine: Sequence[float], control: Sequence[float]) -> Difference:
    n, whole = len(control), sum(control)
    if whole <= 0:
        return Difference(n)
    ratio = sum(routine) / whole
    squares = sum((r - ratio * c) ** 2 for r, c in zip(routine, control, strict=True))
    return _difference(n, ratio, math.sqrt(squares), n / whole, same=1.0)


def _mean(values: Sequence[float]) -> Difference:
    n = len(values)
    if not n:
        return Difference(0)
    mean = sum(values) / n
    return _difference(n, mean, math.sqrt(sum((value - mean) ** 2 for value in values)), 1.0, same=0.0)


def _difference(n: int, value: float, root: float, scale: float, *, same: float) -> Difference:
    """``root`` is √Σe² over ``n`` visits; ``scale`` turns the error's unit into the value's."""
    if n < 2:
        return Difference(n, value)
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1)) * root / math.sqrt(n * (n - 1)) * scale
    low, high = value - half, value + half
    verdict = ""
    if n >= LEAST_VISITS and not low - _EQUAL <= same <= high + _EQUAL:
        verdict = OVER if value > same else UNDER
    return Difference(n, value, low, high, verdict)
