"""Churn by an account's own cadence: is it late, at risk or lost, measured by how *it* usually orders?

Two answers. The first number people see is the simple one: late, at risk and lost at 1.5, 2 and 3 times the
account's usual gap between orders. Behind it stands the refined one: the gaps are taken as gamma
distributed, their mean and spread pooled with what is usual in the segment, and the state follows from how
rare a gap as long as the present one would be. A fixed limit (60 days for all) would call almost every
quarterly buyer lost.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from purchases.rules.order_gaps import BoolArray, FloatArray, IntArray, OrderGaps

TextArray = npt.NDArray[np.str_]

PROSPECT = "prospect"
ACTIVE, LATE, AT_RISK, LOST = "active", "late", "at_risk", "lost"
STATES = (ACTIVE, LATE, AT_RISK, LOST)
"""From good to bad; a prospect never ordered and has no churn state."""

SIMPLE_TIMES = (1.5, 2.0, 3.0)
"""Late, at risk and lost from this many usual gaps on."""
SIMPLE_MIN_GAPS = 2
"""With fewer gaps of its own, an account's usual gap is that of its segment (own choice)."""

SIMPLE_LEAST_GAP = 7.0
"""Who orders more often than once a week is judged by weeks: a long weekend is no alarm (own choice)."""

P_ACTIVE, P_LATE, P_LOST = 0.20, 0.05, 0.01
"""Probabilities of a gap longer than the present one at which active, late and at risk end."""
LOST_TIMES_MEAN = 2.0
REGULAR_CV = 0.50
"""Largest pooled CV of a regular buyer."""
SEGMENT_MIN_GAPS = 5
SEGMENT_MIN_ACCOUNTS = 10


@dataclass(frozen=True)
class SegmentPrior:
    """What is usual in a segment; each of the first two is one number or an array by account.

    Attributes:
        mean_gap: days between orders (m0). cv: their coefficient of variation (cv0).
        weight: gaps that the segment counts for (k0).
        cv_floor: least CV that an account's own gaps may claim.
        min_lost_days: nobody is lost earlier.
    """

    mean_gap: FloatArray | float = 45.0
    cv: FloatArray | float = 0.60
    weight: float = 2.0
    cv_floor: float = 0.10
    min_lost_days: float = 60.0


DEFAULT_PRIOR = SegmentPrior()


@dataclass(frozen=True)
class SimpleCadence:
    """The rule on paper, for n accounts; nan and ``prospect`` for no order ever.

    Attributes:
        days_since: days since the last order.
        usual_gap: mean days between the account's order days, or of its segment where ``from_segment``.
        late_from, at_risk_from, lost_from: days since the last order at which each state begins; a usual
            gap under a week counts as a week.
        state: one of ``STATES`` or ``prospect``.
        out_of_season: not late only because last year's season was as quiet.
    """

    days_since: FloatArray
    usual_gap: FloatArray
    from_segment: BoolArray
    late_from: FloatArray
    at_risk_from: FloatArray
    lost_from: FloatArray
    state: TextArray
    out_of_season: BoolArray


@dataclass(frozen=True)
class GammaCadence:
    """The refined rule, for n accounts; nan and ``prospect`` for no order ever.

    Attributes:
        days_since: days since the last order.
        mean, cv: days between orders and their CV, pooled with the segment.
        p_longer: probability that a gap is longer than the present one.
        late_after, at_risk_after: days after which the state begins; lost_after: from this day on.
        state: one of ``STATES`` or ``prospect``.
        regular: pooled CV of at most 0.5.
        out_of_season: not late only because last year's season was as quiet.
    """

    days_since: FloatArray
    mean: FloatArray
    cv: FloatArray
    p_longer: FloatArray
    late_after: FloatArray
    at_risk_after: FloatArray
    lost_after: FloatArray
    state: TextArray
    regular: BoolArray
    out_of_season: BoolArray


def simple_cadence(
    gaps: OrderGaps,
    as_of: int,
    prior: SegmentPrior = DEFAULT_PRIOR,
    notice: BoolArray | None = None,
    quiet_season: BoolArray | None = None,
) -> SimpleCadence:
    """Late, at risk, lost at 1.5, 2 and 3 times the usual gap: the first number people see.

    Args:
        as_of: day number of today, of the kind given to ``order_gaps``.
        notice: accounts that said they leave and have not ordered since: lost at once.
        quiet_season: accounts whose empty months were empty last year too: not late.
    """
    days = _days_since(gaps, as_of)
    borrowed = gaps.count < SIMPLE_MIN_GAPS
    usual = np.where(borrowed, prior.mean_gap, gaps.mean)
    usual[np.isnan(days)] = np.nan
    late, at_risk, lost = (np.maximum(usual, SIMPLE_LEAST_GAP) * times for times in SIMPLE_TIMES)
    state = np.select([days >= lost, days >= at_risk, days >= late], [LOST, AT_RISK, LATE], ACTIVE)
    state, excused = _exceptions(state, days, notice, quiet_season)
    return SimpleCadence(days, usual, borrowed, late, at_risk, lost, state, excused)


def gamma_cadence(
    gaps: OrderGaps,
    as_of: int,
    prior: SegmentPrior = DEFAULT_PRIOR,
    notice: BoolArray | None = None,
    quiet_season: BoolArray | None = None,
) -> GammaCadence:
    """The refined rule: states by the probability of a gap longer than the present one.

    Active while that is at least 0.20, late while at least 0.05, then at risk; lost from the gap that only
    one in a hundred exceeds, but never before twice the pooled mean or 60 days. Arguments as for
    ``simple_cadence``.
    """
    days = _days_since(gaps, as_of)
    mean = _pooled(gaps.mean, gaps.count, prior.mean_gap, prior.weight)
    own_cv = np.maximum(gaps.cv, prior.cv_floor)
    cv = _pooled(own_cv, np.where(gaps.count < 2, 0, gaps.count), prior.cv, prior.weight)
    never = np.isnan(days)
    mean[never], cv[never] = np.nan, np.nan
    shape, scale = 1 / np.square(cv), mean * np.square(cv)
    p_longer = special.gammaincc(shape, days / scale)
    late, at_risk, rare = (special.gammainccinv(shape, p) * scale for p in (P_ACTIVE, P_LATE, P_LOST))
    lost = np.maximum(np.maximum(rare, LOST_TIMES_MEAN * mean), prior.min_lost_days)
    state = np.select([days >= lost, days > at_risk, days > late], [LOST, AT_RISK, LATE], ACTIVE)
    state, excused = _exceptions(state, days, notice, quiet_season)
    regular = cv <= REGULAR_CV
    return GammaCadence(days, mean, cv, p_longer, late, at_risk, lost, state, regular, excused)


def segment_prior(
    gaps: OrderGaps,
    segment: IntArray,
    default: SegmentPrior = DEFAULT_PRIOR,
    min_accounts: int = SEGMENT_MIN_ACCOUNTS,
) -> SegmentPrior:
    """What is usual in each account's segment, learned from accounts with at least five gaps.

    Geometric means of their mean gaps and (floored) CVs; a segment with fewer than ``min_accounts`` of
    them keeps the default (own choice).

    Args:
        segment: number of each account's segment, 0 or more.
    """
    known = gaps.count >= SEGMENT_MIN_GAPS
    place, size = segment[known], int(segment.max(initial=-1)) + 1
    accounts = np.bincount(place, minlength=size)
    learned = []
    for values, usual in ((gaps.mean, default.mean_gap), (np.maximum(gaps.cv, default.cv_floor), default.cv)):
        sums = np.bincount(place, weights=np.log(values[known]), minlength=size)
        typical = np.exp(sums / np.maximum(accounts, 1))[segment]
        learned.append(np.where(accounts[segment] >= min_accounts, typical, usual))
    return SegmentPrior(learned[0], learned[1], default.weight, default.cv_floor, default.min_lost_days)


def _days_since(gaps: OrderGaps, as_of: int) -> FloatArray:
    return np.asarray(np.maximum(as_of - gaps.last_day, 0), dtype=np.float64)


def _pooled(own: FloatArray, count: IntArray, usual: FloatArray | float, weight: float) -> FloatArray:
    """Weighted geometric mean of an account's own figure and its segment's."""
    logs = np.where(count > 0, np.log(np.where(count > 0, own, 1.0)), 0.0)
    return np.asarray(np.exp((count * logs + weight * np.log(usual)) / (count + weight)), dtype=np.float64)


def _exceptions(
    state: TextArray, days: FloatArray, notice: BoolArray | None, quiet_season: BoolArray | None
) -> tuple[TextArray, BoolArray]:
    """The state after what the gaps cannot know: a quiet season, a notice of leaving, no order ever."""
    excused = np.zeros(len(days), dtype=bool) if quiet_season is None else quiet_season & (state != ACTIVE)
    if notice is not None:
        excused &= ~notice
    state = np.where(excused, ACTIVE, state)
    if notice is not None:
        state = np.where(notice, LOST, state)
    return np.where(np.isnan(days), PROSPECT, state), excused & ~np.isnan(days)
