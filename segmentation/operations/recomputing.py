"""Recomputing: a run is written in chunks that nobody reads, then made current in one short transaction."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from ka_crm.criteria.operations import ensure_published_criteria
from ka_crm.criteria.queries import settings_of
from ka_crm.jobs.operations import JobContext, job_body
from ka_crm.lib import clock
from ka_crm.lib.bulk import load_rows
from ka_crm.lib.periods import Window
from ka_crm.people.models import User
from ka_crm.records.operations import record_change
from ka_crm.records.queries import business_today
from segmentation.computation import Computed, compute
from segmentation.fingerprints import input_prints
from segmentation.inputs import default_as_of
from segmentation.models import CustomerResult, RunState, SegmentationRun, StoreResult
from segmentation.result_rows import customer_chunks, store_chunks
from segmentation.rhythms import store_rhythms
from segmentation.verification import quadrants_of
from visits.evaluation import keep_store_shares
from visits.operations import keep_visit_cadences

Progress = Callable[[int, int, str], None]


class IncompleteRun(Exception):
    """What was written is not what was computed; the run is not made current."""


@job_body("recompute", label=_("Recompute the segmentation"), nightly=20)
def recompute_body(job: JobContext) -> dict[str, Any]:
    """Body of the background job: ``params`` may hold ``as_of`` (ISO date)."""
    as_of = job.params.get("as_of")
    run = recompute_segmentation(
        as_of=dt.date.fromisoformat(as_of) if as_of else None, by=job.job.actor, progress=job.progress
    )
    return run_facts(run)


def run_facts(run: SegmentationRun) -> dict[str, Any]:
    """The figures that the command line prints of a run."""
    return {
        "run": run.pk,
        "as_of": run.as_of.isoformat(),
        "customers": run.customers,
        "stores": run.stores,
        "seconds": round(run.seconds, 2),
    }


def recompute_segmentation(
    *, as_of: dt.date | None = None, by: User | None = None, progress: Progress | None = None
) -> SegmentationRun:
    """Compute all classes as of a date with the criteria published now, and make the run current.

    Readers see the old run until the last moment. A run whose process died stays invisible and is removed
    by the next one.
    """
    tell = progress or (lambda done, total, phase: None)
    started, began_at = time.monotonic(), clock.now()
    discard_unfinished_runs()
    criteria = ensure_published_criteria(by=by)
    settings = settings_of(criteria)
    as_of = as_of or default_as_of(business_today())
    window = Window(as_of, settings.window_months)
    tell(0, 0, "reading and computing")
    held = SegmentationRun.objects.filter(is_current=True).first() if settings.quadrant_hold else None
    computed = compute(window, settings, quadrants_of(held) if settings.quadrant_hold else None)
    origin: dict[str, Any] = {"inputs": input_prints(computed), "began_at": began_at.isoformat()}
    if held:
        origin["held_from"] = held.pk
    run = SegmentationRun.objects.create(
        as_of=as_of,
        window_months=settings.window_months,
        criteria=criteria,
        settings=settings.as_json(),
        by=by,
    )
    _write_results(run, computed, tell)
    _make_current(run, computed, time.monotonic() - started, by, origin)
    if not SegmentationRun.objects.filter(state=RunState.COMPLETE, as_of__gt=as_of).exists():
        keep_store_shares(computed.stores)
        keep_visit_cadences(store_rhythms(computed))
    return run


def discard_unfinished_runs() -> int:
    """Remove runs whose process died; return how many. Only the holder of the job's lease may call it."""
    unfinished = list(SegmentationRun.objects.filter(state=RunState.BUILDING).values_list("pk", flat=True))
    for run_id in unfinished:
        for model in (CustomerResult, StoreResult):
            table = connection.ops.quote_name(model._meta.db_table)
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table} WHERE run_id = %s", [run_id])
        SegmentationRun.objects.filter(pk=run_id).delete()
    return len(unfinished)


def _write_results(run: SegmentationRun, computed: Computed, tell: Progress) -> None:
    total = len(computed.customers.customer) + len(computed.stores.evidence)
    done = 0
    for model, chunks in (
        (CustomerResult, customer_chunks(run.pk, computed)),
        (StoreResult, store_chunks(run.pk, computed)),
    ):
        for columns in chunks:
            with transaction.atomic():
                done += load_rows(model, list(columns), zip(*columns.values(), strict=True))
            tell(done, total, "writing results")


def _make_current(
    run: SegmentationRun, computed: Computed, seconds: float, by: User | None, origin: dict[str, Any]
) -> None:
    """Verify the counts and flip the pointer, in one short transaction."""
    customers = len(computed.customers.customer)
    with transaction.atomic():
        written = (
            CustomerResult.objects.filter(run=run).count(),
            StoreResult.objects.filter(run=run).count(),
        )
        if written != (customers, len(computed.stores.evidence)):
            raise IncompleteRun(f"{written} rows written")
        SegmentationRun.objects.filter(is_current=True).update(is_current=False)
        run.state = RunState.COMPLETE
        run.is_current = True
        run.customers = customers
        run.stores = len(np.unique(computed.stores.evidence.store))
        run.summary = computed.summary | origin
        run.warnings = computed.warnings
        run.seconds = seconds
        run.completed_at = clock.now()
        run.save()
        record_change(
            by=by,
            action="recompute_segmentation",
            record=run,
            after={"as_of": run.as_of, "customers": customers},
        )


def previous_quadrants() -> dict[str, dict[Any, str]]:
    """Return the current run's quadrants, for a computation that holds them near a line."""
    return quadrants_of(SegmentationRun.objects.filter(is_current=True).first())
