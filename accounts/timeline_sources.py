"""What the room of accounts tells in the timeline: contacts, promises, rivals, agreements, changes."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.dossier_records import record_kinds
from accounts.models import (
    Bid,
    BidResult,
    Commitment,
    CommitmentState,
    Contract,
    Customer,
    DossierEntry,
    Interaction,
    InteractionState,
    Ownership,
    Promiser,
    RecordMerge,
    RivalMove,
)
from accounts.rules.commitments import days_late
from accounts.timeline import Source, TimelineEntry, entry_key, strand
from ka_crm.lib.money import to_scaled
from ka_crm.lib.shown import money_text
from ka_crm.people.models import User
from ka_crm.records.models import AuditRow

Entries = Iterable[TimelineEntry]
CHANNEL_ICONS = {
    "meeting": "users", "visit": "map-pin", "phone": "phone", "mail": "mail", "event": "calendar",
    "social": "link", "app": "phone", "note": "note",
}  # fmt: skip
#: Changes of the customer itself that the account remembers; the tab History has all.
_TOLD_FIELDS = ("name", "parent", "channel", "format")
_LONGEST_LINE = 220


def entry_url(entry: DossierEntry, code: str) -> str:
    """Return the address of an entry's form; empty where no room has one."""
    for kind in record_kinds():
        if kind.model is type(entry):
            return reverse("accounts:entry_edit", args=[code, kind.key, entry.pk])
    return ""


def names_of(interaction: Interaction) -> str:
    """Return who took part; the names must be prefetched."""
    return ", ".join(sorted(contact.name for contact in interaction.contacts.all()))


def short_line(*parts: str) -> str:
    """Return texts as one quiet line."""
    return Truncator(" · ".join(part.strip() for part in parts if part and part.strip())).chars(_LONGEST_LINE)


def day_text(day: dt.date) -> str:
    """Return a day as lines write it: 1 Nov 2022."""
    return date_format(day, "j M Y")


def days_text(days: int) -> str:
    """Return by how much something is late, in words."""
    return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}


def _own(model: type[DossierEntry], *related: str) -> Any:
    def rows(customer: Customer, viewer: User) -> "QuerySet[Any]":
        return model._default_manager.kept().filter(customer=customer).select_related("customer", *related)  # type: ignore[attr-defined, no-any-return]

    return rows


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
    rows: QuerySet[Any] = _own(Commitment, "contact")(customer, viewer)
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


def _contract(name: str, day: str, icon: str, words: Any) -> Any:
    def entries(rows: list[Contract], today: dt.date) -> Entries:
        for row in rows:
            terms = _("payment within %(n)s days") % {"n": row.payment_days} if row.payment_days else ""
            yield TimelineEntry(
                on=getattr(row, day),
                kind="agreements",
                icon=icon,
                title=str(words) % {"title": row.title},
                key=entry_key(name, row.pk),
                line=short_line(terms, row.terms),
                url=entry_url(row, row.customer.code),
                opens_form=True,
            )

    return strand(name, _own(Contract), day, entries)


def bid_line(row: Bid) -> str:
    """Return what is worth knowing of a bid in one line: amount, who got it, why."""
    amount = money_text(to_scaled(row.amount)) if row.amount is not None else ""
    went = _("To %(rival)s") % {"rival": row.competitor.name} if row.competitor else ""
    reason = row.get_reason_display() if row.reason else ""
    return short_line(amount, went, str(reason), row.reason_text)


def _handed_in(rows: list[Bid], today: dt.date) -> Entries:
    for row in rows:
        words = _("Tender: %(title)s") if row.kind == "tender" else _("Offer: %(title)s")
        yield TimelineEntry(
            on=row.submitted_on,
            kind="agreements",
            icon="file-text",
            title=words % {"title": row.title},
            key=entry_key("bid", row.pk),
            line=short_line(money_text(to_scaled(row.amount)) if row.amount is not None else ""),
            url=entry_url(row, row.customer.code),
            opens_form=True,
        )


_RESULTS = {
    BidResult.WON: ("star", "ok", gettext_lazy("Won: %(title)s")),
    BidResult.LOST: ("trending-down", "late", gettext_lazy("Lost: %(title)s")),
    BidResult.CANCELLED: ("minus", "", gettext_lazy("Called off: %(title)s")),
}


def _decided_rows(customer: Customer, viewer: User) -> "QuerySet[Any]":
    rows: QuerySet[Any] = _own(Bid, "competitor")(customer, viewer)
    return rows.exclude(result=BidResult.OPEN)


def _decided(rows: list[Bid], today: dt.date) -> Entries:
    for row in rows:
        icon, tone, words = _RESULTS[BidResult(row.result)]
        yield TimelineEntry(
            on=row.decided_on or row.submitted_on,
            kind="agreements",
            icon=icon,
            title=str(words) % {"title": row.title},
            key=entry_key("bid_decided", row.pk),
            line=bid_line(row) or _("Reason not recorded"),
            tone=tone,
            url=entry_url(row, row.customer.code),
            opens_form=True,
        )


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


_AGREEMENTS = gettext_lazy("Agreements")
_CHANGES = gettext_lazy("Changes")
SOURCES: tuple[Source, ...] = (
    Source("contacts", gettext_lazy("Contacts"), strand("talk", _held, "on", _talks), 10),
    Source(
        "promises",
        gettext_lazy("Promises"),
        strand("promise_made", _own(Commitment, "contact"), "promised_on", _made),
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
        strand("rival", _own(RivalMove, "competitor", "contact"), "on", _moves),
        30,
    ),
    Source(
        "agreements",
        _AGREEMENTS,
        _contract("contract_begin", "start_on", "file-text", gettext_lazy("Begins: %(title)s")),
        60,
    ),
    Source(
        "agreements",
        _AGREEMENTS,
        _contract("contract_end", "end_on", "file-text", gettext_lazy("Ended: %(title)s")),
        60,
    ),
    Source(
        "agreements",
        _AGREEMENTS,
        _contract("contract_notice", "notice_on", "clock", gettext_lazy("Last day of notice: %(title)s")),
        60,
    ),
    Source("agreements", _AGREEMENTS, strand("bid", _own(Bid), "submitted_on", _handed_in), 60),
    Source("agreements", _AGREEMENTS, strand("bid_decided", _decided_rows, "decided_on", _decided), 60),
    Source("changes", _CHANGES, strand("owner", _owners, "from_on", _took_over), 90),
    Source("changes", _CHANGES, strand("act", _acts, "day", _changed), 90),
    Source("changes", _CHANGES, strand("merge", _merges, "day", _made_one), 90),
)
