"""Recomputing: a run is written in chunks that nobody reads, then made current in one short transaction."""

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from ka_crm.criteria.operations import ensure_published_criteria
from ka_crm.criteria.queries import settings_of
from ka_crm.jobs.operations import JobContext, job_body
from ka_crm.lib import clock
from ka_crm.lib.bulk import chunked, load_rows
from ka_crm.lib.periods import Window
from ka_crm.people.models import User
from ka_crm.records.operations import record_change
from ka_crm.records.queries import business_today
from segmentation.computation import Computed, Side, compute
from segmentation.inputs import default_as_of
from segmentation.models import CustomerResult, RunState, SegmentationRun, StoreResult
from visits.evaluation import keep_store_shares, last_seen, number, scaled, warnings_of

Progress = Callable[[int, int, str], None]
_CHUNK = 5_000
_SIDE = [
    "potential", "potential_low", "potential_high", "own", "share", "share_low", "share_high", "market_share",
    "status", "flagged", "potential_class", "own_class", "rank_potential", "rank_own", "quadrant",
    "gap_amount", "is_missed", "is_misfiled", "list_mark",
]  # fmt: skip
_CUSTOMER = [
    "run_id", "customer_id", "has_sales", "net_sales", "gross_profit", "total", "rank", "before", "abc",
    "abc_note", "months", "months_span", "months_active", "mean", "std", "cv", "adi", "cv2_nonzero", "sbc",
    "frequency_class", "is_overridden", "xyz", "cell", "own_sales", "measured_share", "stores",
    "stores_below", *_SIDE,
]  # fmt: skip
_STORE = [
    "run_id", "store_id", "category_id", "basis", "in_units", "clusters", "total", "market_share_source",
    "grade", "last_seen_on", "warnings", *_SIDE,
]  # fmt: skip


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
    started = time.monotonic()
    discard_unfinished_runs()
    criteria = ensure_published_criteria(by=by)
    settings = settings_of(criteria)
    as_of = as_of or default_as_of(business_today())
    window = Window(as_of, settings.window_months)
    tell(0, 0, "reading and computing")
    computed = compute(window, settings, _previous_quadrants() if settings.quadrant_hold else None)
    run = SegmentationRun.objects.create(
        as_of=as_of,
        window_months=settings.window_months,
        criteria=criteria,
        settings=settings.as_json(),
        by=by,
    )
    _write_results(run, computed, tell)
    _make_current(run, computed, time.monotonic() - started, by)
    if not SegmentationRun.objects.filter(state=RunState.COMPLETE, as_of__gt=as_of).exists():
        keep_store_shares(computed.stores)
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
    customers = len(computed.customers.customer)
    total = customers + len(computed.stores.evidence)
    done = 0
    for model, fields, rows in (
        (CustomerResult, _CUSTOMER, customer_rows(run.pk, computed)),
        (StoreResult, _STORE, store_rows(run.pk, computed)),
    ):
        for chunk in chunked(rows, _CHUNK):
            with transaction.atomic():
                load_rows(model, fields, chunk)
            done += len(chunk)
            tell(done, total, "writing results")


def _make_current(run: SegmentationRun, computed: Computed, seconds: float, by: User | None) -> None:
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
        run.summary = computed.summary
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


def _previous_quadrants() -> dict[str, dict[Any, str]]:
    run = SegmentationRun.objects.filter(is_current=True).first()
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


def customer_rows(run_id: int, computed: Computed) -> Iterator[list[Any]]:
    """Rows of ``CustomerResult``, in the order of ``_CUSTOMER``."""
    c, xyz, accounts = computed.customers, computed.xyz, computed.accounts
    net = c.months.sum(axis=1)
    flagged = accounts.status == "below_confirmed"
    if computed.settings.share_rule == "plain":
        flagged = np.nan_to_num(accounts.share, nan=np.inf) < np.nan_to_num(accounts.market_share)
    side = _side_rows(
        computed.customer_side,
        accounts.potential, accounts.low, accounts.high, accounts.own,
        accounts.share, accounts.share_low, accounts.share_high,
        accounts.market_share, accounts.status, flagged, accounts.gap,
    )  # fmt: skip
    for i, shared in enumerate(side):
        defined = np.isfinite(xyz.mean[i])
        yield [
            run_id,
            int(c.customer[i]),
            bool(c.has_sales[i]),
            int(net[i]),
            int(computed.gross_profit[i]) if computed.gross_profit is not None else None,
            int(computed.value[i]),
            int(computed.abc_rank[i]),
            float(computed.abc_before[i]),
            str(computed.abc_class[i]),
            str(computed.abc_note[i]),
            json.dumps(c.months[i].tolist()),
            int(xyz.n[i]),
            int(xyz.active[i]),
            float(xyz.mean[i]) if defined else 0.0,
            float(xyz.std[i]) if np.isfinite(xyz.std[i]) else 0.0,
            number(xyz.cv[i]),
            number(xyz.adi[i]),
            number(xyz.cv2_nonzero[i]),
            str(xyz.sbc[i]),
            str(xyz.frequency_class[i]),
            bool(xyz.overridden[i]),
            str(xyz.xyz_class[i]),
            str(computed.cell[i]),
            int(computed.own_sales[i]),
            number(accounts.measured_part[i]),
            int(accounts.stores[i]),
            int(accounts.stores_below[i]),
            *shared,
        ]


def store_rows(run_id: int, computed: Computed) -> Iterator[list[Any]]:
    """Rows of ``StoreResult``, in the order of ``_STORE``."""
    evidence, found = computed.stores.evidence, computed.stores.evaluation
    measured, potential = found.measured, found.potential
    days, notes = last_seen(evidence), warnings_of(found)
    side = _side_rows(
        computed.store_side,
        potential.amount, potential.low, potential.high, measured.own * 10_000,
        measured.share, measured.low, measured.high,
        found.market_share, found.status, found.flagged, found.gap_amount,
    )  # fmt: skip
    for i, shared in enumerate(side):
        yield [
            run_id,
            int(evidence.store[i]),
            int(evidence.category[i]),
            str(measured.basis[i]),
            bool(measured.in_units[i]),
            int(measured.clusters[i]),
            scaled(measured.total[i], 10_000),
            str(found.market_share_source[i]),
            str(potential.grade[i]),
            days[i],
            notes[i],
            *shared,
        ]


def _side_rows(side: Side, *columns: Any) -> Iterator[list[Any]]:
    """The columns of ``_SIDE``, from a side and the arrays that are unpacked below."""
    (amount, low, high, own, share, share_low, share_high, market, status, flagged, gap) = columns
    for i in range(len(amount)):
        yield [
            scaled(amount[i]),
            scaled(low[i]),
            scaled(high[i]),
            scaled(own[i]),
            number(share[i]),
            number(share_low[i]),
            number(share_high[i]),
            number(market[i]),
            str(status[i]),
            bool(flagged[i]),
            str(side.potential_class[i]),
            str(side.own_class[i]),
            int(side.rank_potential[i]),
            int(side.rank_own[i]),
            str(side.quadrant[i]),
            round(float(gap[i])),
            bool(side.is_missed[i]),
            bool(side.is_misfiled[i]),
            str(side.list_mark[i]),
        ]
