"""What serving customers costs."""

import datetime as dt

from django.db.models import Sum

from purchases.models import AccountCost


def costs_to_serve(*, first: dt.date, end: dt.date) -> dict[int, int]:
    """Return what serving each customer cost in the months from ``first`` to before ``end``, all kinds
    together; customers without any are left out."""
    rows = AccountCost.objects.counted().filter(month__gte=first, month__lt=end).order_by()
    return dict(rows.values_list("customer").annotate(sum=Sum("amount")))


def cost_to_serve_of(customer_id: int, *, first: dt.date, end: dt.date) -> dict[str, int]:
    """Return what serving a customer cost by kind, in the months from ``first`` to before ``end``.

    Ten-thousandths; kinds that nobody stated are missing: they are unknown, not nought.
    """
    rows = AccountCost.objects.counted().filter(customer=customer_id, month__gte=first, month__lt=end)
    return dict(rows.order_by().values_list("kind").annotate(sum=Sum("amount")).order_by("kind"))
