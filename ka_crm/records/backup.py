"""The whole state in one file: every table as lines of JSON, every stored file, and a manifest.

The file belongs to no database engine: a backup made on SQLite can be restored on PostgreSQL. Counts and
digests of every table are compared after restoring, so that "restored" means equal, not similar.
"""

import datetime as dt
import hashlib
import io
import json
import tarfile
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from ka_crm.lib.bulk import chunked

_FOLDERS = ("media", "uploads")
_MANIFEST = "manifest.json"


class BackupRefused(Exception):
    """The file cannot be restored here; nothing was changed."""


def backup_to(path: Path) -> dict[str, Any]:
    """Write the state to ``path`` (gzipped tar) and return the manifest.

    All tables are read in one transaction, so that the backup is one moment.
    """
    manifest: dict[str, Any] = {"migrations": _migrations(), "tables": {}}
    unfinished = path.with_name(path.name + ".part")
    with tarfile.open(unfinished, "w:gz", compresslevel=3) as archive:
        with transaction.atomic():
            for model in _models():
                with TemporaryFile() as file:
                    facts = _dump(model, file)
                    manifest["tables"][model._meta.label_lower] = facts
                    _add(archive, f"tables/{model._meta.label_lower}.jsonl", file)
        for folder in _FOLDERS:
            root = settings.DATA_DIR / folder
            if root.is_dir():
                archive.add(root, arcname=f"files/{folder}")
        _add(archive, _MANIFEST, io.BytesIO(json.dumps(manifest, indent=1).encode()))
    unfinished.replace(path)
    return manifest


def restore_from(path: Path) -> dict[str, Any]:
    """Replace the whole state by that of a backup, all or nothing, and return its manifest.

    Raises ``BackupRefused`` for a file that is no backup, that belongs to other migrations, or whose
    restored tables differ from what was backed up.
    """
    manifest = _checked_manifest(path)
    with tarfile.open(path, "r:gz") as archive:
        if manifest["migrations"] != _migrations():
            raise BackupRefused("The backup was made by another version: its migrations differ.")
        with transaction.atomic():
            _empty_tables()
            for model in _models():
                label = model._meta.label_lower
                _load(model, _member(archive, f"tables/{label}.jsonl"))
                with TemporaryFile() as file:
                    if _dump(model, file) != manifest["tables"][label]:
                        raise BackupRefused(f"{label} differs after restoring.")
            _reset_sequences()
        for entry in archive.getmembers():
            if entry.name.startswith("files/") and entry.isfile():
                entry.name = entry.name.removeprefix("files/")
                archive.extract(entry, settings.DATA_DIR, filter="data")
    return manifest


def _checked_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest, which stands last: a file that was cut short has none."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            manifest: dict[str, Any] = json.load(_member(archive, _MANIFEST))
    except (OSError, tarfile.TarError, zlib.error, KeyError, ValueError, EOFError) as error:
        raise BackupRefused(f"{path} is not a backup: {error}") from error
    return manifest


def _models() -> list[type[models.Model]]:
    every = apps.get_models(include_auto_created=True)
    return sorted(
        (model for model in every if model._meta.managed and not model._meta.proxy),
        key=lambda model: model._meta.label_lower,
    )


def _migrations() -> list[list[str]]:
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def _dump(model: type[models.Model], file: IO[bytes]) -> dict[str, Any]:
    """Write the rows by primary key, one JSON list each; return their count and digest."""
    digest, rows = hashlib.sha256(), 0
    names = [field.attname for field in model._meta.concrete_fields]
    for row in model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=5000):
        line = json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True).encode()
        digest.update(line)
        file.write(line + b"\n")
        rows += 1
    return {"rows": rows, "sha256": digest.hexdigest()}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dt.date | dt.time | dt.tzinfo | uuid.UUID):
        return str(value)
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, memoryview | bytes):
        return bytes(value).hex()
    return value


def _load(model: type[models.Model], file: IO[bytes]) -> None:
    fields = model._meta.concrete_fields
    with _own_dates(fields):
        for lines in chunked(file, 2000):
            objects = [
                model(
                    **{
                        field.attname: _typed(field, value)
                        for field, value in zip(fields, json.loads(line), strict=True)
                    }
                )
                for line in lines
            ]
            model._base_manager.bulk_create(objects)


def _typed(field: "models.Field[Any, Any]", value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField | models.ForeignKey):
        return value
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(value)
    if isinstance(field, models.DurationField):
        return dt.timedelta(seconds=value)
    return field.to_python(value)


@contextmanager
def _own_dates(fields: Any) -> Iterator[None]:
    """Keep the dates of the backup where saving would write today's."""
    changed = [
        (field, name)
        for field in fields
        for name in ("auto_now", "auto_now_add")
        if getattr(field, name, False)
    ]
    for field, name in changed:
        setattr(field, name, False)
    try:
        yield
    finally:
        for field, name in changed:
            setattr(field, name, True)


def _empty_tables() -> None:
    tables = [connection.ops.quote_name(model._meta.db_table) for model in _models()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)}")
            return
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _add(archive: tarfile.TarFile, name: str, file: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = file.seek(0, io.SEEK_END)
    file.seek(0)
    archive.addfile(entry, file)


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file
