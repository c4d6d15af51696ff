"""Reads of contracts."""

import datetime as dt

from django.db.models import Q

from accounts.models import Contract, ContractState, Customer


def contracts_in_force(customer: Customer, *, on: dt.date) -> list[Contract]:
    """Return the signed contracts that hold on a day, the newest first."""
    holds = Q(end_on__isnull=True) | Q(end_on__gte=on)
    rows = Contract.objects.kept().filter(holds, customer=customer, state=ContractState.SIGNED)
    return list(rows.filter(start_on__lte=on).order_by("-start_on", "-pk"))
