"""Did a measure work? The share before and after it, against comparable stores without a flag.

effect = (after − before) − (control after − control before). The interval combines those of the parts by
squares of their distances (Newcombe's hybrid score method for differences, Stat. Med. 17, 1998), so that
shares of 0 and few days are not taken for sure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import stats

from visits.rules.share import clustered_share

MIN_CONTROL_STORES = 5
"""Fewer comparable stores make no control: the plain change is told instead, and said so."""
MIN_POOLED = 3
"""Measures of a kind, until an interval of their effect is told."""
CONFIDENCE = 0.95
_LEAST_VARIANCE = 1e-8


@dataclass(frozen=True)
class SpanShare:
    """Our share over the days (or months) of a span, with its two-sided 95 % interval.

    ``share`` is ``None`` without counts, the limits with fewer than two.
    """

    clusters: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ControlStore:
    """What was counted in a comparable store in both spans; the unit cancels out."""

    total_before: float
    own_before: float
    total_after: float
    own_after: float


@dataclass(frozen=True)
class Control:
    """Comparable stores: their weighted shares in both spans and the standard error of the change."""

    stores: int
    before: float
    after: float
    se: float


@dataclass(frozen=True)
class Effect:
    """Change of the share beyond the control's (or plain, without one), a fraction, and its interval."""

    effect: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class PooledEffect:
    """Weighted mean effect of n measures; limits only from ``MIN_POOLED`` on."""

    n: int
    mean: float
    low: float | None = None
    high: float | None = None


def span_share(counts: Sequence[tuple[float, float]], in_units: bool = True) -> SpanShare:
    """Share of (all brands, ours) by day or month, in whole units or currency."""
    if not counts:
        return SpanShare(0)
    total, own = (np.array([column], dtype=np.float64) for column in zip(*counts, strict=True))
    found = clustered_share(total, own, np.ones(total.shape, dtype=bool), in_units, two_sided=CONFIDENCE)
    share = float(found.share[0])
    if not np.isfinite(share):
        return SpanShare(len(counts))
    if len(counts) < 2:
        return SpanShare(1, share)
    return SpanShare(len(counts), share, float(found.low2[0]), float(found.high2[0]))


def control_of(stores: Sequence[ControlStore]) -> Control | None:
    """Change of comparable stores, each weighted by what it sells; ``None`` for fewer than five."""
    known = [store for store in stores if store.total_before > 0 and store.total_after > 0]
    if len(known) < MIN_CONTROL_STORES:
        return None
    weight = np.array([store.total_before + store.total_after for store in known])
    before = np.array([store.own_before / store.total_before for store in known])
    after = np.array([store.own_after / store.total_after for store in known])
    weight = weight / weight.sum()
    change = after - before
    mean = float((weight * change).sum())
    n = len(known)
    se = sqrt(float(np.square(weight * (change - mean)).sum()) * n / (n - 1))
    return Control(n, float((weight * before).sum()), float((weight * after).sum()), se)


def effect_of(before: SpanShare, after: SpanShare, control: Control | None) -> Effect:
    """Difference in differences with its 95 % interval; without a control the plain change."""
    if before.share is None or after.share is None:
        return Effect()
    change = after.share - before.share
    beside = 0.0
    if control is not None:
        change -= control.after - control.before
        beside = float(stats.t.ppf(0.5 + CONFIDENCE / 2, control.stores - 1)) * control.se
    if before.low is None or before.high is None or after.low is None or after.high is None:
        return Effect(change)
    down = sqrt((after.share - after.low) ** 2 + (before.high - before.share) ** 2 + beside**2)
    up = sqrt((after.high - after.share) ** 2 + (before.share - before.low) ** 2 + beside**2)
    return Effect(change, change - down, change + up)


def pooled_effect(effects: Sequence[Effect]) -> PooledEffect | None:
    """Mean effect of measures of one kind with its 95 % interval; ``None`` where there is none.

    A random-effects mean: a store whose own interval is wide counts little, and stores that differ more
    than their intervals explain count more alike (DerSimonian & Laird, Controlled Clinical Trials 7, 1986).
    The interval is Student's on weighted residuals (Hartung & Knapp, Stat. Med. 20, 2001), never narrower
    than the stores' own errors give. Effects without limits are left out.
    """
    known = [one for one in effects if None not in (one.effect, one.low, one.high)]
    n = len(known)
    if not n:
        return None
    effect, low, high = (
        np.array([getattr(one, name) for one in known]) for name in ("effect", "low", "high")
    )
    variance = np.square((high - low) / (2 * stats.norm.ppf(0.5 + CONFIDENCE / 2))).clip(min=_LEAST_VARIANCE)
    weight = 1 / variance
    spread = float((weight * np.square(effect - np.average(effect, weights=weight))).sum())
    scale = float(weight.sum() - np.square(weight).sum() / weight.sum())
    between = max(0.0, (spread - (n - 1)) / scale) if n > 1 else 0.0
    weight = 1 / (variance + between)
    mean = float(np.average(effect, weights=weight))
    if n < MIN_POOLED:
        return PooledEffect(n, mean)
    residual = float((weight * np.square(effect - mean)).sum()) / (n - 1)
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1)) * sqrt(max(1.0, residual) / float(weight.sum()))
    return PooledEffect(n, mean, mean - half, mean + half)
