"""What customers owe us, and what of it is late."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet, Sum

from accounts.models import Customer
from purchases.models import Receivable

#: Later than this many days burns.
LONG_OVERDUE = 60


@dataclass(frozen=True)
class Overdue:
    """What a customer owes, in ten-thousandths, credit notes taken off.

    ``open_amount`` is everything not paid, ``amount`` what was due before the day, ``invoices`` how many
    invoices that are, ``oldest_days`` how long the oldest has been due, ``long_amount`` what has been due
    for more than 60 days.
    """

    open_amount: int = 0
    amount: int = 0
    invoices: int = 0
    oldest_days: int = 0
    long_amount: int = 0


def is_ledger_known() -> bool:
    """Return whether receivables were ever stated: without any, what is overdue is unknown, not nothing."""
    return Receivable.objects.counted().exists()


def overdue_of(customer_id: int, *, on: dt.date) -> Overdue | None:
    """Return what a customer owes on a day by the ledger of now; ``None`` where there is no ledger at all."""
    found = overdue_by_customer([customer_id], on=on).get(customer_id)
    if found is None and is_ledger_known():
        return Overdue()
    return found


def overdue_by_customer(customers: "list[int] | QuerySet[Customer]", *, on: dt.date) -> dict[int, Overdue]:
    """Return what these customers owe, in one query; who owes nothing is left out.

    What was paid since ``on`` is not known any more: it counts as paid then.
    """
    late = Q(due_on__lt=on)
    rows = (
        Receivable.objects.counted()
        .filter(~Q(open_amount=0), customer__in=customers)
        .order_by()
        .values("customer")
        .annotate(
            open=Sum("open_amount"),
            late=Sum("open_amount", filter=late),
            count=Count("pk", filter=late & Q(open_amount__gt=0)),
            oldest=Min("due_on", filter=late & Q(open_amount__gt=0)),
            long=Sum("open_amount", filter=Q(due_on__lt=on - dt.timedelta(days=LONG_OVERDUE))),
        )
    )
    return {
        row["customer"]: Overdue(
            open_amount=row["open"],
            amount=row["late"] or 0,
            invoices=row["count"],
            oldest_days=(on - row["oldest"]).days if row["oldest"] else 0,
            long_amount=row["long"] or 0,
        )
        for row in rows
    }
