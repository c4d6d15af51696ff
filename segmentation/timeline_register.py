"""What the register of key accounts tells in a customer's timeline: entered, left."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from accounts.timeline import Before, Source, TimelineEntry, entry_key
from ka_crm.people.models import User
from segmentation.models import KeyAccountTerm
from segmentation.views.selection_words import end_reason_text, types_text

_ENTERED, _LEFT = "key_entered", "key_left"
_MOST = 200


def read(
    customer: Customer, viewer: User, before: Before | None, limit: int, today: dt.date
) -> list[TimelineEntry]:
    """Return when it became a key account and ceased to be one, newest first; one query, since a selection
    a year makes few terms."""
    rows = KeyAccountTerm.objects.filter(customer=customer).select_related("customer")
    real = [row for row in rows.order_by("-from_on", "-pk")[:_MOST] if row.to_on != row.from_on]
    begins = {row.from_on for row in real}
    found = [
        _entry(row, row.from_on, _ENTERED, _("Became a key account"), types_text(row.types), row.reason)
        for row in real
        if row.from_on == row.since_on
    ]
    found += [
        _entry(row, row.to_on, _LEFT, _("No longer a key account"), end_reason_text(row.end_reason), "")
        for row in real
        if row.to_on is not None and row.to_on not in begins
    ]
    shown = [one for one in found if one.on <= today and (before is None or before.holds(one.on, one.key))]
    return sorted(shown, key=lambda one: one.order, reverse=True)[:limit]


def _entry(row: KeyAccountTerm, on: dt.date, name: str, title: str, line: str, note: str) -> TimelineEntry:
    why = reverse("segmentation:why_customer", args=[row.customer.code])
    return TimelineEntry(
        on=on, kind="key", icon="star", title=title, key=entry_key(name, row.pk), line=line, note=note,
        url=f"{why}#key-account",
    )  # fmt: skip


SOURCES: tuple[Source, ...] = (Source("key", gettext_lazy("Key account"), read, 82),)
