"""Recomputes a stored run from its inputs and compares it with what was stored, row by row and bit by bit."""

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import Customer, Store
from ka_crm.criteria.rules.settings import settings_from
from ka_crm.imports.models import ImportBatch
from ka_crm.lib.periods import Window
from segmentation.computation import Computed, compute
from segmentation.fingerprints import changed_inputs, input_prints
from segmentation.models import CustomerResult, RunState, SegmentationRun, StoreResult
from segmentation.result_rows import Columns, customer_chunks, store_chunks
from visits.models import MarketShare, Observation, PotentialEstimate

KIND = "verify_run"
#: What a comparison comes to.
EQUAL, INPUTS_CHANGED, COMPUTED_DIFFERENTLY, NOT_KNOWN = (
    "equal", "inputs_changed", "computed_differently", "not_known",
)  # fmt: skip
#: Keys of a run's summary that say where it came from, not what came out.
ORIGIN = ("inputs", "began_at", "held_from")
Progress = Callable[[int, int, str], None]
_CHUNK = 5_000


def verify_run(run: SegmentationRun, progress: Progress | None = None) -> dict[str, Any]:
    """Compute a complete run again with its own settings, window and held quadrants; nothing is written.

    Returns ``verdict``; by level (``customers``, ``stores``) how many rows are ``equal``, ``different``, only
    ``stored`` or only ``computed``, and in ``columns`` how many rows differ in which field; ``inputs`` that
    changed since (empty: none; None: the run is older than their marks); ``since``: records touched since.
    """
    tell = progress or (lambda done, total, phase: None)
    started = time.monotonic()
    tell(0, 0, "reading and computing")
    settings = settings_from(run.settings)
    held = held_quadrants(run) if settings.quadrant_hold else None
    computed = compute(Window(run.as_of, run.window_months), settings, held)
    total = len(computed.customers.customer) + len(computed.stores.evidence)
    tell(0, total, "comparing")
    customers = _compared(CustomerResult, run, ("customer_id",), customer_chunks(run.pk, computed))
    tell(len(computed.customers.customer), total, "comparing")
    stores = _compared(StoreResult, run, ("store_id", "category_id"), store_chunks(run.pk, computed))
    tell(total, total, "comparing")
    is_summary_equal = _origin_apart(run.summary) == _plain(computed.summary)
    is_equal = (
        is_summary_equal
        and run.warnings == computed.warnings
        and all(side["equal"] == sum(side[key] for key in _COUNTS) for side in (customers, stores))
    )
    changed = _changed(run, computed)
    since = touched_since(run)
    return {
        "run": run.pk,
        "as_of": run.as_of.isoformat(),
        "verdict": _verdict(is_equal, changed, since),
        "customers": customers,
        "stores": stores,
        "summary_equal": is_summary_equal,
        "inputs": changed,
        "since": since,
        "seconds": round(time.monotonic() - started, 2),
    }


def held_quadrants(run: SegmentationRun) -> dict[str, dict[Any, str]]:
    """Return the quadrants that were current when a run was computed: those it holds near a line."""
    origin = run.summary.get("held_from")
    complete = SegmentationRun.objects.filter(state=RunState.COMPLETE)
    before = (
        complete.filter(pk=origin).first()
        if origin
        else complete.filter(pk__lt=run.pk).order_by("-pk").first()
    )
    return quadrants_of(before)


def quadrants_of(run: SegmentationRun | None) -> dict[str, dict[Any, str]]:
    """Return a run's quadrants, ``customers`` by id and ``stores`` by (store, category)."""
    if run is None:
        return {}
    return {
        "customers": dict(run.customer_results.values_list("customer_id", "quadrant")),
        "stores": {
            (store, category): quadrant
            for store, category, quadrant in run.store_results.values_list(
                "store_id", "category_id", "quadrant"
            )
        },
    }


def touched_since(run: SegmentationRun) -> list[dict[str, Any]]:
    """Return what was imported, counted or changed since a run began: ``what`` and ``count``, without 0."""
    began = run.summary.get("began_at")
    moment = dt.datetime.fromisoformat(began) if began else run.created_at
    undone = ImportBatch.objects.filter(undone_at__gte=moment)
    found = {
        "imports": ImportBatch.objects.filter(committed_at__gte=moment).count(),
        "undone_imports": undone.count(),
        "counts": Observation.objects.filter(created_at__gte=moment).count(),
        "market_shares": MarketShare.objects.filter(updated_at__gte=moment).count(),
        "estimates": PotentialEstimate.objects.filter(updated_at__gte=moment).count(),
        "archived": sum(
            model.objects.filter(archived_at__gte=moment).count()  # type: ignore[attr-defined]
            for model in (Customer, Store)
        ),
    }
    return [{"what": name, "count": count} for name, count in found.items() if count]


def _changed(run: SegmentationRun, computed: Computed) -> list[dict[str, Any]] | None:
    kept = run.summary.get("inputs")
    return changed_inputs(kept, input_prints(computed)) if kept else None


def _verdict(is_equal: bool, changed: list[dict[str, Any]] | None, since: list[dict[str, Any]]) -> str:
    if is_equal:
        return EQUAL
    if changed is None:
        return NOT_KNOWN if since else COMPUTED_DIFFERENTLY
    return INPUTS_CHANGED if changed else COMPUTED_DIFFERENTLY


_COUNTS = ("equal", "different", "stored", "computed")


def _compared(
    model: type[models.Model], run: SegmentationRun, keys: tuple[str, ...], chunks: Iterator[Columns]
) -> dict[str, Any]:
    """Count equal and different rows; both sides come ordered by their keys and are read side by side."""
    counts = dict.fromkeys(_COUNTS, 0)
    columns: dict[str, int] = {}
    fields: list[str] = []
    stored: Iterator[tuple[Any, ...]] = iter(())
    row: tuple[Any, ...] | None = None
    places: list[int] = []
    read = _readers(model)
    began = False
    for chunk in chunks:
        if not began:
            fields = [name for name in chunk if name != "run_id"]
            places = [fields.index(name) for name in keys]
            stored = _stored(model, run, keys, fields)
            row, began = next(stored, None), True
        for values in zip(*(chunk[name] for name in fields), strict=True):
            key = tuple(values[place] for place in places)
            while row is not None and tuple(row[place] for place in places) < key:
                counts["stored"] += 1
                row = next(stored, None)
            if row is None or tuple(row[place] for place in places) != key:
                counts["computed"] += 1
                continue
            different = [
                name for name, new, old in zip(fields, values, row, strict=True) if read(name, new) != old
            ]
            counts["different" if different else "equal"] += 1
            for name in different:
                columns[name] = columns.get(name, 0) + 1
            row = next(stored, None)
    if not began:
        counts["stored"] = model._default_manager.filter(Q(run=run)).count()
        return {**counts, "columns": {}}
    while row is not None:
        counts["stored"] += 1
        row = next(stored, None)
    return {**counts, "columns": dict(sorted(columns.items()))}


def _stored(
    model: type[models.Model], run: SegmentationRun, keys: tuple[str, ...], fields: list[str]
) -> Iterator[tuple[Any, ...]]:
    rows = model._default_manager.filter(Q(run=run)).order_by(*keys).values_list(*fields)
    return rows.iterator(chunk_size=_CHUNK)


def _readers(model: type[models.Model]) -> Callable[[str, Any], Any]:
    """What is written as JSON text is read as what it says before it is compared."""
    texts = {field.attname for field in model._meta.concrete_fields if isinstance(field, models.JSONField)}

    def read(name: str, value: Any) -> Any:
        return json.loads(value) if name in texts and isinstance(value, str) else value

    return read


def _origin_apart(summary: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in summary.items() if key not in ORIGIN}


def _plain(summary: dict[str, Any]) -> Any:
    return json.loads(json.dumps(summary))
