"""Background work of the import pages: checking an upload, taking a load back, tidying up."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.operations import discard_unfinished_batches
from ka_crm.imports.preparing import (
    CHECK,
    OPEN,
    NotOpen,
    forget_files,
    forget_upload,
    keep_check_result,
    undo_now,
)
from ka_crm.imports.tasks import run_import
from ka_crm.imports.undoing import UNDO
from ka_crm.jobs.bodies import job_body
from ka_crm.jobs.context import JobContext
from ka_crm.lib import clock

#: Files are kept this long after they were loaded, or left lying.
KEPT = dt.timedelta(days=30)
#: Where files come from that we keep a copy of.
UPLOADED = ("page", "api")


@job_body(CHECK, label=_("Check of a file"))
def check_upload(job: JobContext) -> dict[str, Any]:
    """Say what loading an uploaded file would do, and keep it with the file."""
    result = run_import(job)
    kept = keep_check_result(batch_id=job.params["upload"], token=job.params["token"], result=result)
    return {name: result[name] for name in ("rows", "rejected", "error") if name in result} | {"kept": kept}


@job_body(UNDO, label=_("Taking an import back"))
def undo_upload(job: JobContext) -> dict[str, Any]:
    """Take a loaded file back, or go on with it; a refusal is a result, not a failure."""
    return undo_now(batch_id=job.params["batch"], by=job.job.actor, progress=job.progress)


@job_body("clean_up_imports", label=_("Tidying up uploaded files"), nightly=85)
def clean_up_imports(job: JobContext) -> dict[str, Any]:
    """Finish what dead imports left, delete the files of old ones and uploads that nobody loaded."""
    old = ImportBatch.objects.filter(created_at__lt=clock.now() - KEPT).exclude(path="")
    forgotten = deleted = 0
    for batch in old.filter(source__in=UPLOADED, state__in=OPEN):
        try:
            forget_upload(batch=batch, by=None)
            forgotten += 1
        except NotOpen:
            continue
    for batch in old.filter(source__in=UPLOADED, state__in=(BatchState.COMMITTED, BatchState.UNDONE)):
        forget_files(Path(batch.path).parent)
        ImportBatch.objects.filter(pk=batch.pk).update(path="")
        deleted += 1
    return {"unfinished": discard_unfinished_batches(), "uploads": forgotten, "files": deleted}
