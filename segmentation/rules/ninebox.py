"""The nine-box: value (A, B, C) × regularity (X, Y, Z, or N for new), and the service each cell gets.

All numbers are defaults of our own choice that an admin changes. Credit days stay empty until somebody
decides them; what solvency allows always comes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.rules.quadrants import TREATMENTS, Treatment

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
TextArray = npt.NDArray[np.str_]

MINIMUM_MEETINGS = 0.25
"""Buyer meetings a month that nobody falls below when time runs short: one in four months."""


@dataclass(frozen=True)
class CellStrategy:
    """Service for one cell.

    Attributes:
        visits_per_month: meetings with the buyer of an account (store visits are counted apart).
        has_sponsor: somebody of the board looks after the account.
        review: key of how often: ``monthly``, ``quarterly``, ``half-yearly``, ``yearly``.
        credit_days: payment terms at most; None until an admin sets them.
        suggested_credit_days: the method's proposal for them.
        delivery_priority: 1 is served first.
        note: key of the sentence that says what to do.
    """

    cell: str
    visits_per_month: float
    has_sponsor: bool
    review: str
    suggested_credit_days: int
    delivery_priority: int
    note: str
    credit_days: int | None = None


DEFAULT_STRATEGIES: dict[str, CellStrategy] = {
    strategy.cell: strategy
    for strategy in (
        CellStrategy("AX", 4, True, "quarterly", 60, 1, "plan_together_and_reserve_stock"),
        CellStrategy("AY", 4, True, "quarterly", 45, 1, "plan_around_seasons_and_promote_together"),
        CellStrategy("AZ", 2, True, "quarterly", 30, 1, "find_why_irregular_and_call_first"),
        CellStrategy("BX", 2, False, "half-yearly", 45, 2, "automate_reorders_and_cross_sell"),
        CellStrategy("BY", 2, False, "half-yearly", 30, 2, "promote_to_target_and_watch_the_trend"),
        CellStrategy("BZ", 1, False, "half-yearly", 30, 3, "follow_chances_and_check_share_of_wallet"),
        CellStrategy("CX", 1, False, "yearly", 30, 3, "serve_at_low_cost"),
        CellStrategy("CY", 0.5, False, "yearly", 30, 3, "serve_by_phone_and_bundle_orders"),
        CellStrategy("CZ", 0.25, False, "yearly", 0, 4, "prepay_or_distributor"),
        CellStrategy("AN", 4, False, "monthly", 30, 2, "onboard_and_rate_later"),
        CellStrategy("BN", 2, False, "monthly", 30, 2, "onboard_and_rate_later"),
        CellStrategy("CN", 1, False, "monthly", 15, 3, "onboard_and_rate_later"),
    )
}


@dataclass(frozen=True)
class Capacity:
    """Whether the meetings fit into the hours, and what to cut if not.

    ``cut`` lists accounts to bring down to the minimum service, smallest money gap first, until the rest
    fits; ``meetings`` is the plan after the cut.
    """

    needed_hours: float
    available_hours: float
    fits: bool
    cut: IntArray
    meetings: FloatArray
    hours_after_cut: float


def cells(abc_class: TextArray, xyz_class: TextArray) -> TextArray:
    """Cell of each account, such as ``AX`` or ``BN``."""
    return np.char.add(abc_class.astype("<U1"), xyz_class.astype("<U1"))


def cell_strategy(cell: str, strategies: Mapping[str, CellStrategy] | None = None) -> CellStrategy:
    """Service of one cell, by the admin's table or the defaults.

    Raises:
        KeyError: there is no such cell.
    """
    return (strategies or DEFAULT_STRATEGIES)[cell]


def allowed_credit_days(strategy: CellStrategy, solvency_days: int | None) -> int | None:
    """Payment terms of a cell, never above what solvency allows (None = no limit known)."""
    if strategy.credit_days is None or solvency_days is None:
        return strategy.credit_days
    return min(strategy.credit_days, solvency_days)


def needed_meetings(
    cell: TextArray,
    quadrant: TextArray | None = None,
    strategies: Mapping[str, CellStrategy] | None = None,
    treatments: Mapping[str, Treatment] | None = None,
) -> FloatArray:
    """Buyer meetings a month of each account: the larger of what its cell and its quadrant ask for.

    The quadrant asks for its own minimum, and attack for its extra meetings on top of the cell's.
    """
    strategies, treatments = strategies or DEFAULT_STRATEGIES, treatments or TREATMENTS
    by_cell = _looked_up(cell, {name: row.visits_per_month for name, row in strategies.items()})
    if quadrant is None:
        return by_cell
    extra = _looked_up(quadrant, {name: row.extra_meetings for name, row in treatments.items()})
    least = _looked_up(quadrant, {name: row.min_meetings for name, row in treatments.items()})
    return np.maximum(by_cell + extra, least)


def needed_store_visits(quadrant: TextArray, treatments: Mapping[str, Treatment] | None = None) -> FloatArray:
    """Measured store visits a month of each store, by its quadrant."""
    treatments = treatments or TREATMENTS
    return _looked_up(quadrant, {name: row.store_visits for name, row in treatments.items()})


def capacity_check(
    meetings: FloatArray,
    minutes_per_meeting: npt.NDArray[Any] | float,
    hours_available: float,
    gap: FloatArray,
    minimum: float = MINIMUM_MEETINGS,
) -> Capacity:
    """Compare Σ meetings × minutes with the hours of a KAM or a team; a month each.

    Args:
        meetings: needed a month, per account.
        minutes_per_meeting: with travel; one for all or one each.
        gap: money missing a month per account; nan (unknown) counts as 0 and is cut first.
        minimum: meetings that an account keeps after the cut.
    """
    hours = meetings * np.broadcast_to(minutes_per_meeting, meetings.shape) / 60.0
    needed = float(hours.sum())
    saved = hours * np.clip(1 - minimum / np.maximum(meetings, minimum), 0, 1)
    order = np.argsort(np.nan_to_num(gap), kind="stable")
    order = order[saved[order] > 0]
    over = needed - hours_available
    number = 0 if over <= 1e-9 else int(np.searchsorted(np.cumsum(saved[order]), over - 1e-9) + 1)
    cut = order[:number].astype(np.int64)
    planned = meetings.astype(np.float64, copy=True)
    planned[cut] = np.minimum(planned[cut], minimum)
    return Capacity(needed, hours_available, over <= 1e-9, cut, planned, needed - float(saved[cut].sum()))


def _looked_up(keys: TextArray, table: Mapping[str, float]) -> FloatArray:
    """Number of each key; 0 where the table has none."""
    names, place = np.unique(keys, return_inverse=True)
    return np.array([table.get(str(name), 0.0) for name in names], dtype=np.float64)[place]
