"""Marks of what a run was computed from, kept with it: they tell later whether its inputs are the same."""

import dataclasses
import hashlib
from typing import Any

import numpy as np

from segmentation.computation import Computed

Prints = dict[str, dict[str, Any]]


def input_prints(computed: Computed) -> Prints:
    """Return of each kind of input a hash over its arrays and how many entries it has.

    Equal hashes mean equal bits in the same order. Kinds: ``customers``, ``stores``, ``sales``, ``costs``,
    ``counts`` (full counts), ``visits``, ``estimates``, ``market_shares``.
    """
    customers, evidence = computed.customers, computed.stores.evidence
    found = computed.stores.evaluation
    serving = computed.value - customers.months.sum(axis=1) if computed.measure == "contribution" else None
    configured = ~np.isin(found.market_share_source, ["computed", ""])
    inputs: dict[str, tuple[int, tuple[Any, ...]]] = {
        "customers": (len(customers.customer), (customers.customer, customers.code)),
        "stores": (
            len(np.unique(evidence.store)),
            (evidence.store, evidence.category, evidence.region, evidence.format, computed.store_code),
        ),
        "sales": (
            int(np.count_nonzero(customers.months)),
            (customers.months, customers.has_sales, customers.first_month, evidence.own_sales),
        ),
        "costs": (int(np.count_nonzero(customers.cost)), (customers.cost, customers.all_costed, serving)),
        "counts": (
            int((evidence.month_amount.has_total | evidence.month_units.has_total).sum()),
            (evidence.month_amount, evidence.month_units),
        ),
        "visits": (
            int((evidence.visit_day > 0).sum()),
            (evidence.visit_day, evidence.visit_amount, evidence.visit_units),
        ),
        "estimates": (
            int(np.isfinite(evidence.desk.rse).sum() + np.isfinite(customers.desk).sum()),
            (evidence.desk, customers.desk),
        ),
        "market_shares": (
            int(configured.sum()),
            (configured, np.where(configured, found.market_share, 0.0)),
        ),
    }
    return {name: {"rows": rows, "hash": _hash(parts)} for name, (rows, parts) in inputs.items()}


def changed_inputs(before: Prints, now: Prints) -> list[dict[str, Any]]:
    """Return the kinds of input that differ: ``what``, and how many entries there ``was`` and are ``now``."""
    return [
        {"what": name, "was": (before.get(name) or {}).get("rows"), "now": found["rows"]}
        for name, found in now.items()
        if (before.get(name) or {}).get("hash") != found["hash"]
    ]


def _hash(parts: tuple[Any, ...]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        _feed(digest, part)
    return digest.hexdigest()


def _feed(digest: Any, part: Any) -> None:
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        for field in dataclasses.fields(part):
            _feed(digest, getattr(part, field.name))
    elif isinstance(part, np.ndarray):
        # Texts are as wide as the longest of them, which is no difference; shapes are one.
        values = np.char.encode(part, "utf-8") if part.dtype.kind == "U" else part
        if part.dtype.kind == "U":
            digest.update(b"\x00".join(values.ravel().tolist()))
        else:
            digest.update(f"{part.dtype.str}{part.shape}".encode())
            digest.update(np.ascontiguousarray(values).data)
    else:
        digest.update(repr(part).encode())
