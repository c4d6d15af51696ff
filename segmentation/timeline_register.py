"""What the register of key accounts tells in a customer's timeline: entered, left."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from accounts.timeline import Source, TimelineEntry, entry_key, strand
from ka_crm.people.models import User
from segmentation.models import KeyAccountTerm
from segmentation.views.selection_words import end_reason_text, types_text

_ENTERED, _LEFT = "key_entered", "key_left"


def _held(customer: Customer) -> "QuerySet[KeyAccountTerm]":
    """Terms that were in force for a day at least."""
    real = Q(to_on__isnull=True) | Q(to_on__gt=F("from_on"))
    return KeyAccountTerm.objects.filter(real, customer=customer).select_related("customer", "decided_by")


def _entered(customer: Customer, viewer: User) -> "QuerySet[Any]":
    return _held(customer).filter(from_on=F("since_on"))


def _left(customer: Customer, viewer: User) -> "QuerySet[Any]":
    goes_on = _held(customer).filter(from_on=OuterRef("to_on"))
    return _held(customer).filter(~Exists(goes_on), to_on__isnull=False).select_related("ended_by")


def _told_entered(rows: list[KeyAccountTerm], today: dt.date) -> Iterable[TimelineEntry]:
    for row in rows:
        yield _entry(
            row, row.from_on, _ENTERED, _("Became a key account"),
            types_text(row.types), row.reason,
        )  # fmt: skip


def _told_left(rows: list[KeyAccountTerm], today: dt.date) -> Iterable[TimelineEntry]:
    for row in rows:
        if row.to_on is not None:
            yield _entry(
                row, row.to_on, _LEFT, _("No longer a key account"), end_reason_text(row.end_reason), ""
            )


def _entry(row: KeyAccountTerm, on: dt.date, name: str, title: str, line: str, note: str) -> TimelineEntry:
    why = reverse("segmentation:why_customer", args=[row.customer.code])
    return TimelineEntry(
        on=on, kind="key", icon="star", title=title, key=entry_key(name, row.pk), line=line, note=note,
        url=f"{why}#key-account",
    )  # fmt: skip


SOURCES: tuple[Source, ...] = (
    Source("key", gettext_lazy("Key account"), strand(_ENTERED, _entered, "from_on", _told_entered), 82),
    Source("key", gettext_lazy("Key account"), strand(_LEFT, _left, "to_on", _told_left), 82),
)
