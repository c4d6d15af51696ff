"""Checking, loading and taking back files: the same for page, API and command line."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

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
from ka_crm.imports.importer import Progress
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.registry import importer_of
from ka_crm.imports.rules.mapping import Mapping, mapping_from
from ka_crm.imports.rules.report import FATES, Report
from ka_crm.imports.undoing import (
    MOVED,
    discard_batch,
    discard_unfinished_batches,
    follow_up,
    lock_batches,
    undo_import,
)
from ka_crm.imports.uploads import remember_mapping
from ka_crm.lib import clock
from ka_crm.lib.spreadsheets import FileRefused
from ka_crm.people.models import User
from ka_crm.records.operations import record_change
from ka_crm.records.queries import system_setting

__all__ = [
    "Overtaken", "check_file", "discard_batch", "discard_unfinished_batches", "load_file", "load_records",
    "undo_import",
]  # fmt: skip
#: Decided anew for every file.
_NOT_REMEMBERED = ("overlap", "skip_rejected")


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
    if ImportBatch.objects.filter(state=BatchState.UNDOING).exists():
        raise FileRefused("Another import is being taken back right now. Please try again in a minute.")
    _start_loading(run, batch, raw, job_id)
    try:
        _load(run, batch, seen, progress)
    except BaseException as error:
        discard_batch(batch=batch)
        if isinstance(error, Overtaken):
            raise FileRefused("Another import was finished at the same moment. Please try again.") from error
        raise
    follow_up(batch)
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
    with nullcontext() if importer.prepares_in_steps else transaction.atomic():
        importer.prepare(batch)
    importer.store(batch, lambda: run.chunks(progress, "loading"), progress)
    progress(report.rows, report.rows, "publishing")
    with transaction.atomic():
        lock_batches()
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
    """Changes whenever a batch of this kind is committed or taken back, or customers are made one or two."""
    batches = ImportBatch.objects.filter(kind=kind)
    found = batches.aggregate(Max("committed_at"), Max("undone_at"))
    return (*found.values(), system_setting(MOVED))
