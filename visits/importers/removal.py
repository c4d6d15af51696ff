"""Rows that give way to a batch, and rows of a batch that is gone."""

from typing import Any

from django.db import transaction

from ka_crm.imports.importer import Removed
from ka_crm.imports.models import ImportBatch
from ka_crm.lib.bulk import chunked
from visits.models import BrandCount, CategoryTotal, Observation

_Counts = type[BrandCount] | type[CategoryTotal] | type[Observation]

_PART = 5_000


def supersede(model: _Counts, ids: list[int], batch: ImportBatch) -> None:
    """Let rows give way to a batch."""
    manager: Any = model._base_manager
    for part in chunked(ids, _PART):
        manager.filter(pk__in=part).update(is_live=False, superseded_by=batch)


def delete_rows(model: _Counts, batch: ImportBatch, removed: Removed) -> None:
    """Delete a batch's rows in short transactions."""
    manager: Any = model._base_manager
    while True:
        ids = list(manager.filter(batch=batch).order_by().values_list("pk", flat=True)[:_PART])
        if not ids:
            return
        with transaction.atomic():
            rows = manager.filter(pk__in=ids)
            rows._raw_delete(rows.db)
        removed(len(ids))
