"""What the ledger and the credit limits say about solvency."""

import datetime as dt
from decimal import Decimal

from django.db.models import Q, QuerySet

from accounts.models import Contract, ContractState, Customer
from ka_crm.lib.money import to_scaled
from purchases.queries import is_ledger_known, overdue_by_customer
from segmentation.rules.solvency import LedgerView, ledger_view


def ledger_of(customer: Customer, on: dt.date) -> LedgerView:
    """Return what the ledger says about one customer on a day."""
    return ledgers_by_customer([customer.pk], on).get(customer.pk) or ledger_view(
        owed=0 if is_ledger_known() else None, long_overdue=0, limit=None
    )


def ledgers_by_customer(customers: "list[int] | QuerySet[Customer]", on: dt.date) -> dict[int, LedgerView]:
    """Return what the ledger says about those who owe anything on a day; two queries."""
    owed = overdue_by_customer(customers, on=on)
    limits = _limits(customers, on)
    return {
        pk: ledger_view(owed=row.open_amount, long_overdue=row.long_amount, limit=limits.get(pk))
        for pk, row in owed.items()
    }


def _limits(customers: "list[int] | QuerySet[Customer]", on: dt.date) -> dict[int, int]:
    """Credit limits of the contracts in force, in ten-thousandths; of several the newest counts."""
    holds = Q(end_on__isnull=True) | Q(end_on__gte=on)
    rows = Contract.objects.kept().filter(
        holds,
        customer__in=customers,
        state=ContractState.SIGNED,
        start_on__lte=on,
        credit_limit__isnull=False,
    )
    found: dict[int, Decimal] = {}
    for pk, limit in rows.order_by("start_on", "pk").values_list("customer_id", "credit_limit"):
        found[pk] = limit or Decimal(0)
    return {pk: to_scaled(limit) for pk, limit in found.items()}
