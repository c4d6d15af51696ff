"""Taking back what a batch did to master data, in short transactions that may stop after any of them."""

import time
from collections import Counter
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import ProtectedError

from ka_crm.imports.importer import Removed
from ka_crm.imports.models import ImportBatch, ImportChange
from ka_crm.lib import clock

_VERSION = "version"
#: A transaction takes as many changes as fit into this time (seconds), learnt from the one before.
_LONGEST = 0.5
_FEWEST, _FIRST, _MOST = 20, 500, 2_000


def revert_changes(batch: ImportBatch, removed: Removed, *, archive_used: bool = True) -> Counter[str]:
    """Bring records back to what they were and delete those that the batch made; newest change first.

    Every step forgets the changes it has taken back, so that whoever comes after a stop goes on from
    there. What somebody has edited in the meantime stays as it is; what something stands on by now is
    archived, or with ``archive_used`` off left alone. Returns counts by kind of record.
    """
    counts: Counter[str] = Counter()
    _loosen_own_references(batch)
    size = _FIRST
    while True:
        begun = time.monotonic()
        with transaction.atomic():
            changes = ImportChange.objects.select_for_update().filter(batch=batch).order_by("-id")
            part = list(changes[:size])
            for (name, was_made), group in groupby(
                part, lambda item: (item.record_type, item.before is None)
            ):
                model, own = apps.get_model(name), list(group)
                counts[str(model._meta.verbose_name)] += len(own)
                if was_made:
                    _remove(model, [change.record_id for change in own], archive_used)
                else:
                    _restore(model, own)
            if part:
                ImportChange.objects.filter(batch=batch, pk__gte=part[-1].pk)._raw_delete(connection.alias)
        if not part:
            return counts
        removed(len(part))
        took = time.monotonic() - begun
        size = min(max(int(len(part) * _LONGEST / max(took, 0.001)), _FEWEST), _MOST)


def _loosen_own_references(batch: ImportBatch) -> None:
    """Records that point at their like (a customer's parent) let go, so that they can be deleted."""
    made = ImportChange.objects.filter(batch=batch, before__isnull=True)
    for name in made.order_by().values_list("record_type", flat=True).distinct():
        model = apps.get_model(name)
        own = model._base_manager.filter(pk__in=made.filter(record_type=name).values("record_id"))
        for item in model._meta.concrete_fields:
            if item.related_model is not model or not item.null:
                continue
            bound = own.filter(**{f"{item.name}__isnull": False}).order_by().values_list("pk", flat=True)
            while ids := list(bound[:_MOST]):
                model._base_manager.filter(pk__in=ids).update(**{item.attname: None})


def _remove(model: type[models.Model], ids: list[int], archive_used: bool) -> None:
    """Delete records that nothing refers to; archive the others, or leave them alone."""
    used: set[int] = set()
    for relation in model._meta.related_objects:
        if relation.field.concrete and relation.on_delete is models.PROTECT:
            name = relation.field.attname
            users = relation.related_model._base_manager.filter(**{f"{name}__in": ids}).order_by()
            used.update(users.values_list(name, flat=True).distinct())
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=set(ids) - used).delete()
    except ProtectedError:  # something stands on what would be deleted along with them
        used |= _delete_singly(model, set(ids) - used)
    if archive_used and used and any(item.name == "archived_at" for item in model._meta.fields):
        model._base_manager.filter(pk__in=used).update(archived_at=clock.now())


def _delete_singly(model: type[models.Model], ids: set[int]) -> set[int]:
    left = set()
    for pk in ids:
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=pk).delete()
        except ProtectedError:
            left.add(pk)
    return left


def _restore(model: type[models.Model], changes: list[ImportChange]) -> None:
    """Give records their former values, unless somebody has edited them since the batch did."""
    fields: dict[str, models.Field[Any, Any]] = {item.attname: item for item in model._meta.concrete_fields}
    quote, table = connection.ops.quote_name, model._meta.db_table
    assert model._meta.pk is not None
    key_column = str(model._meta.pk.column)
    known = [(change.record_id, dict(change.before or {})) for change in changes]
    for keys, group in groupby(known, lambda pair: tuple(sorted(pair[1]))):
        names = [name for name in keys if name != _VERSION]
        marks = [f"{quote(str(fields[name].column))} = %s" for name in names]
        same = ""
        if _VERSION in keys:
            marks.append(f"{quote(_VERSION)} = {quote(_VERSION)} + 1")
            same = f" AND {quote(_VERSION)} = %s"
        sql = f"UPDATE {quote(table)} SET {', '.join(marks)} WHERE {quote(key_column)} = %s{same}"
        rows = [
            [
                *(_stored(fields[name], before[name]) for name in names),
                record_id,
                *([before[_VERSION] + 1] if same else []),
            ]
            for record_id, before in group
        ]
        if marks:
            with connection.cursor() as cursor:
                cursor.executemany(sql, rows)


def _stored(item: "models.Field[Any, Any]", value: Any) -> Any:
    """A value of the JSON as the database holds it."""
    return item.get_db_prep_save(value if item.is_relation else item.to_python(value), connection)
