"""Checking, loading and taking back files: the same for page, API and command line."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from ka_crm.imports import changes
from ka_crm.imports.engine import (
    OnRejected,
    RecordSource,
    Run,
    check,
    digest_of,
    open_source,
    silent,
    start_run,
)
from ka_crm.imports.importer import Importer, Progress, UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.registry import importer_of
from ka_crm.imports.rules.mapping import Mapping, mapping_from
from ka_crm.imports.rules.report import FATES, Report
from ka_crm.imports.uploads import remember_mapping
from ka_crm.jobs.models import UNFINISHED, JobRun
from ka_crm.lib import clock
from ka_crm.lib.spreadsheets import FileRefused
from ka_crm.people.models import User
from ka_crm.records.operations import record_change

#: Decided anew for every file.
_NOT_REMEMBERED = ("overlap", "skip_rejected")


#: Loads of the API and undos run in a request; after this time they are surely over.
_WITHOUT_JOB = dt.timedelta(hours=1)


class Overtaken(Exception):
    """Another import of the same kind was finished between check and load."""


def check_file(
    *,
    kind: str,
    path: Path,
    mapping: dict[str, Any] | None = None,
    viewer: User | None = None,
    progress: Progress = silent,
    on_rejected: OnRejected | None = None,
) -> Report:
    """Say what loading this file would do; nothing is stored. Raises ``FileRefused``."""
    stated = mapping_from(mapping, importer_of(kind).fields)
    source = open_source(path, stated.encoding)
    known = _known_batch(kind, digest_of(path), stated)
    if known is not None and on_rejected is None:
        return _already_there(known)
    run = start_run(kind, source, stated, viewer=viewer, on_rejected=on_rejected)
    report = check(run, progress)
    return _already_there(known) if known is not None else report


def load_file(
    *,
    kind: str,
    path: Path,
    mapping: dict[str, Any] | None = None,
    by: User | None = None,
    viewer: User | None = None,
    source: str = "cli",
    file_name: str = "",
    progress: Progress = silent,
    on_rejected: OnRejected | None = None,
    batch: ImportBatch | None = None,
    job_id: int | None = None,
) -> Report:
    """Check a file and store it, all or nothing.

    The report says ``is_committed``; where lines were rejected without ``skip_rejected`` nothing is
    stored and ``batch`` is ``None``. The same file with the same mapping again stores nothing and returns
    the old batch. ``batch`` is the uploaded batch of a page. Raises ``FileRefused``.
    """
    stated = mapping_from(mapping, importer_of(kind).fields)
    digest = digest_of(path)
    known = _known_batch(kind, digest, stated)
    if known is not None and on_rejected is None:
        return _already_there(known)
    table = open_source(path, stated.encoding)
    run = start_run(kind, table, stated, viewer=viewer, by=by, on_rejected=on_rejected)
    if batch is None:
        batch = ImportBatch(source=source, file_name=file_name or path.name)
    batch.digest = digest
    return _check_and_load(run, batch, known=known, raw=mapping or {}, progress=progress, job_id=job_id)


def load_records(
    *,
    kind: str,
    records: list[dict[str, Any]],
    by: User | None,
    viewer: User | None = None,
    source: str = "api",
    mapping: dict[str, Any] | None = None,
) -> Report:
    """Check records (dicts with our field names) like the lines of a file and store them, all or nothing.

    ``mapping`` may hold ``create_missing``, ``constants``, ``skip_rejected``, ``overlap``. "Lines" of the
    report count the records from 1. Raises ``FileRefused`` for unknown fields and an empty list.
    """
    if not records:
        raise FileRefused("There are no records.")
    names = list(dict.fromkeys(name for record in records for name in record))
    fields = importer_of(kind).fields
    unknown = sorted(set(names) - {item.name for item in fields})
    if unknown:
        raise FileRefused(f"Unknown fields: {', '.join(unknown)}.")
    stated = mapping_from({**(mapping or {}), "columns": {name: name for name in names}}, fields)
    run = start_run(kind, RecordSource(records, names), stated, viewer=viewer, by=by)
    return _check_and_load(run, ImportBatch(source=source), known=None, raw=mapping or {}, progress=silent)


def _known_batch(kind: str, digest: str, mapping: Mapping) -> ImportBatch | None:
    """The committed batch of the same file and mapping. Kinds whose lines have a key look only at the
    newest batch, since a later file may have changed them again."""
    committed = ImportBatch.objects.filter(kind=kind, state=BatchState.COMMITTED)
    same = committed.filter(digest=digest, mapping_digest=mapping.digest).exclude(digest="").first()
    if same is None or importer_of(kind).is_additive or not committed.filter(pk__gt=same.pk).exists():
        return same
    return None


def _already_there(batch: ImportBatch) -> Report:
    report = Report(batch.kind, rows=batch.rows, rejected=batch.rejected, skipped=batch.skipped)
    report.unchanged = batch.created + batch.updated + batch.unchanged
    report.value_rejected_scaled = batch.report.get("value_rejected_scaled", 0)
    report.batch = batch.pk
    report.skip_rejected = batch.rejected > 0
    report.is_committed = report.is_known_already = True
    return report


def _check_and_load(
    run: Run,
    batch: ImportBatch,
    *,
    known: ImportBatch | None,
    raw: dict[str, Any],
    progress: Progress,
    job_id: int | None = None,
) -> Report:
    kind = run.importer.kind
    seen = _newest(kind)
    report = check(run, progress)
    if known is not None:
        return _already_there(known)
    if not report.is_loadable:
        return report
    _start_loading(run, batch, raw, job_id)
    try:
        _load(run, batch, seen, progress)
    except BaseException as error:
        discard_batch(batch=batch)
        if isinstance(error, Overtaken):
            raise FileRefused("Another import was finished at the same moment. Please try again.") from error
        raise
    if batch.digest and run.plan.mapping.header:
        remembered = {key: value for key, value in raw.items() if key not in _NOT_REMEMBERED}
        columns = raw.get("columns") or report.columns
        remember_mapping(kind=kind, headers=run.plan.headers, mapping={**remembered, "columns": columns})
    return report


def _start_loading(run: Run, batch: ImportBatch, raw: dict[str, Any], job_id: int | None) -> None:
    importer, report = run.importer, run.report
    batch.kind = importer.kind
    batch.mapping = raw
    batch.mapping_digest = importer.context.mapping.digest
    batch.state = BatchState.LOADING
    batch.by = importer.context.by
    batch.rows = report.rows
    for fate in FATES:
        setattr(batch, fate, getattr(report, fate))
    batch.report = {**report.as_json(), "job": job_id}
    batch.save()


def _load(run: Run, batch: ImportBatch, seen: tuple[Any, ...], progress: Progress) -> None:
    importer, report = run.importer, run.report
    progress(0, report.rows, "loading")
    with transaction.atomic():
        importer.prepare(batch)
    importer.store(batch, lambda: run.chunks(progress, "loading"), progress)
    progress(report.rows, report.rows, "publishing")
    with transaction.atomic():
        _one_at_a_time()
        if _newest(importer.kind) != seen:
            raise Overtaken
        importer.publish(batch)
        batch.state = BatchState.COMMITTED
        batch.committed_at = clock.now()
        report.batch, report.is_committed = batch.pk, True
        batch.report = report.as_json()
        batch.save()
        record_change(by=importer.context.by, action="load import", record=batch, after=report.counts())


def _newest(kind: str) -> tuple[Any, ...]:
    """Changes whenever a batch of this kind is committed or taken back."""
    batches = ImportBatch.objects.filter(kind=kind)
    return tuple(batches.aggregate(Max("committed_at"), Max("undone_at")).values())


def _one_at_a_time() -> None:
    """Let no other batch be published at the same moment (SQLite has one writer anyway)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{ImportBatch._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')


def discard_batch(*, batch: ImportBatch) -> None:
    """Remove whatever an unfinished batch has stored; it never counted."""
    if batch.pk is None:
        return
    importer_of(batch.kind).discard(batch)
    with transaction.atomic():
        changes.revert(batch)
        batch.state = BatchState.FAILED
        batch.save(update_fields=["state"])


def discard_unfinished_batches() -> int:
    """Clean up after imports and undos whose process died; returns how many. Living ones are left."""
    count = 0
    for batch in ImportBatch.objects.filter(state__in=(BatchState.LOADING, BatchState.UNDOING)):
        if _is_alive(batch):
            continue
        if batch.state == BatchState.UNDOING:
            _finish_undo(batch, None)
        else:
            discard_batch(batch=batch)
        count += 1
    return count


def _is_alive(batch: ImportBatch) -> bool:
    """Whether some process may still be at the batch: its job holds a lease, or it has begun lately."""
    begun = batch.undone_at if batch.state == BatchState.UNDOING else batch.created_at
    job_id = batch.report.get("job") if batch.state == BatchState.LOADING else None
    if job_id is None:
        return begun is not None and begun > clock.now() - _WITHOUT_JOB
    job = JobRun.objects.filter(pk=job_id, state__in=UNFINISHED).first()
    return job is not None and job.lease_until is not None and job.lease_until > clock.now()


def undo_import(*, batch: ImportBatch, by: User | None) -> dict[str, int]:
    """Take a loaded batch back: its facts no longer count, what it replaced counts again, master data
    is as before. Returns counts by kind of record. Raises ``UndoRefused`` with the reason."""
    if batch.state != BatchState.COMMITTED:
        raise UndoRefused("Only a loaded import can be taken back.")
    importer = importer_of(batch.kind)
    with transaction.atomic():
        _one_at_a_time()
        batch.refresh_from_db()
        if batch.state != BatchState.COMMITTED:
            raise UndoRefused("Only a loaded import can be taken back.")
        importer.check_undo(batch)
        changes.check_revertible(batch)
        counts = importer.unpublish(batch)
        batch.state = BatchState.UNDOING
        batch.undone_at = clock.now()
        batch.save(update_fields=["state", "undone_at"])
        record_change(by=by, action="undo import", record=batch, after={"state": BatchState.UNDONE})
    return counts | _finish_undo(batch, importer)


def _finish_undo(batch: ImportBatch, importer: type[Importer] | None) -> dict[str, int]:
    (importer or importer_of(batch.kind)).discard(batch)
    with transaction.atomic():
        counts = changes.revert(batch)
        batch.state = BatchState.UNDONE
        batch.save(update_fields=["state"])
    return counts
