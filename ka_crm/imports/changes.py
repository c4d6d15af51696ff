"""What a batch did to master data, and taking it back."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import CASCADE

from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch, ImportChange
from ka_crm.lib.bulk import chunked, load_rows
from ka_crm.records.operations import plain_value

_CHUNK = 2_000
_FIELDS = ("batch_id", "record_type", "record_id", "before")
_VERSION = "version"


def remember_created(batch: ImportBatch, model: type[models.Model], ids: Iterable[int]) -> None:
    """Note that the batch made these records."""
    name = model._meta.label_lower
    load_rows(ImportChange, _FIELDS, ((batch.pk, name, pk, None) for pk in ids))


def remember_updated(
    batch: ImportBatch, model: type[models.Model], before: Mapping[int, Mapping[str, Any]]
) -> None:
    """Note what these records were before: {id: {attribute: value}}, with the version they have now."""
    name = model._meta.label_lower
    load_rows(
        ImportChange,
        _FIELDS,
        (
            (batch.pk, name, pk, json.dumps({key: plain_value(value) for key, value in values.items()}))
            for pk, values in before.items()
        ),
    )


def check_unused(batch: ImportBatch) -> None:
    """Raise ``UndoRefused`` where a later import changed these records, or something uses those made.

    One query per relation, however many records there are: it runs while everything else waits.
    """
    changes = ImportChange.objects.filter(batch=batch)
    for name in changes.order_by().values_list("record_type", flat=True).distinct():
        _check_later_batches(batch, apps.get_model(name), name)
        _check_unused(batch, apps.get_model(name), changes.filter(record_type=name, before__isnull=True))


def check_untouched(batch: ImportBatch) -> None:
    """Raise ``UndoRefused`` where somebody has edited records that the batch changed."""
    changes = ImportChange.objects.filter(batch=batch, before__isnull=False)
    for name in changes.order_by().values_list("record_type", flat=True).distinct():
        own = changes.filter(record_type=name).order_by().values_list("record_id", "before")
        for rows in chunked(own.iterator(chunk_size=_CHUNK), _CHUNK):
            _check_untouched(apps.get_model(name), dict(rows))


def _check_later_batches(batch: ImportBatch, model: type[models.Model], name: str) -> None:
    own = ImportChange.objects.filter(batch=batch, record_type=name).values("record_id")
    later = (
        ImportChange.objects.filter(record_type=name, batch_id__gt=batch.pk, record_id__in=own)
        .filter(batch__state=BatchState.COMMITTED)
        .order_by("batch_id")
        .first()
    )
    if later is not None:
        raise UndoRefused(
            f"Import {later.batch_id} has changed some of these records since; take that one back first."
        )


def _check_unused(batch: ImportBatch, model: type[models.Model], made: models.QuerySet[ImportChange]) -> None:
    if not made.exists():
        return
    own_changes = ImportChange.objects.filter(batch=batch)
    for relation in model._meta.related_objects:
        if relation.on_delete is CASCADE or not relation.field.concrete:
            continue
        other = relation.related_model
        users = other._base_manager.order_by()
        if any(item.name == "batch" for item in other._meta.fields):
            users = users.filter(batch__in=_other_batches(batch))
        touched = own_changes.filter(record_type=other._meta.label_lower).values("record_id")
        users = users.filter(**{f"{relation.field.attname}__in": made.order_by().values("record_id")})
        example = users.exclude(pk__in=touched).first()
        if example is not None:
            raise UndoRefused(
                f"Something that came later stands on these records "
                f"({other._meta.verbose_name}: {example}); remove it first."
            )


def _other_batches(batch: ImportBatch) -> models.QuerySet[ImportBatch]:
    gone = (BatchState.FAILED, BatchState.UNDOING, BatchState.UNDONE)
    others = ImportBatch.objects.exclude(pk=batch.pk).exclude(state__in=gone)
    return others.order_by().values("pk")  # type: ignore[return-value]


def _check_untouched(model: type[models.Model], before: dict[int, dict[str, Any]]) -> None:
    if not any(item.name == _VERSION for item in model._meta.fields):
        return
    versions = dict(model._base_manager.filter(pk__in=before).values_list("pk", _VERSION))
    for pk, values in before.items():
        if _VERSION in values and versions.get(pk) != values[_VERSION] + 1:
            record = model._base_manager.filter(pk=pk).first()
            raise UndoRefused(f"{record or pk} has been edited since; undo would lose that.")
