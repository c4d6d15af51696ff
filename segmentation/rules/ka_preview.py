"""What a change of the criteria would do: who enters, who leaves, what moves, load and coverage."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.rules.abc import rank_order
from segmentation.rules.ka_scores import BoolArray, FloatArray
from segmentation.rules.load import LOAD_WEIGHTS
from segmentation.rules.quadrants import ATTACK, POOL

IntArray = npt.NDArray[np.int64]
TextArray = npt.NDArray[np.str_]

#: Names and moves that a report keeps; the counts beside them are of all.
LONGEST = 200


@dataclass(frozen=True)
class ListSide:
    """The accounts under one version of the criteria; all arrays are of the same n accounts."""

    listed: BoolArray
    quadrant: TextArray
    cell: TextArray
    potential: FloatArray
    own: FloatArray


@dataclass(frozen=True)
class Accounts:
    """The n accounts themselves: id, code (decides ties), and the id of their KAM (0: none)."""

    customer: IntArray
    code: TextArray
    kam: IntArray


def preview_report(accounts: Accounts, before: ListSide, after: ListSide) -> dict[str, Any]:
    """Return what changes, as plain JSON; amounts in ten-thousandths, parts 0–1 or ``None``.

    The plain sales list that both are held against takes as many accounts as the new list, by our sales.
    """
    enters, leaves = after.listed & ~before.listed, before.listed & ~after.listed
    by_sales = np.zeros(len(accounts.code), dtype=bool)
    by_sales[rank_order(np.nan_to_num(after.own), accounts.code)[: int(after.listed.sum())]] = True
    pools = np.isin(before.quadrant, POOL), np.isin(after.quadrant, POOL)
    return {
        "accounts": len(accounts.customer),
        "before": int(before.listed.sum()),
        "after": int(after.listed.sum()),
        "enters": int(enters.sum()),
        "leaves": int(leaves.sum()),
        "pool_enters": int((pools[1] & ~pools[0]).sum()),
        "pool_leaves": int((pools[0] & ~pools[1]).sum()),
        "pool": [int(pools[0].sum()), int(pools[1].sum())],
        "attack": [_count(before, ATTACK), _count(after, ATTACK)],
        "potential_covered": [
            _part(before.potential, before.listed),
            _part(after.potential, after.listed),
            _part(after.potential, by_sales),
        ],
        "sales_covered": [
            _part(before.own, before.listed),
            _part(after.own, after.listed),
            _part(after.own, by_sales),
        ],
        "potential_amount": [
            _amount(before.potential, before.listed),
            _amount(after.potential, after.listed),
        ],
        "potential_each": [_mean(before), _mean(after)],
        "enter_sums": _sums(after, enters),
        "leave_sums": _sums(before, leaves),
        "enter": _named(accounts, after, enters),
        "leave": _named(accounts, before, leaves),
        **_movers(accounts, before, after),
        "quadrant_moves": _moves(before.quadrant, after.quadrant),
        "cell_moves": _moves(before.cell, after.cell),
        "load": _loads(accounts, before, after),
    }


def _count(side: ListSide, quadrant: str) -> int:
    return int((side.listed & (side.quadrant == quadrant)).sum())


def _part(amounts: FloatArray, chosen: BoolArray) -> float | None:
    known = np.maximum(np.nan_to_num(amounts), 0)
    total = float(known.sum())
    return float(known[chosen].sum()) / total if total > 0 else None


def _amount(amounts: FloatArray, chosen: BoolArray) -> int:
    return round(float(np.maximum(np.nan_to_num(amounts[chosen]), 0).sum()))


def _sums(side: ListSide, chosen: BoolArray) -> dict[str, Any]:
    """What some accounts buy together, what of it is ours, and how many are in each quadrant."""
    words, counts = np.unique(side.quadrant[chosen], return_counts=True)
    return {
        "potential": _amount(side.potential, chosen),
        "own": _amount(side.own, chosen & np.isfinite(side.potential)),
        "quadrants": {str(word): int(n) for word, n in zip(words, counts, strict=True) if word},
    }


def _mean(side: ListSide) -> int | None:
    known = side.listed & np.isfinite(side.potential)
    return round(float(side.potential[known].mean())) if known.any() else None


def _named(accounts: Accounts, side: ListSide, chosen: BoolArray) -> list[dict[str, Any]]:
    rows = np.flatnonzero(chosen)
    rows = rows[rank_order(np.nan_to_num(side.potential[rows]), accounts.code[rows])][:LONGEST]
    return [
        {
            "id": int(accounts.customer[row]),
            "quadrant": str(side.quadrant[row]),
            "potential": round(float(side.potential[row])) if np.isfinite(side.potential[row]) else None,
            "own": round(float(np.nan_to_num(side.own[row]))),
        }
        for row in rows.tolist()
    ]


def _movers(accounts: Accounts, before: ListSide, after: ListSide) -> dict[str, Any]:
    """Who changes quadrant or cell, the largest buyers first; the count is of all."""
    known = (before.quadrant != "") & (after.quadrant != "")
    moves = known & ((before.quadrant != after.quadrant) | (before.cell != after.cell))
    rows = np.flatnonzero(moves)
    rows = rows[rank_order(np.nan_to_num(after.potential[rows]), accounts.code[rows])][:LONGEST]
    movers = [
        {
            "id": int(accounts.customer[row]),
            "quadrants": [str(before.quadrant[row]), str(after.quadrant[row])],
            "cells": [str(before.cell[row]), str(after.cell[row])],
            "potential": round(float(after.potential[row])) if np.isfinite(after.potential[row]) else None,
            "listed": [bool(before.listed[row]), bool(after.listed[row])],
        }
        for row in rows.tolist()
    ]
    return {"moves": int(moves.sum()), "movers": movers}


def _moves(before: TextArray, after: TextArray) -> list[dict[str, Any]]:
    """Counts by from and to, the most frequent first; accounts that were in neither are left out."""
    moved = (before != after) & (before != "") & (after != "")
    pairs, counts = np.unique(np.stack([before[moved], after[moved]], axis=1), axis=0, return_counts=True)
    found = [
        {"from": str(old), "to": str(new), "count": int(n)}
        for (old, new), n in zip(pairs, counts, strict=True)
    ]
    return sorted(found, key=lambda move: (-int(str(move["count"])), str(move["from"]), str(move["to"])))


def _loads(accounts: Accounts, before: ListSide, after: ListSide) -> list[dict[str, Any]]:
    """Key accounts and weighted load of every KAM who has or gets any."""
    found = []
    for kam in np.unique(accounts.kam[(accounts.kam > 0) & (before.listed | after.listed)]).tolist():
        theirs = accounts.kam == kam
        sides = [(side.listed & theirs, side.quadrant) for side in (before, after)]
        found.append(
            {
                "kam": kam,
                "accounts": [int(rows.sum()) for rows, _ in sides],
                "load": [
                    sum(LOAD_WEIGHTS.get(str(one), 0.0) for one in words[rows]) for rows, words in sides
                ],
            }
        )
    return found
