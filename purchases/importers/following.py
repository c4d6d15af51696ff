"""What follows once facts of a file count, or count no longer: their customers' standings are brought up to
date."""

from typing import Any

from django.db import models

from ka_crm.imports.models import ImportBatch, ImportChange
from ka_crm.jobs.operations import start_job
from purchases.operations.standing import STANDINGS, refresh_purchase_standing

#: A file about more customers has a background job bring all up to date.
MOST_CUSTOMERS = 5_000


def refresh_touched(model: type[models.Model], batch: ImportBatch) -> int:
    """Refresh the customers whose facts a batch made or changed; return how many, 0 where a job does it."""
    touched = _customers(model, batch)
    if len(touched) > MOST_CUSTOMERS:
        start_job(kind=STANDINGS)
        return 0
    refresh_purchase_standing(customers=touched)
    return len(touched)


def _customers(model: type[models.Model], batch: ImportBatch) -> set[int]:
    rows: models.QuerySet[Any] = model._base_manager.order_by()
    changed = ImportChange.objects.filter(batch=batch, record_type=model._meta.label_lower)
    found: set[int] = set()
    for touched in (rows.filter(batch=batch), rows.filter(pk__in=changed.order_by().values("record_id"))):
        customers = touched.filter(customer__isnull=False).values_list("customer_id", flat=True).distinct()
        found |= set(customers[: MOST_CUSTOMERS + 1])
    return found
