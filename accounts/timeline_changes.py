"""Who answered for the customer, and what became of its record, in the timeline."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import (
    Customer,
    Ownership,
    RecordMerge,
)
from accounts.timeline import Source, TimelineEntry, entry_key, strand
from accounts.timeline_words import day_text, short_line
from ka_crm.people.models import User
from ka_crm.records.models import AuditRow

Entries = Iterable[TimelineEntry]
#: Changes of the customer itself that the account remembers; the tab History has all.
_TOLD_FIELDS = ("name", "parent", "channel", "format")


def _owners(customer: Customer, viewer: User) -> "QuerySet[Any]":
    return Ownership.objects.filter(customer=customer).select_related("kam")


def _took_over(rows: list[Ownership], today: dt.date) -> Entries:
    for row in rows:
        yield TimelineEntry(
            on=row.from_on,
            kind="changes",
            icon="user",
            title=_("%(name)s answers for it") % {"name": row.kam.name},
            key=entry_key("owner", row.pk),
            line=_("until %(day)s") % {"day": day_text(row.to_on)} if row.to_on else "",
        )


def _acts(customer: Customer, viewer: User) -> "QuerySet[Any]":
    told = Q(action__in=("archive", "restore")) | Q(action="update", after__has_any_keys=_TOLD_FIELDS)
    rows = AuditRow.objects.filter(told, record_type="accounts.customer", record_id=str(customer.pk))
    return rows.select_related("by").annotate(day=TruncDate("at"))


def _changed(rows: list[Any], today: dt.date) -> Entries:
    words = {"archive": _("Archived"), "restore": _("Restored")}
    labels = {name: Customer._meta.get_field(name).verbose_name for name in _TOLD_FIELDS}  # type: ignore[union-attr]
    for row in rows:
        fields = ", ".join(str(labels[name]) for name in _TOLD_FIELDS if name in row.after)
        yield TimelineEntry(
            on=row.day,
            kind="changes",
            icon="edit",
            title=words.get(row.action) or _("Changed: %(fields)s") % {"fields": fields},
            key=entry_key("act", row.pk),
            line=short_line(row.by.name if row.by else _("the product itself"), row.reason),
        )


def _merges(customer: Customer, viewer: User) -> "QuerySet[Any]":
    rows = RecordMerge.objects.filter(
        record_type="accounts.customer", kept_id=customer.pk, undone_at__isnull=True
    )
    return rows.select_related("by").annotate(day=TruncDate("at"))


def _made_one(rows: list[Any], today: dt.date) -> Entries:
    ids = [row.merged_id for row in rows]
    names = dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    for row in rows:
        yield TimelineEntry(
            on=row.day,
            kind="changes",
            icon="copy",
            title=_("Made one with %(name)s") % {"name": names.get(row.merged_id, "?")},
            key=entry_key("merge", row.pk),
            line=row.by.name if row.by else "",
        )


_CHANGES = gettext_lazy("Changes")
SOURCES: tuple[Source, ...] = (
    Source("changes", _CHANGES, strand("owner", _owners, "from_on", _took_over), 90),
    Source("changes", _CHANGES, strand("act", _acts, "day", _changed), 90),
    Source("changes", _CHANGES, strand("merge", _merges, "day", _made_one), 90),
)
