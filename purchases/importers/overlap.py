"""Months that were loaded before: finding them, replacing them, deleting a batch's facts."""

import datetime as dt

from django.db import transaction
from django.db.models import Sum

from ka_crm.imports.importer import Removed
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.lib.periods import month_start
from purchases.importers.sums import Sums
from purchases.models import MonthlySales, OrderDay, SalesLine

_PART = 20_000


def months_loaded(indexes: list[int]) -> list[dt.date]:
    """Return those of the months (year × 12 + month − 1) that committed batches have sales in."""
    wanted = [month_start(index) for index in indexes]
    found = (
        MonthlySales.objects.filter(batch__state=BatchState.COMMITTED, month__in=wanted)
        .order_by("month")
        .values("month")
        .annotate(lines_left=Sum("lines"))
    )
    return [row["month"] for row in found if row["lines_left"]]


def amount_loaded(months: list[dt.date]) -> int:
    """Return what committed batches have sold in these months, in ten-thousandths."""
    committed = MonthlySales.objects.filter(batch__state=BatchState.COMMITTED, month__in=months)
    return committed.aggregate(amount=Sum("net_amount"))["amount"] or 0


def subtract_months(sums: Sums, indexes: list[int]) -> None:
    """Take away everything that committed batches have in these months."""
    names = ("customer_id", "store_id", "category_id", "month")
    values = ("net_amount", "quantity", "cost_amount", "lines", "uncosted_lines")
    months = [month_start(index) for index in indexes]
    committed = MonthlySales.objects.filter(batch__state=BatchState.COMMITTED, month__in=months)
    rows = committed.order_by().values_list(*names).annotate(*(Sum(name) for name in values))
    for customer, store, category, month, *amounts in rows:
        sums.take_month(customer, store, category, month, amounts)
    for start in months:
        end = (start + dt.timedelta(days=31)).replace(day=1)
        days = OrderDay.objects.filter(batch__state=BatchState.COMMITTED, date__gte=start, date__lt=end)
        for customer, day, amount in (
            days.order_by().values_list("customer_id", "date").annotate(Sum("net_amount"))
        ):
            sums.take_day(customer, day, amount)


def supersede_months(batch: ImportBatch, indexes: list[int]) -> None:
    """Let the batch take the place of all committed lines of these months."""
    committed = ImportBatch.objects.filter(kind="sales", state=BatchState.COMMITTED).exclude(pk=batch.pk)
    for start in map(month_start, indexes):
        end = (start + dt.timedelta(days=31)).replace(day=1)
        SalesLine.objects.filter(
            batch__in=committed.values("pk"), date__gte=start, date__lt=end, superseded_by__isnull=True
        ).update(superseded_by=batch)


def delete_batch(batch: ImportBatch, removed: Removed) -> None:
    """Delete a batch's lines and sums in short transactions."""
    for model in (MonthlySales, OrderDay, SalesLine):
        while True:
            ids = list(
                model._base_manager.filter(batch=batch).order_by().values_list("pk", flat=True)[:_PART]
            )
            if not ids:
                break
            with transaction.atomic():
                model._base_manager.filter(batch=batch, pk__gte=min(ids), pk__lte=max(ids))._raw_delete(
                    model._base_manager.db
                )
            if model is SalesLine:
                removed(len(ids))
