"""What a batch did to master data, and taking it back."""

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import CASCADE, F, ProtectedError

from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch, ImportChange
from ka_crm.lib import clock
from ka_crm.lib.bulk import chunked, load_rows
from ka_crm.records.operations import plain_value

_CHUNK = 500
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


def check_revertible(batch: ImportBatch) -> None:
    """Raise ``UndoRefused`` where a later import or hand changed these records, or something uses them."""
    changes = ImportChange.objects.filter(batch=batch)
    for name in changes.order_by().values_list("record_type", flat=True).distinct():
        model = apps.get_model(name)
        own = changes.filter(record_type=name)
        _check_later_batches(batch, model, name)
        for part in chunked(own.filter(before__isnull=True).values_list("record_id", flat=True), _CHUNK):
            _check_unused(batch, model, part)
        for rows in chunked(own.filter(before__isnull=False).values_list("record_id", "before"), _CHUNK):
            _check_untouched(model, dict(rows))


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


def _check_unused(batch: ImportBatch, model: type[models.Model], ids: list[int]) -> None:
    for relation in model._meta.related_objects:
        if relation.on_delete is CASCADE or not relation.field.concrete:
            continue
        other = relation.related_model
        users = other._base_manager.filter(**{f"{relation.field.attname}__in": ids})
        touched = ImportChange.objects.filter(batch=batch, record_type=other._meta.label_lower)
        users = users.exclude(pk__in=touched.values("record_id"))
        if any(item.name == "batch" for item in other._meta.fields):
            gone = (BatchState.FAILED, BatchState.UNDOING, BatchState.UNDONE)
            users = users.exclude(batch=batch).exclude(batch__state__in=gone)
        example = users.first()
        if example is not None:
            raise UndoRefused(
                f"Something that came later stands on these records "
                f"({other._meta.verbose_name}: {example}); remove it first."
            )


def _check_untouched(model: type[models.Model], before: dict[int, dict[str, Any]]) -> None:
    if not any(item.name == _VERSION for item in model._meta.fields):
        return
    versions = dict(model._base_manager.filter(pk__in=before).values_list("pk", _VERSION))
    for pk, values in before.items():
        if _VERSION in values and versions.get(pk) != values[_VERSION] + 1:
            record = model._base_manager.filter(pk=pk).first()
            raise UndoRefused(f"{record or pk} has been edited since; undo would lose that.")


def revert(batch: ImportBatch) -> dict[str, int]:
    """Bring records back to what they were and delete those that the batch made; newest change first.

    Returns counts by kind of record. What cannot be deleted any more is archived.
    """
    counts: dict[str, int] = {}
    _loosen_own_references(batch)
    newest_first = ImportChange.objects.filter(batch=batch).order_by("-id").iterator(chunk_size=2000)
    for (record_type, was_made), group in groupby(
        newest_first, lambda item: (item.record_type, item.before is None)
    ):
        model = apps.get_model(record_type)
        name = str(model._meta.verbose_name)
        for part in chunked(group, _CHUNK):
            counts[name] = counts.get(name, 0) + len(part)
            if was_made:
                _delete(model._base_manager.filter(pk__in=[change.record_id for change in part]))
                continue
            for change in part:
                model._base_manager.filter(pk=change.record_id).update(**_python_values(model, change.before))
    ImportChange.objects.filter(batch=batch).delete()
    return counts


def _loosen_own_references(batch: ImportBatch) -> None:
    """Records that point at their like (a customer's parent) let go, so that they can be deleted."""
    made = ImportChange.objects.filter(batch=batch, before__isnull=True)
    for name in made.order_by().values_list("record_type", flat=True).distinct():
        model = apps.get_model(name)
        own = model._base_manager.filter(pk__in=made.filter(record_type=name).values("record_id"))
        for item in model._meta.concrete_fields:
            if item.related_model is model and item.null:
                own.filter(**{f"{item.name}__isnull": False}).update(**{item.attname: None})


def _delete(records: models.QuerySet[models.Model]) -> None:
    """Delete records together; where some cannot be, one by one, and archive those."""
    try:
        with transaction.atomic():
            records.delete()
        return
    except ProtectedError:
        pass
    for pk in list(records.values_list("pk", flat=True)):
        record = records.model._base_manager.filter(pk=pk)
        try:
            with transaction.atomic():
                record.delete()
        except ProtectedError:
            if any(item.name == "archived_at" for item in records.model._meta.fields):
                record.update(archived_at=clock.now())


def _python_values(model: type[models.Model], before: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in before.items():
        if name == _VERSION:
            values[name] = F(_VERSION) + 1
            continue
        item = next(item for item in model._meta.concrete_fields if item.attname == name)
        values[name] = value if item.is_relation else item.to_python(value)
    return values
