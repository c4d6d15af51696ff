"""Writes of accounts' standings: the dossier's own part here, other rooms' parts through ``set_standing``."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from accounts.models import AccountStanding
from accounts.queries.standing import dossier_standings
from ka_crm.lib.bulk import chunked
from ka_crm.records.queries import business_today

_PART = 500


def refresh_standing(*, customers: Iterable[int]) -> None:
    """Bring the dossier's part of these customers' standings up to date, in short transactions."""
    today = business_today()
    for part in chunked(customers, _PART):
        set_standing(values=dossier_standings(list(part), today))


def set_standing(*, values: Mapping[int, Mapping[str, Any]]) -> None:
    """Write some columns of the standings of customers; all rows name the same columns.

    Rows that say it already are left alone: most of them, every night.
    """
    if not values:
        return
    names = sorted(next(iter(values.values())))
    stored = AccountStanding.objects.filter(pk__in=list(values)).order_by().values("pk", *names)
    same = {row.pop("pk"): row for row in stored}
    rows = [AccountStanding(customer_id=key, **row) for key, row in values.items() if same.get(key) != row]
    if not rows:
        return
    with transaction.atomic():
        AccountStanding.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["customer"], update_fields=[*names, "refreshed_at"]
        )
