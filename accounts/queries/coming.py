"""What is open or coming at a customer: planned talks, open promises, due contacts, days of contracts."""

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Bid, BidResult, Contract, ContractState, Customer, Interaction, InteractionState
from accounts.queries.due_contacts import DueContact, rhythms_of
from accounts.queries.promises import PromiseRow, open_promises
from accounts.rules.contact_rhythm import days_overdue
from accounts.timeline import TimelineEntry, entry_key
from accounts.timeline_words import CHANNEL_ICONS, day_text, days_text, entry_url, names_of, short_line

#: Contracts are told of from so many days before they end or before the last day to give notice.
AHEAD = dt.timedelta(days=180)
#: Contacts that their rhythm asks for are told of from so many days before.
DUE_SOON = dt.timedelta(days=7)


def open_and_coming(customer: Customer, *, today: dt.date, limit: int, kind: str = "") -> list[TimelineEntry]:
    """Return what is open, furthest ahead first, and what is late at the end where today begins.

    Each kind gives at most ``limit`` entries, the most urgent; four kinds, at most eight queries.
    """
    found: list[TimelineEntry] = []
    if kind in ("", "contacts"):
        found += [_planned(row, today) for row in _plans(customer, limit)]
        due = [one for one in rhythms_of([customer.pk], today) if one.due_on <= today + DUE_SOON]
        found += [_due(one, customer) for one in due[:limit]]
    if kind in ("", "promises"):
        found += [_promise(row) for row in open_promises(customer, today, limit)]
    if kind in ("", "agreements"):
        found += _contracts(customer, today, limit)
        found += _bids(customer, today, limit)
    return sorted(found, key=lambda entry: entry.order, reverse=True)


def _plans(customer: Customer, limit: int) -> list[Interaction]:
    rows = Interaction.objects.kept().filter(customer=customer, state=InteractionState.PLANNED)
    return list(
        rows.select_related("customer", "owner").prefetch_related("contacts").order_by("on", "pk")[:limit]
    )


def _planned(row: Interaction, today: dt.date) -> TimelineEntry:
    late = days_overdue(row.on, today)
    place = ", ".join(part for part in (f"{row.at:%H:%M}" if row.at else "", row.place) if part)
    return TimelineEntry(
        on=row.on,
        at=row.at,
        kind="contacts",
        icon="calendar" if row.purpose == "talks" else CHANNEL_ICONS.get(row.channel, "calendar"),
        title=row.subject,
        key=entry_key("talk", row.pk),
        line=short_line(str(row.get_channel_display()), names_of(row), row.owner.name if row.owner else ""),
        note=_("not held yet") if late else place,
        tone="late" if late else "coming",
        url=entry_url(row, row.customer.code),
        opens_form=True,
        tick_url=reverse("accounts:talk_hold", args=[row.customer.code, row.pk]),
        tick=_("Held"),
        version=row.version,
    )


def _promise(row: PromiseRow) -> TimelineEntry:
    promise = row.promise
    person = promise.contact.name if promise.contact else ""
    who = _("to %(name)s") if row.is_ours else _("theirs, %(name)s")
    alone = _("ours") if row.is_ours else _("theirs")
    said = _("promised on %(day)s") % {"day": day_text(promise.promised_on)}
    return TimelineEntry(
        on=promise.due_on,
        kind="promises",
        icon="checks",
        title=promise.text,
        key=entry_key("promise", promise.pk),
        line=short_line(who % {"name": person} if person else alone, said),
        note=days_text(row.days_late) if row.days_late else "",
        tone="late" if row.days_late else "coming",
        url=entry_url(promise, promise.customer.code),
        opens_form=True,
        tick_url=reverse("accounts:promise_keep", args=[promise.customer.code, promise.pk]),
        tick=_("Kept"),
        version=promise.version,
    )


def _due(one: DueContact, customer: Customer) -> TimelineEntry:
    cadence = one.cadence
    name = cadence.contact.name if cadence.contact else customer.name
    last = _("last contact %(day)s") % {"day": day_text(one.last_on)} if one.last_on else _("no contact yet")
    url = reverse("accounts:entry_new", args=[customer.code, "interaction"])
    preset = f"?contacts={cadence.contact_id}" if cadence.contact_id else ""
    return TimelineEntry(
        on=one.due_on,
        kind="contacts",
        icon=CHANNEL_ICONS.get(cadence.channel, "phone"),
        title=_("Get in touch with %(name)s") % {"name": name},
        key=entry_key("due", cadence.pk),
        line=short_line(last, _("every %(n)s days") % {"n": cadence.every_days}, cadence.topic),
        note=days_text(one.days_overdue) if one.days_overdue else "",
        tone="late" if one.days_overdue else "coming",
        url=url + preset,
        opens_form=True,
    )


def _contracts(customer: Customer, today: dt.date, limit: int) -> list[TimelineEntry]:
    soon = (today, today + AHEAD)
    rows = Contract.objects.kept().filter(
        Q(notice_on__range=soon) | Q(end_on__range=soon), customer=customer, state=ContractState.SIGNED
    )
    found = []
    for row in rows.select_related("customer").order_by("end_on", "pk")[:limit]:
        ends = _("ends %(day)s") % {"day": day_text(row.end_on)} if row.end_on else ""
        if row.notice_on and row.notice_on >= today:
            found.append(_contract(row, row.notice_on, _("Last day of notice: %(title)s"), ends))
        elif row.end_on:
            found.append(_contract(row, row.end_on, _("Ends: %(title)s"), ""))
    return found


def _contract(row: Contract, on: dt.date, words: str, line: str) -> TimelineEntry:
    return TimelineEntry(
        on=on,
        kind="agreements",
        icon="clock",
        title=words % {"title": row.title},
        key=entry_key("contract", row.pk),
        line=line,
        tone="coming",
        url=entry_url(row, row.customer.code),
        opens_form=True,
    )


def _bids(customer: Customer, today: dt.date, limit: int) -> list[TimelineEntry]:
    rows = Bid.objects.kept().filter(customer=customer, result=BidResult.OPEN, decision_due_on__isnull=False)
    chosen = rows.select_related("customer").order_by("decision_due_on", "pk")[:limit]
    return [_bid(row, row.decision_due_on, today) for row in chosen if row.decision_due_on]


def _bid(row: Bid, on: dt.date, today: dt.date) -> TimelineEntry:
    late = days_overdue(on, today)
    return TimelineEntry(
        on=on,
        kind="agreements",
        icon="file-text",
        title=_("Decision expected: %(title)s") % {"title": row.title},
        key=entry_key("bid", row.pk),
        line=short_line(_("handed in on %(day)s") % {"day": day_text(row.submitted_on)}),
        note=days_text(late) if late else "",
        tone="late" if late else "coming",
        url=entry_url(row, row.customer.code),
        opens_form=True,
    )
