"""Who answers for imported customers."""

import datetime as dt
from collections.abc import Hashable, Mapping

from django.db import transaction

from accounts.models import Customer, Ownership
from ka_crm.imports.changes import remember_created, remember_updated
from ka_crm.imports.models import ImportBatch
from ka_crm.lib.bulk import chunked, load_rows
from ka_crm.people.models import User


class Owners:
    """Finds users by mail address and keeps the history of responsibility."""

    def __init__(self) -> None:
        self._ids = {
            email.lower(): pk for pk, email in User.objects.filter(is_active=True).values_list("pk", "email")
        }

    def id_of(self, email: str) -> int | None:
        """Return the id of an active user."""
        return self._ids.get(email)

    def hand_over(self, batch: ImportBatch, owned: Mapping[Hashable, int], today: dt.date) -> None:
        """Close the open ownership of these customers (by code) and open a new one from today."""
        for part in chunked(owned.items(), 1000):
            with transaction.atomic():
                self._hand_over(batch, dict(part), today)

    def _hand_over(self, batch: ImportBatch, codes: dict[Hashable, int], today: dt.date) -> None:
        ids = dict(Customer.objects.filter(code__in=codes).values_list("id", "code"))
        still_open = Ownership.objects.filter(customer_id__in=ids, to_on__isnull=True)
        before = {pk: {"to_on": None} for pk in still_open.values_list("pk", flat=True)}
        still_open.update(to_on=today)
        remember_updated(batch, Ownership, before)
        newest = Ownership.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        rows = [(customer, codes[code], today, None) for customer, code in ids.items()]
        load_rows(Ownership, ("customer_id", "kam_id", "from_on", "to_on"), rows)
        remember_created(
            batch, Ownership, Ownership.objects.filter(pk__gt=newest).values_list("pk", flat=True)
        )
