"""What people do to an uploaded file on its page: map its columns, have it checked, load it, drop it."""

import hashlib
import json
import secrets
import shutil
from collections.abc import Mapping as MappingType
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from ka_crm.imports.importer import Progress, UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.queries import Guess, guess_mapping, may_import
from ka_crm.imports.registry import importer_of
from ka_crm.imports.rules.headers import columns_used
from ka_crm.imports.rules.mapping import Mapping, mapping_from
from ka_crm.imports.undoing import UNDO, undo_import
from ka_crm.imports.uploads import headers_in, keep_upload
from ka_crm.jobs.models import JobRun
from ka_crm.jobs.operations import drop_jobs, start_job
from ka_crm.jobs.queries import unfinished_job
from ka_crm.lib.spreadsheets import FileRefused, cell_text
from ka_crm.people.models import User
from ka_crm.records.operations import record_change

CHECK, LOAD = "import_check", "import"
#: States in which a file may still be mapped, checked and loaded.
OPEN = (BatchState.UPLOADED, BatchState.CHECKED, BatchState.FAILED)
_EXAMPLES = 3


class NotOpen(Exception):
    """The file is being loaded, or was loaded already."""


def receive_upload(*, kind: str, upload: UploadedFile, by: User) -> ImportBatch:
    """Keep a file under a name that nobody can guess, propose a mapping and have it checked.

    A file that cannot be read is kept with the reason. Raises ``PermissionDenied``, ``UnknownKind``.
    """
    if not may_import(by, kind):
        raise PermissionDenied
    folder = Path(settings.DATA_DIR) / "uploads" / secrets.token_hex(12)
    batch = keep_upload(kind=kind, upload=upload, folder=folder, by=by)
    look_into(batch=batch, by=by)
    return batch


def look_into(*, batch: ImportBatch, by: User, known: dict[str, Any] | None = None) -> None:
    """Read headers and first rows, propose a mapping, start the check; keep the reason of a bad file.

    ``known`` are parts of the mapping that were answered already (``encoding``, ``header``).
    """
    known = known or {}
    has_header = known.get("header", True)
    try:
        headers, rows = headers_in(
            path=Path(batch.path), has_header=has_header, encoding=known.get("encoding", "")
        )
    except FileRefused as refusal:
        batch.mapping = known
        batch.report = {"error": refusal.reason, "question": refusal.question}
        batch.save(update_fields=["mapping", "report"])
        return
    guess = guess_mapping(batch.kind, headers, rows)
    batch.report = {"page": _page(guess, headers, rows)}
    change_mapping(batch=batch, mapping={**guess.mapping, **known}, by=by)


def recall_columns(*, batch: ImportBatch) -> None:
    """Read headers and first rows again, for an open file whose load came to nothing."""
    stated = batch.mapping
    try:
        headers, rows = headers_in(
            path=Path(batch.path), has_header=stated.get("header", True), encoding=stated.get("encoding", "")
        )
    except (FileRefused, OSError) as refusal:
        batch.report = {"error": str(refusal)}
    else:
        batch.report["page"] = _page(guess_mapping(batch.kind, headers, rows), headers, rows)
    ImportBatch.objects.filter(pk=batch.pk, state__in=OPEN).update(report=batch.report)


def _page(guess: Guess, headers: list[str], rows: list[list[Any]]) -> dict[str, Any]:
    """What the page shows of the columns, kept with the file so that it is not read for every look."""
    return {
        "headers": headers,
        "examples": [
            [cell_text(row[index])[:80] for row in rows[:_EXAMPLES] if index < len(row)]
            for index in range(len(headers))
        ],
        "how": {str(column.number): [column.field, column.how] for column in guess.columns if column.field},
    }


def change_mapping(*, batch: ImportBatch, mapping: dict[str, Any], by: User) -> None:
    """Take another mapping for the file and have it checked in the background.

    Checks under way with an older mapping end without effect. Raises ``NotOpen``, and ``FileRefused``
    for a mapping that cannot be.
    """
    stated = mapping_from(mapping, importer_of(batch.kind).fields)
    with transaction.atomic():
        _lock_open(batch)
        batch.mapping, batch.mapping_digest = mapping, _token(mapping)
        batch.report = {key: value for key, value in batch.report.items() if key != "error"}
        batch.save(update_fields=["mapping", "mapping_digest", "report"])
        key = _check_key(batch)
        drop_jobs(kind=CHECK, key_prefix=f"{batch.pk}:", except_key=key)
        if not missing_fields(batch, stated):
            start_job(kind=CHECK, key=key, params={**_params(batch, mapping), "dry_run": True}, by=by)


def start_load(*, batch: ImportBatch, by: User, skip_rejected: bool) -> JobRun:
    """Load the file as it was checked, in the background: all rows, or with ``skip_rejected`` the good ones.

    Raises ``NotOpen``.
    """
    with transaction.atomic():
        _lock_open(batch)
        mapping = {key: value for key, value in batch.mapping.items() if key != "skip_rejected"}
        if skip_rejected:
            mapping["skip_rejected"] = True
        drop_jobs(kind=CHECK, key_prefix=f"{batch.pk}:")
        return start_job(
            kind=LOAD, key=str(batch.pk), params={**_params(batch, mapping), "batch": batch.pk}, by=by
        )


def start_undo(*, batch: ImportBatch, by: User) -> JobRun:
    """Take a loaded file back, in the background."""
    return start_job(kind=UNDO, key=str(batch.pk), params={"batch": batch.pk}, by=by)


def forget_upload(*, batch: ImportBatch, by: User | None) -> None:
    """Delete a file that was not loaded, and everything known of it. Raises ``NotOpen``."""
    with transaction.atomic():
        _lock_open(batch)
        drop_jobs(kind=CHECK, key_prefix=f"{batch.pk}:")
        record_change(by=by, action="discard upload", record=batch, before={"file_name": batch.file_name})
        folder = Path(batch.path).parent
        batch.delete()
    forget_files(folder)


def forget_files(folder: Path) -> None:
    """Delete the folder of one upload; nothing outside of the uploads."""
    if folder.parent == Path(settings.DATA_DIR) / "uploads":
        shutil.rmtree(folder, ignore_errors=True)


def keep_check_result(*, batch_id: int, token: str, result: dict[str, Any]) -> bool:
    """Keep what a check found, unless the mapping was changed meanwhile; return whether it was kept."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().filter(pk=batch_id, mapping_digest=token).first()
        if batch is None or batch.state not in OPEN:
            return False
        page = batch.report.get("page")
        batch.report = {**result, **({"page": page} if page else {})}
        batch.state = BatchState.UPLOADED if "error" in result else BatchState.CHECKED
        for name in ("rows", "created", "updated", "unchanged", "rejected", "skipped"):
            setattr(batch, name, result.get(name, 0))
        batch.save()
    return True


def undo_now(*, batch_id: int, by: User | None, progress: Progress | None = None) -> dict[str, Any]:
    """Take a loaded file back in this process; ``{"refused": reason}`` where something stands on it."""
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.state == BatchState.UNDONE:
        return {"undone": batch_id}
    try:
        return {"undone": batch_id, "records": undo_import(batch=batch, by=by, progress=progress)}
    except UndoRefused as refusal:
        return {"refused": refusal.reason}


def current_check(batch: ImportBatch) -> JobRun | None:
    """Return the newest check of the file with its mapping of now."""
    return JobRun.objects.filter(kind=CHECK, key=_check_key(batch)).order_by("-pk").first()


def missing_fields(batch: ImportBatch, stated: Mapping) -> list[str]:
    """Return the required fields that no column of the file goes to."""
    importer = importer_of(batch.kind)
    headers = batch.report.get("page", {}).get("headers", [])
    wide = {stated.unpivot.into, stated.unpivot.value} if stated.unpivot else set()
    mapped = set(columns_used(stated, headers, importer.fields)) | set(stated.constants) | wide
    return importer.missing_fields(mapped, stated)


def errors_path(batch: ImportBatch) -> Path:
    """Return where the rejected rows of an upload are written."""
    return Path(batch.path).parent / "rejected.csv"


def _lock_open(batch: ImportBatch) -> None:
    """Hold the batch until the end of the transaction, as it is now."""
    fresh = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if fresh.state not in OPEN or unfinished_job(kind=LOAD, key=str(batch.pk)) is not None:
        raise NotOpen
    batch.state = fresh.state


def _params(batch: ImportBatch, mapping: MappingType[str, Any]) -> dict[str, Any]:
    return {
        "kind": batch.kind,
        "path": batch.path,
        "mapping": dict(mapping),
        "errors": str(errors_path(batch)),
        "source": "page",
        "file_name": batch.file_name,
        "upload": batch.pk,
        "token": batch.mapping_digest,
    }


def _token(mapping: MappingType[str, Any]) -> str:
    return hashlib.sha256(json.dumps(mapping, sort_keys=True).encode()).hexdigest()


def _check_key(batch: ImportBatch) -> str:
    return f"{batch.pk}:{batch.mapping_digest[:32]}"
