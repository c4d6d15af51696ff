"""What is kept around a file: the upload itself, what its check found, how its columns were understood."""

import os
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from ka_crm.imports.engine import digest_of, headers_of, open_source
from ka_crm.imports.models import BatchState, ImportBatch, RememberedMapping
from ka_crm.imports.registry import importer_of
from ka_crm.imports.rules.headers import signature
from ka_crm.imports.rules.report import FATES
from ka_crm.people.models import User


def remember_mapping(*, kind: str, headers: list[str], mapping: dict[str, Any]) -> None:
    """Keep how files with these headers were understood."""
    RememberedMapping.objects.update_or_create(
        kind=kind, signature=signature(headers), defaults={"mapping": mapping}
    )


def keep_upload(
    *, kind: str, upload: UploadedFile, folder: Path, by: User, source: str = "page"
) -> ImportBatch:
    """Store an uploaded file for checking and loading. The name on disk is ours, not theirs."""
    importer_of(kind)
    name = os.path.basename(upload.name or "file")[:200]
    batch = ImportBatch.objects.create(kind=kind, source=source, file_name=name, by=by)
    folder.mkdir(parents=True, exist_ok=True)
    suffix = "".join(Path(name).suffixes[-2:]).lower()
    path = folder / f"{batch.pk}{suffix if suffix in ('.csv', '.csv.gz', '.xlsx', '.gz', '.txt') else ''}"
    with path.open("wb") as target:
        for block in upload.chunks():
            target.write(block)
    batch.path, batch.digest = str(path), digest_of(path)
    batch.save(update_fields=["path", "digest"])
    return batch


def keep_check(*, batch: ImportBatch, mapping: dict[str, Any], result: dict[str, Any]) -> None:
    """Keep with an uploaded batch what a check has found, or why the file was refused (``error``)."""
    batch.refresh_from_db()
    if batch.state in (BatchState.COMMITTED, BatchState.UNDONE, BatchState.UNDOING):
        return
    batch.state = BatchState.UPLOADED if "error" in result else BatchState.CHECKED
    batch.mapping, batch.report = mapping, result
    for name in ("rows", *FATES):
        setattr(batch, name, result.get(name, 0))
    batch.save()


def headers_in(
    *, path: Path, has_header: bool = True, encoding: str = ""
) -> tuple[list[str], list[list[Any]]]:
    """Return headers and first rows of a file, to map its columns. Raises ``FileRefused``."""
    return headers_of(open_source(path, encoding), has_header)
