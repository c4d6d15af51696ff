"""A run's results as rows for the database, column by column: one pass over arrays, none over values."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.computation import Computed, Side
from visits.evaluation import last_seen, warnings_of

Columns = dict[str, list[Any]]
_CHUNK = 5_000


def customer_chunks(run_id: int, computed: Computed) -> Iterator[Columns]:
    """Columns of ``CustomerResult`` by field name, at most 5,000 rows at a time."""
    c, xyz, accounts, side = computed.customers, computed.xyz, computed.accounts, computed.customer_side
    net, sbc = c.months.sum(axis=1), xyz.sbc
    flagged = accounts.status == "below_confirmed"
    if computed.settings.share_rule == "plain":
        flagged = np.nan_to_num(accounts.share, nan=np.inf) < np.nan_to_num(accounts.market_share)
    for rows in _slices(len(net)):
        profit = computed.gross_profit
        yield {
            "run_id": [run_id] * len(net[rows]),
            "customer_id": c.customer[rows].tolist(),
            "has_sales": c.has_sales[rows].tolist(),
            "net_sales": net[rows].tolist(),
            "gross_profit": [None] * len(net[rows]) if profit is None else profit[rows].tolist(),
            "total": computed.value[rows].tolist(),
            "rank": computed.abc_rank[rows].tolist(),
            "before": computed.abc_before[rows].tolist(),
            "abc": computed.abc_class[rows].tolist(),
            "abc_note": computed.abc_note[rows].tolist(),
            "months": [f"[{', '.join(map(str, months))}]" for months in c.months[rows].tolist()],
            "months_span": xyz.n[rows].tolist(),
            "months_active": (c.months[rows] != 0).sum(axis=1).tolist(),  # net, however returns are treated
            "mean": np.nan_to_num(xyz.mean[rows]).tolist(),
            "std": np.nan_to_num(xyz.std[rows]).tolist(),
            "cv": _known(xyz.cv[rows]),
            "adi": _known(xyz.adi[rows]),
            "cv2_nonzero": _known(xyz.cv2_nonzero[rows]),
            "sbc": sbc[rows].tolist(),
            "frequency_class": xyz.frequency_class[rows].tolist(),
            "is_overridden": xyz.overridden[rows].tolist(),
            "xyz": xyz.xyz_class[rows].tolist(),
            "cell": computed.cell[rows].tolist(),
            "own_sales": computed.own_sales[rows].tolist(),
            "measured_share": _known(accounts.measured_part[rows]),
            "stores": accounts.stores[rows].tolist(),
            "stores_below": accounts.stores_below[rows].tolist(),
            "potential": _whole(accounts.potential[rows]),
            "potential_low": _whole(accounts.low[rows]),
            "potential_high": _whole(accounts.high[rows]),
            "own": _whole(accounts.own[rows]),
            "share": _known(accounts.share[rows]),
            "share_low": _known(accounts.share_low[rows]),
            "share_high": _known(accounts.share_high[rows]),
            "market_share": _known(accounts.market_share[rows]),
            "status": accounts.status[rows].tolist(),
            "flagged": flagged[rows].tolist(),
            "gap_amount": _whole(accounts.gap[rows]),
            **_side_columns(side, rows),
        }


def store_chunks(run_id: int, computed: Computed) -> Iterator[Columns]:
    """Columns of ``StoreResult`` by field name, at most 5,000 rows at a time."""
    evidence, found = computed.stores.evidence, computed.stores.evaluation
    measured, potential = found.measured, found.potential
    days, notes = last_seen(evidence), warnings_of(found)
    for rows in _slices(len(evidence)):
        yield {
            "run_id": [run_id] * len(evidence.store[rows]),
            "store_id": evidence.store[rows].tolist(),
            "category_id": evidence.category[rows].tolist(),
            "basis": measured.basis[rows].tolist(),
            "in_units": measured.in_units[rows].tolist(),
            "clusters": measured.clusters[rows].tolist(),
            "total": _whole(measured.total[rows] * 10_000),
            "own_sales": _whole(computed.store_own[rows]),
            "market_share_source": found.market_share_source[rows].tolist(),
            "grade": potential.grade[rows].tolist(),
            "last_seen_on": days[rows],
            "warnings": notes[rows],
            "potential": _whole(potential.amount[rows]),
            "potential_low": _whole(potential.low[rows]),
            "potential_high": _whole(potential.high[rows]),
            "own": _whole(measured.own[rows] * 10_000),
            "share": _known(measured.share[rows]),
            "share_low": _known(measured.low[rows]),
            "share_high": _known(measured.high[rows]),
            "market_share": _known(found.market_share[rows]),
            "status": found.status[rows].tolist(),
            "flagged": found.flagged[rows].tolist(),
            "gap_amount": _whole(found.gap_amount[rows]),
            **_side_columns(computed.store_side, rows),
        }


def _side_columns(side: Side, rows: slice) -> Columns:
    return {name: column[rows].tolist() for name, column in vars(side).items()}


def _slices(size: int) -> Iterator[slice]:
    for start in range(0, size, _CHUNK):
        yield slice(start, start + _CHUNK)


def _known(values: npt.NDArray[np.float64]) -> list[float | None]:
    """Floats for the database; nan is unknown."""
    return [value if value == value else None for value in values.tolist()]


def _whole(values: npt.NDArray[np.float64]) -> list[int | None]:
    """Whole numbers for the database; nan is unknown."""
    return [round(value) if value == value else None for value in values.tolist()]
