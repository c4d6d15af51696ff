"""The market's share of ours: what a store's share is compared with.

A configured benchmark of the region comes first, then one of the whole country, then the share computed
over the other measured stores of the same market ("visited stores only").
"""

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
TextArray = npt.NDArray[np.str_]

MIN_STORES = 5

REGION = "region"
COUNTRY = "country"
COMPUTED = "computed"


def computed_market_share(
    potential: npt.NDArray[Any],
    share: FloatArray,
    groups: npt.NDArray[np.integer[Any]],
    leave_out: bool,
    min_stores: int = MIN_STORES,
) -> FloatArray:
    """Market share that each of n stores is compared with: Σ potential·share / Σ potential.

    Args:
        potential: total demand of each store; stores with none (0, nan) tell nothing.
        share: measured store share; nan where not measured, which leaves the store out of the sum.
        groups: number of the market of each store, from 0 (category × region).
        leave_out: leave the store itself out of the market that it is compared with.
        min_stores: fewer (other) measured stores give nan.
    """
    weight = np.asarray(potential, dtype=np.float64)
    measured = np.isfinite(weight) & np.isfinite(share) & (weight > 0)
    weight = np.where(measured, weight, 0.0)
    own = np.where(measured, weight * np.where(measured, share, 0.0), 0.0)

    sum_weight, sum_own, stores = (
        np.bincount(groups, weights=column)[groups] if len(groups) else np.zeros(0)
        for column in (weight, own, measured.astype(np.float64))
    )
    if leave_out:
        sum_weight, sum_own, stores = sum_weight - weight, sum_own - own, stores - measured
    with np.errstate(divide="ignore", invalid="ignore"):
        computed = np.clip(sum_own / sum_weight, 0.0, 1.0)
    return np.where(stores >= min_stores, computed, np.nan)


def market_share_for(
    configured_region: FloatArray,
    configured_country: FloatArray,
    computed: FloatArray,
    source: str = "configured",
) -> tuple[FloatArray, TextArray]:
    """The market share that holds for each store, and where it comes from.

    Args:
        configured_region, configured_country: benchmarks in force; nan where none is set.
        computed: of ``computed_market_share``.
        source: ``configured`` (falls back to computed) or ``computed`` (ignores benchmarks).

    Returns:
        The values (nan = none) and their origin: ``region``, ``country``, ``computed`` or empty.
    """
    if source not in ("configured", "computed"):
        raise ValueError(f"unknown market share source: {source}")
    candidates = [(computed, COMPUTED)]
    if source == "configured":
        candidates = [(configured_region, REGION), (configured_country, COUNTRY), *candidates]
    known = [np.isfinite(values) for values, _ in candidates]
    value = np.select(known, [values for values, _ in candidates], np.nan)
    origin = np.select(known, [name for _, name in candidates], "")
    return value, origin
