"""What the room of accounts tells in the timeline: contacts, promises, rivals, agreements, changes."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import timeline_agreements as agreements
from accounts import timeline_changes as changes
from accounts.models import (
    Commitment,
    CommitmentState,
    Customer,
    Interaction,
    InteractionState,
    Promiser,
    RivalMove,
)
from accounts.rules.commitments import days_late
from accounts.timeline import Source, TimelineEntry, entry_key, strand
from accounts.timeline_words import (
    CHANNEL_ICONS,
    day_text,
    days_text,
    entry_url,
    names_of,
    own_entries,
    short_line,
)
from ka_crm.people.models import User

Entries = Iterable[TimelineEntry]


def _held(customer: Customer, viewer: User) -> "QuerySet[Any]":
    held: QuerySet[Any] = Interaction.objects.kept().filter(customer=customer, state=InteractionState.DONE)
    return held.select_related("customer", "owner").prefetch_related("contacts")


def _talks(rows: list[Interaction], today: dt.date) -> Entries:
    for row in rows:
        names, is_note = names_of(row), row.channel == "note"
        subject = row.subject
        title = subject if is_note else ", ".join(part for part in (row.get_channel_display(), names) if part)
        yield TimelineEntry(
            on=row.on,
            at=row.at,
            kind="contacts",
            icon=CHANNEL_ICONS.get(row.channel, "note"),
            title=title,
            key=entry_key("talk", row.pk),
            line=short_line(names if is_note else subject, row.text),
            note=row.place,
            url=entry_url(row, row.customer.code),
            opens_form=True,
        )


def _whom(row: Commitment) -> str:
    person = row.contact.name if row.contact else ""
    if row.promiser == Promiser.US:
        return _("Promised to %(name)s") % {"name": person} if person else _("Promised by us")
    return _("Promised by %(name)s") % {"name": person} if person else _("Promised by them")


def _made(rows: list[Commitment], today: dt.date) -> Entries:
    for row in rows:
        due = _("due %(day)s") % {"day": day_text(row.due_on)}
        yield TimelineEntry(
            on=row.promised_on,
            kind="promises",
            icon="checks",
            title=row.text,
            key=entry_key("promise_made", row.pk),
            line=short_line(_whom(row), due),
            url=entry_url(row, row.customer.code),
            opens_form=True,
        )


_SETTLED = {
    CommitmentState.KEPT: ("circle-check", gettext_lazy("Kept: %(text)s")),
    CommitmentState.BROKEN: ("circle-x", gettext_lazy("Broken: %(text)s")),
    CommitmentState.WITHDRAWN: ("minus", gettext_lazy("Withdrawn: %(text)s")),
}


def _settled_rows(customer: Customer, viewer: User) -> "QuerySet[Any]":
    rows: QuerySet[Any] = own_entries(Commitment, "contact")(customer, viewer)
    return rows.exclude(state=CommitmentState.OPEN)


def _settled(rows: list[Commitment], today: dt.date) -> Entries:
    for row in rows:
        icon, words = _SETTLED[CommitmentState(row.state)]
        late = days_late(row.state, row.due_on, row.settled_on, today)
        yield TimelineEntry(
            on=row.settled_on or row.due_on,
            kind="promises",
            icon=icon,
            title=str(words) % {"text": row.text},
            key=entry_key("promise_settled", row.pk),
            line=short_line(_whom(row), row.note),
            note=days_text(late) if late else "",
            tone="late" if late or row.state == CommitmentState.BROKEN else "ok",
            url=entry_url(row, row.customer.code),
            opens_form=True,
        )


def _moves(rows: list[RivalMove], today: dt.date) -> Entries:
    for row in rows:
        met = row.contact.name if row.contact else row.met_text
        words = {"rival": row.competitor.name, "met": met}
        url = entry_url(row, row.customer.code)
        yield TimelineEntry(
            on=row.on,
            kind="rivals",
            icon="sword",
            title=_("%(rival)s met %(met)s") % words if met else row.competitor.name,
            key=entry_key("rival", row.pk),
            line=short_line(
                row.said, row.papers, _("From %(who)s") % {"who": row.heard_from} if row.heard_from else ""
            ),
            tone="rival",
            url=url,
            opens_form=bool(url),
        )


SOURCES: tuple[Source, ...] = (
    Source("contacts", gettext_lazy("Contacts"), strand("talk", _held, "on", _talks), 10),
    Source(
        "promises",
        gettext_lazy("Promises"),
        strand("promise_made", own_entries(Commitment, "contact"), "promised_on", _made),
        20,
    ),
    Source(
        "promises",
        gettext_lazy("Promises"),
        strand("promise_settled", _settled_rows, "settled_on", _settled),
        20,
    ),
    Source(
        "rivals",
        gettext_lazy("Rivals"),
        strand("rival", own_entries(RivalMove, "competitor", "contact"), "on", _moves),
        30,
    ),
    *agreements.SOURCES,
    *changes.SOURCES,
)
