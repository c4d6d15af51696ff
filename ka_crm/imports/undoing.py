"""Taking loads back. One short transaction changes the state of the batch, so that readers no longer count
it; its rows and the master data it made are then removed in further short ones, by whoever comes along."""

import datetime as dt
from collections import Counter

from django.db import connection, transaction

from ka_crm.imports import changes
from ka_crm.imports.importer import Progress, UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch, ImportChange
from ka_crm.imports.registry import importer_of
from ka_crm.imports.reverting import revert_changes
from ka_crm.jobs.models import UNFINISHED, JobRun
from ka_crm.jobs.queries import abandoned_jobs
from ka_crm.lib import clock
from ka_crm.lib.locks import hold_until_commit
from ka_crm.people.models import User
from ka_crm.records.operations import record_change, set_system_setting

#: The kind of job that takes a load back; its key is the number of the batch.
UNDO = "import_undo"
#: When customers were last made one or two.
MOVED = "facts_moved"
#: Loads of the API run in a request; after this time they are surely over.
_WITHOUT_JOB = dt.timedelta(hours=1)
#: An undo without a job that began longer ago is finished by somebody else; two at once do no harm.
_UNDO_WITHOUT_JOB = dt.timedelta(minutes=5)


def lock_batches() -> None:
    """Let no other batch be published before the end of this transaction."""
    hold_until_commit("import batches")


def facts_are_moving() -> None:
    """Tell loads that are under way that customers are made one or two in this transaction: what they looked
    up before is out of date, so they begin anew instead of publishing."""
    lock_batches()
    set_system_setting(name=MOVED, value=clock.now().isoformat())


def undo_import(*, batch: ImportBatch, by: User | None, progress: Progress | None = None) -> dict[str, int]:
    """Take a loaded batch back: its facts no longer count, what it replaced counts again, master data
    is as before. One whose undo was begun is finished.

    Returns counts by kind of record. Raises ``UndoRefused`` with the reason, before anything is changed.
    """
    counts: Counter[str] = Counter()
    if batch.state != BatchState.UNDOING:
        counts.update(_begin(batch, by))
    counts.update(_finish(batch, progress))
    return dict(counts)


def _count_changes_for_the_planner() -> None:
    """Without it PostgreSQL takes thousands of changes loaded a minute ago for one, and loops over them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'ANALYZE "{ImportChange._meta.db_table}"')


def _begin(batch: ImportBatch, by: User | None) -> dict[str, int]:
    importer = importer_of(batch.kind)
    if batch.state == BatchState.COMMITTED:
        changes.check_untouched(batch)  # many may have been changed: this one looks without a lock
        _count_changes_for_the_planner()
    with transaction.atomic():
        lock_batches()
        batch.refresh_from_db()
        if batch.state != BatchState.COMMITTED:
            raise UndoRefused("Only a loaded import can be taken back.")
        importer.check_undo(batch)
        changes.check_unused(batch)
        counts = importer.unpublish(batch)
        batch.state = BatchState.UNDOING
        batch.undone_at = clock.now()
        batch.save(update_fields=["state", "undone_at"])
        record_change(by=by, action="undo import", record=batch, after={"state": BatchState.UNDONE})
    follow_up(batch)
    return counts


def _finish(batch: ImportBatch, progress: Progress | None = None) -> Counter[str]:
    """Remove what a batch under undo has stored; goes on where an earlier try was stopped."""
    importer = importer_of(batch.kind)
    total = batch.created + batch.updated + ImportChange.objects.filter(batch=batch).count()
    done = 0

    def removed(rows: int) -> None:
        nonlocal done
        done += rows
        if progress is not None:
            progress(min(done, total), max(total, 1), "removing")

    removed(0)
    importer.discard(batch, removed)
    counts = revert_changes(batch, removed)
    batch.state = BatchState.UNDONE
    batch.save(update_fields=["state"])
    return counts


def follow_up(batch: ImportBatch) -> None:
    """Have computed anew what depends on the batch, after the commit. A failure is only logged: the data
    are safe, and the nightly run does the same for everything."""
    transaction.on_commit(lambda: importer_of(batch.kind).follow_up(batch), robust=True)


def discard_batch(*, batch: ImportBatch) -> None:
    """Remove whatever an unfinished batch has stored; it never counted. Customers and stores that it made
    and a later load uses stay."""
    if batch.pk is None:
        return
    importer_of(batch.kind).discard(batch, _unheard)
    revert_changes(batch, _unheard, archive_used=False)
    batch.state = BatchState.FAILED
    batch.save(update_fields=["state"])


def discard_unfinished_batches() -> int:
    """Clean up after imports and undos whose process died; returns how many. Living ones are left."""
    count = 0
    for batch in ImportBatch.objects.filter(state__in=(BatchState.LOADING, BatchState.UNDOING)):
        if _is_alive(batch):
            continue
        if batch.state == BatchState.UNDOING:
            _finish(batch)
        else:
            discard_batch(batch=batch)
        count += 1
    return count


def _unheard(rows: int) -> None:
    """Progress of a removal that nobody follows."""


def _is_alive(batch: ImportBatch) -> bool:
    """Whether some process may still be at the batch: its job holds a lease, or it has begun lately."""
    jobs = JobRun.objects.filter(state__in=UNFINISHED)
    if batch.state == BatchState.UNDOING:
        job = jobs.filter(kind=UNDO, key=str(batch.pk)).first()
        begun, longest = batch.undone_at, _UNDO_WITHOUT_JOB
    else:
        job_id = batch.report.get("job")
        job = jobs.filter(pk=job_id).first() if job_id is not None else None
        begun, longest = (batch.created_at, _WITHOUT_JOB) if job_id is None else (None, _WITHOUT_JOB)
    if job is not None:
        return job.lease_until is not None and not JobRun.objects.filter(abandoned_jobs(), pk=job.pk).exists()
    return begun is not None and begun > clock.now() - longest
