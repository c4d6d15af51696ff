"""The attack/defend picture: what an account could buy against how much of it buys from us.

Large buyers below market share are attacked, those at or above it defended, unmeasured ones explored.
Small buyers are maintained at or above market share and otherwise only monitored.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.str_]

ATTACK = "attack"
DEFEND = "defend"
EXPLORE = "explore"
MAINTAIN = "maintain"
MONITOR = "monitor"
QUADRANTS = (ATTACK, DEFEND, EXPLORE, MAINTAIN, MONITOR)
POOL = (ATTACK, DEFEND, EXPLORE)
"""Quadrants from which key accounts are chosen: the large buyers."""

HOLD_INDEX = (0.95, 1.05)
HOLD_POTENTIAL = 0.10
_EQUAL = 1e-12


@dataclass(frozen=True)
class Treatment:
    """What a quadrant gets (own choice, changed by an admin).

    Attributes:
        extra_meetings: buyer meetings a month on top of the nine-box cell's.
        min_meetings: buyer meetings a month at least, whatever the cell.
        store_visits: measured store visits a month.
        promotion_share: part of discretionary promotion money; None until an admin sets it.
        suggested_promotion_share: the method's proposal for it.
        actions: keys of what to do; kpi: key of the figure it is judged by.
        has_sponsor: somebody of the board looks after the account, whatever its cell.
    """

    quadrant: str
    extra_meetings: float
    min_meetings: float
    store_visits: float
    suggested_promotion_share: float
    actions: tuple[str, ...]
    kpi: str
    promotion_share: float | None = None
    has_sponsor: bool = False


TREATMENTS = {
    ATTACK: Treatment(
        ATTACK, 2, 2, 4, 0.45, ("find_who_blocks", "map_competitors"), "share_points", has_sponsor=True
    ),
    DEFEND: Treatment(
        DEFEND,
        0,
        2,
        2,
        0.30,
        ("service", "deliver_on_time_in_full", "sponsor", "keep_prices_steady"),
        "retention",
        has_sponsor=True,
    ),
    EXPLORE: Treatment(EXPLORE, 0, 1, 8, 0.15, ("measure_12_days_in_6_weeks",), "measured_days"),
    MAINTAIN: Treatment(MAINTAIN, 0, 0, 1, 0.05, ("low_cost_service",), "cost_to_serve"),
    MONITOR: Treatment(MONITOR, 0, 0, 0.5, 0.05, ("serve_by_distributor",), "none"),
}


def share_index(share: npt.NDArray[Any] | float, market_share: npt.NDArray[Any] | float) -> FloatArray:
    """Share relative to market share, 1 = at it; nan where either is unknown or the market's is 0."""
    market = np.asarray(market_share, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(market > 0, np.asarray(share, dtype=np.float64) / market, np.nan)


def is_measured(
    share: npt.NDArray[Any], market_share: npt.NDArray[Any] | float, potential: npt.NDArray[Any]
) -> BoolArray:
    """Where a share can be compared with the market's; elsewhere the quadrant wears an "unmeasured" badge."""
    size = np.nan_to_num(np.asarray(potential, dtype=np.float64))
    return np.asarray(np.isfinite(share) & np.isfinite(market_share) & (size > 0), dtype=bool)


def quadrants(
    share: FloatArray,
    market_share: npt.NDArray[Any] | float,
    potential: npt.NDArray[Any],
    high: BoolArray,
    hold: bool = False,
    previous: npt.NDArray[Any] | None = None,
    cut: npt.NDArray[Any] | float | None = None,
) -> TextArray:
    """The quadrant of each account or store.

    Args:
        share: own part of the total; nan = not measured.
        market_share: what it is compared with; nan = unknown, which counts as not measured.
        potential: total demand; 0 or nan is monitored as unmeasured.
        high: potential in a high class (see ``high_potential_classes``).
        hold: keep to the old side of a line while close to it, so that quadrants do not flap.
        previous: quadrants of the run before, empty text for newcomers; only used with ``hold``.
        cut: smallest potential that is high, one for all or one each; only used with ``hold``.
    """
    shares = np.asarray(share, dtype=np.float64)
    market = np.broadcast_to(np.asarray(market_share, dtype=np.float64), shares.shape)
    size = np.nan_to_num(np.asarray(potential, dtype=np.float64))
    measured = is_measured(shares, market, size)
    at_market = measured & (shares >= market - _EQUAL)
    large = np.asarray(high, dtype=bool) & (size > 0)
    if hold and previous is not None:
        old = np.asarray(previous)
        at_market = _held_share(at_market, measured, share_index(shares, market), old)
        large = _held_size(large, size, cut, old)
    return np.select(
        [large & ~measured, large & at_market, large, at_market], [EXPLORE, DEFEND, ATTACK, MAINTAIN], MONITOR
    )


def _held_share(at_market: BoolArray, measured: BoolArray, index: FloatArray, old: TextArray) -> BoolArray:
    """Old side of the market share while the index is in the band; unmeasured before has no old side."""
    near = measured & (index >= HOLD_INDEX[0]) & (index <= HOLD_INDEX[1])
    was_at = np.isin(old, (DEFEND, MAINTAIN))
    was_below = np.isin(old, (ATTACK, MONITOR))
    return np.where(near & (was_at | was_below), was_at, at_market)


def _held_size(
    large: BoolArray, size: FloatArray, cut: npt.NDArray[Any] | float | None, old: TextArray
) -> BoolArray:
    """Old side of the potential cut while the potential is close to it."""
    if cut is None:
        return large
    near = np.abs(size - cut) <= HOLD_POTENTIAL * np.asarray(cut, dtype=np.float64)
    was_known = np.isin(old, QUADRANTS)
    return np.where(near & was_known & (size > 0), np.isin(old, POOL), large)
