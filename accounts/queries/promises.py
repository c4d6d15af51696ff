"""Promises that are open: of one customer, and across the accounts of somebody."""

import datetime as dt
from dataclasses import dataclass

from accounts.models import Commitment, CommitmentState, Customer, Promiser
from accounts.models.dossier import DossierQuerySet
from accounts.rules.commitments import days_late
from ka_crm.people.models import User

#: Promises are due soon from this many days before their day.
SOON = dt.timedelta(days=7)


@dataclass(frozen=True)
class PromiseRow:
    """An open promise and by how many days it is late; 0 in time."""

    promise: Commitment
    days_late: int

    @property
    def is_ours(self) -> bool:
        return self.promise.promiser == Promiser.US


def open_promises(customer: Customer, today: dt.date, limit: int) -> list[PromiseRow]:
    """Return a customer's open promises, ours and theirs, the earliest due first."""
    return _rows(_open().filter(customer=customer), today, limit)


def promises_due(viewer: User, today: dt.date, limit: int) -> list[PromiseRow]:
    """Return open promises of the viewer's accounts that are late or due within a week, most late first."""
    mine = _open().visible_to(viewer).filter(customer__archived_at__isnull=True, due_on__lte=today + SOON)
    return _rows(mine, today, limit)


def _open() -> DossierQuerySet:
    rows: DossierQuerySet = Commitment.objects.kept().filter(state=CommitmentState.OPEN)
    return rows.select_related("contact", "owner", "customer")


def _rows(rows: DossierQuerySet, today: dt.date, limit: int) -> list[PromiseRow]:
    return [
        PromiseRow(one, days_late(one.state, one.due_on, one.settled_on, today))
        for one in rows.order_by("due_on", "pk")[:limit]
    ]
