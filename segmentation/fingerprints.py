"""Marks of what a run was computed from, kept with it: they tell later whether its inputs are the same."""

import hashlib
from typing import Any

import numpy as np

from segmentation.computation import Computed

Prints = dict[str, dict[str, Any]]


def input_prints(computed: Computed) -> Prints:
    """Return of each kind of input a hash over its arrays and how many entries it has.

    Equal hashes mean equal bits in the same order. Only rows that have something of a kind are hashed, so
    that a store that is gone is told under what it had.
    """
    customers, evidence = computed.customers, computed.stores.evidence
    found = computed.stores.evaluation
    whose, place = (customers.customer,), (evidence.store, evidence.category)
    sold = customers.months.any(axis=1) | customers.has_sales
    serving = np.zeros(len(sold), dtype=np.int64)
    if computed.measure == "contribution":
        serving = customers.months.sum(axis=1) - customers.cost - computed.value
    amounts, units = evidence.month_amount, evidence.month_units
    counted = amounts.has_total | units.has_total | amounts.has_own | units.has_own
    visited = evidence.visit_day > 0
    estimated, desk = np.isfinite(evidence.desk.rse).any(axis=1), np.isfinite(customers.desk)
    configured = ~np.isin(found.market_share_source, ["computed", ""])
    return {
        "customers": _print(len(customers.customer), (*whose, customers.code)),
        "stores": _print(
            len(np.unique(evidence.store)), (*place, evidence.region, evidence.format, computed.store_code)
        ),
        "sales": _print(
            int(np.count_nonzero(customers.months)),
            (*whose, customers.months, customers.first_month), sold,
        ),
        "store_sales": _print(
            int(np.isfinite(evidence.own_sales).sum()), (*place, evidence.own_sales),
            np.isfinite(evidence.own_sales),
        ),
        "costs": _print(
            int(np.count_nonzero(customers.cost) + np.count_nonzero(serving)),
            (*whose, customers.cost, serving), (customers.cost != 0) | (serving != 0), customers.all_costed,
        ),
        "counts": _print(
            int(counted.sum()), (*place, *vars(amounts).values(), *vars(units).values()), counted.any(axis=1)
        ),
        "visits": _print(
            int(visited.sum()),
            (
                *place, evidence.visit_day, *vars(evidence.visit_amount).values(),
                *vars(evidence.visit_units).values(),
            ),
            visited.any(axis=1),
        ),
        "estimates": _print(
            int(np.isfinite(evidence.desk.rse).sum() + desk.sum()),
            (*place, *vars(evidence.desk).values()), estimated,
            customers.customer[desk], customers.desk[desk],
        ),
        "market_shares": _print(int(configured.sum()), (*place, found.market_share), configured),
    }  # fmt: skip


def changed_inputs(before: Prints, now: Prints) -> list[dict[str, Any]]:
    """Return the kinds of input that differ: ``what``, and how many entries there ``was`` and are ``now``."""
    return [
        {"what": name, "was": (before.get(name) or {}).get("rows"), "now": found["rows"]}
        for name, found in now.items()
        if (before.get(name) or {}).get("hash") != found["hash"]
    ]


def _print(count: int, arrays: tuple[Any, ...], rows: Any = None, *more: Any) -> dict[str, Any]:
    """The hash of some rows of arrays (all without ``rows``), and of what else belongs to the kind."""
    digest = hashlib.blake2b(digest_size=16)
    for array in arrays:
        _feed(digest, array if rows is None else array[rows])
    for part in more:
        _feed(digest, part)
    return {"rows": count, "hash": digest.hexdigest()}


def _feed(digest: Any, part: Any) -> None:
    if not isinstance(part, np.ndarray):
        digest.update(repr(part).encode())
    elif part.dtype.kind == "U":
        # Arrays of text are as wide as the longest of them, which makes no difference.
        digest.update("\x00".join(part.ravel().tolist()).encode())
    else:
        digest.update(f"{part.dtype.kind}{part.shape}".encode())
        digest.update(np.ascontiguousarray(part).data)
