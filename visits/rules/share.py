"""Store share: our part of what a store buys or sells, and how sure we can be of it.

The share is simply own / total over all visit days (or months of a full count). Days of one store resemble
each other more than single sales do, so the interval treats the day, not the bottle, as the unit of
evidence: a Wilson interval on an effective sample size (after Korn and Graubard).
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.str_]

MIN_DAYS = 5
MIN_UNITS = 30
MIN_MONTHS = 6
"""Months with totals that a full count must have."""
AMOUNT_UNITS_PER_CLUSTER = 10
"""What a day or month counts for at most where only money is known."""

INSUFFICIENT = "insufficient"
NO_MARKET_SHARE = "no_market_share"
OK = "ok"
BELOW_WATCH = "below_watch"
BELOW_CONFIRMED = "below_confirmed"

_CHUNK = 100_000
"""Stores per pass: keeps the temporary arrays small."""
_EQUAL = 1e-12
"""Shares closer than this are the same share: 24 of 100 is not below 0.24."""


@dataclass(frozen=True)
class ShareEstimate:
    """Shares of n stores, every array in the order of the input; nan is "not defined".

    Attributes:
        clusters: days (or months) counted.
        own, total: sums over them, in units or currency (divided by ``scale``).
        share: ``own / total``; nan where the sums do not hold 0 <= own <= total, total > 0.
        se: standard error of the share between clusters.
        n_eff: effective number of units; n_eff_adj: the same reduced for few clusters (n*).
        low, high: one-sided limits, each at the confidence asked for.
        low2, high2: two-sided interval at 95 % (for the default confidence).
        deff: design effect, ``total / n_eff``.
        in_units: False where only amounts were known.
    """

    clusters: IntArray
    own: FloatArray
    total: FloatArray
    share: FloatArray
    se: FloatArray
    n_eff: FloatArray
    n_eff_adj: FloatArray
    low: FloatArray
    high: FloatArray
    low2: FloatArray
    high2: FloatArray
    deff: FloatArray
    in_units: bool


@dataclass(frozen=True)
class Severity:
    """What a share below the market's is worth a month; all 0 at or above market share.

    ``gap_amount_conservative`` uses the upper limit of the share in place of the share.
    """

    gap_units: FloatArray
    gap_amount: FloatArray
    gap_profit: FloatArray
    gap_amount_conservative: FloatArray


def clustered_share(
    total: npt.NDArray[Any],
    own: npt.NDArray[Any],
    present: BoolArray,
    in_units: bool,
    confidence: float = 0.95,
    two_sided: float = 0.95,
    scale: float = 1.0,
    units_behind: FloatArray | None = None,
) -> ShareEstimate:
    """Estimate the share of n stores from up to k days (or months) each.

    Args:
        total, own: category total and own part by store and day, shape (n, k).
        present: which cells hold a count; others are ignored whatever they contain.
        in_units: False where the numbers are money: a day then counts for at most ten units, unless
            the units behind the money are known.
        confidence: of each one-sided limit. two_sided: of the interval ``low2``–``high2``.
        scale: parts per unit of the input (10,000 for whole ten-thousandths).
        units_behind: units that the money was paid for, by store (already divided by ``scale``); nan
            where only money is known.
    """
    most_units = None if in_units else _units_in_money(present, units_behind)
    pieces = [
        _share_of(
            total[rows],
            own[rows],
            present[rows],
            None if most_units is None else most_units[rows],
            confidence,
            two_sided,
            scale,
        )
        for rows in (slice(start, start + _CHUNK) for start in range(0, max(len(present), 1), _CHUNK))
    ]
    if len(pieces) == 1:
        return pieces[0]
    names = [field.name for field in fields(ShareEstimate) if field.name != "in_units"]
    joined = {name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in names}
    return ShareEstimate(**joined, in_units=in_units)


def _share_of(
    total: npt.NDArray[Any],
    own: npt.NDArray[Any],
    present: BoolArray,
    most_units: FloatArray | None,
    confidence: float,
    two_sided: float,
    scale: float,
) -> ShareEstimate:
    totals = np.where(present, total, 0).astype(np.float64) / scale
    owns = np.where(present, own, 0).astype(np.float64) / scale
    clusters = present.sum(axis=1, dtype=np.int64)
    sum_total, sum_own = totals.sum(axis=1), owns.sum(axis=1)
    valid = (sum_total > 0) & (sum_own >= -_EQUAL) & (sum_own <= sum_total * (1 + _EQUAL))

    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = np.where(valid, np.clip(sum_own / sum_total, 0, 1), np.nan)
        residual = owns - share[:, None] * totals
        squares = np.square(np.where(present, residual, 0)).sum(axis=1)
        se = np.sqrt(squares / (clusters * (clusters - 1))) / (sum_total / clusters)
        n_eff = _effective_size(share, se, sum_total)
        if most_units is not None:
            n_eff = np.minimum(n_eff, most_units)
        z, t = _quantiles(confidence, clusters)
        z2, t2 = _quantiles(0.5 + two_sided / 2, clusters)
        n_adjusted = n_eff * np.square(z / t)
        low, high = _wilson(share, n_adjusted, z)
        low2, high2 = _wilson(share, n_eff * np.square(z2 / t2), z2)
        deff = sum_total / n_eff
    in_units = most_units is None
    return ShareEstimate(
        clusters, sum_own, sum_total, share, se, n_eff, n_adjusted, low, high, low2, high2, deff, in_units
    )


def _effective_size(share: FloatArray, se: FloatArray, total: FloatArray) -> FloatArray:
    """Units that would give this standard error if each were drawn on its own; at most those seen."""
    plain = np.square(se) * total <= 0
    implied = np.where(plain | (share <= 0) | (share >= 1), np.inf, share * (1 - share) / np.square(se))
    return np.where(np.isnan(share), np.nan, np.fmin(total, implied))


def _units_in_money(present: BoolArray, units_behind: FloatArray | None) -> FloatArray:
    """How many units money may stand for: those behind it where they are known, else ten a cluster."""
    assumed: FloatArray = np.asarray(AMOUNT_UNITS_PER_CLUSTER * present.sum(axis=1), dtype=np.float64)
    if units_behind is None:
        return assumed
    known = np.isfinite(units_behind) & (units_behind > 0)
    return np.asarray(np.where(known, units_behind, assumed), dtype=np.float64)


def _quantiles(confidence: float, clusters: IntArray) -> tuple[float, FloatArray]:
    """Normal quantile, and Student's at the same level for each number of clusters (inf for one)."""
    counts, place = np.unique(clusters, return_inverse=True)
    students = np.where(counts > 1, stats.t.ppf(confidence, np.maximum(counts - 1, 1)), np.inf)
    return float(stats.norm.ppf(confidence)), students[place]


def _wilson(share: FloatArray, n: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    """Wilson limits; with no evidence (n = 0) they are 0 and 1."""
    square = z * z
    centre = (share * n + square / 2) / (n + square)
    half = z * np.sqrt(share * (1 - share) * n + square / 4) / (n + square)
    low = np.where(share <= 0, np.minimum(share, 0), np.clip(centre - half, 0, share))
    high = np.where(share >= 1, np.maximum(share, 1), np.clip(centre + half, share, 1))
    return low, high


def is_below(share: npt.NDArray[Any] | float, market_share: npt.NDArray[Any] | float) -> BoolArray:
    """Strictly below the market share; exactly at it is not below. Unknown is not below."""
    return np.asarray(np.asarray(share) < np.asarray(market_share) - _EQUAL, dtype=bool)


def share_status(
    estimate: ShareEstimate,
    market_share: npt.NDArray[Any] | float,
    min_clusters: int = MIN_DAYS,
    min_units: float = MIN_UNITS,
) -> TextArray:
    """What can be said of each store against its market share.

    ``insufficient`` under ``min_clusters`` days (or months) or ``min_units`` units, or without a valid
    share; ``no_market_share`` where the market share is nan; ``ok`` at or above it; ``below_watch`` when
    below but chance cannot be ruled out; ``below_confirmed`` when even the upper limit is below.
    Amounts are not units: ``min_units`` holds for counts only.
    """
    market = np.broadcast_to(np.asarray(market_share, dtype=np.float64), estimate.share.shape)
    thin = (estimate.clusters < min_clusters) | np.isnan(estimate.share)
    if estimate.in_units:
        thin |= estimate.total < min_units
    return np.select(
        [
            thin,
            np.isnan(market),
            ~is_below(estimate.share, market),
            is_below(estimate.high, market),
        ],
        [INSUFFICIENT, NO_MARKET_SHARE, OK, BELOW_CONFIRMED],
        BELOW_WATCH,
    )


def flagged_by(
    rule: str,
    status: TextArray,
    share: FloatArray,
    market_share: npt.NDArray[Any] | float,
) -> BoolArray:
    """Which stores the rule names: ``plain`` = strictly below; ``confident`` = surely below."""
    if rule == "plain":
        return is_below(share, market_share)
    if rule == "confident":
        return np.asarray(status == BELOW_CONFIRMED, dtype=bool)
    raise ValueError(f"unknown share rule: {rule}")


def severity(
    estimate: ShareEstimate,
    market_share: npt.NDArray[Any] | float,
    potential_units: npt.NDArray[Any] | float,
    average_price: npt.NDArray[Any] | float = 1.0,
    margin: npt.NDArray[Any] | float = np.nan,
) -> Severity:
    """Gap to market share a month: max(0, market share − share) × potential units × price (× margin)."""
    units = np.asarray(potential_units, dtype=np.float64)
    gap = np.maximum(0.0, market_share - estimate.share) * units
    cautious = np.maximum(0.0, market_share - estimate.high) * units
    return Severity(gap, gap * average_price, gap * average_price * margin, cautious * average_price)


def days_needed(
    share: float, n_eff: float, clusters: int, market_share: float, confidence: float = 0.95, limit: int = 60
) -> int | None:
    """More days like those seen until the store is surely below; None where ``limit`` would not do."""
    if not share < market_share or clusters < 1:
        return None
    counts = np.arange(max(clusters, 2), clusters + limit + 1)
    z, t = _quantiles(confidence, counts)
    growing: FloatArray = (n_eff / clusters * counts * np.square(z / t)).astype(np.float64)
    _, high = _wilson(np.full(len(counts), share), growing, z)
    enough = counts[is_below(high, market_share)]
    return int(enough[0]) - clusters if len(enough) else None
