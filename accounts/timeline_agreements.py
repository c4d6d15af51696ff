"""Contracts, tenders and offers in the timeline."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import (
    Bid,
    BidResult,
    Contract,
    Customer,
)
from accounts.timeline import Source, TimelineEntry, entry_key, strand
from accounts.timeline_words import entry_url, own_entries, short_line
from ka_crm.lib.money import to_scaled
from ka_crm.lib.shown import money_text
from ka_crm.people.models import User

Entries = Iterable[TimelineEntry]


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

    return strand(name, own_entries(Contract), day, entries)


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
    rows: QuerySet[Any] = own_entries(Bid, "competitor")(customer, viewer)
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


_AGREEMENTS = gettext_lazy("Agreements")
SOURCES: tuple[Source, ...] = (
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
    Source("agreements", _AGREEMENTS, strand("bid", own_entries(Bid), "submitted_on", _handed_in), 60),
    Source("agreements", _AGREEMENTS, strand("bid_decided", _decided_rows, "decided_on", _decided), 60),
)
