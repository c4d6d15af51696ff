"""What flags tell in a customer's timeline: a store flagged, a measure done, a flag closed."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Min, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Customer
from accounts.timeline import Before, Source, TimelineEntry, entry_key, strand
from ka_crm.lib import shown
from ka_crm.people.models import User
from visits.models import Flag, FlagState, Measure
from visits.queries.flags import flags_seen_by, measures_seen_by


def read_opened(
    customer: Customer, viewer: User, before: Before | None, limit: int, today: dt.date
) -> list[TimelineEntry]:
    """Return the days on which stores were flagged, newest first; a run may flag many: one line a day."""
    rows = flags_seen_by(viewer).filter(store__customer=customer, opened_on__lte=today)
    if before is not None:
        rows = rows.filter(opened_on__lte=before.on)
    days = (
        rows.order_by()
        .values("opened_on")
        .annotate(
            stores=Count("store", distinct=True), gap=Sum("opening_gap_amount"), name=Min("store__name")
        )
        .order_by("-opened_on")
    )
    url = f"{reverse('flags:list')}?{urlencode({'view': 'open', 'chain': customer.code})}"
    found = []
    for row in days[: limit + 1]:  # one more: the first may lie before the place where the page begins
        key = entry_key("flag_opened", row["opened_on"].toordinal())
        if before is not None and not before.holds(row["opened_on"], key):
            continue
        title = ngettext(
            "%(name)s is surely below market share",
            "%(n)s stores are surely below market share",
            row["stores"],
        ) % {"n": row["stores"], "name": row["name"]}
        line = _("flagged, about %(amount)s a month") % {"amount": shown.about_money_text(row["gap"])}
        found.append(
            TimelineEntry(
                on=row["opened_on"], kind="flags", icon="flag", title=title, key=key, line=line, url=url
            )
        )
    return found[:limit]


def _closed(customer: Customer, viewer: User) -> "QuerySet[Flag]":
    return flags_seen_by(viewer).filter(store__customer=customer, state=FlagState.CLOSED)


def _measures(customer: Customer, viewer: User) -> "QuerySet[Measure]":
    done = measures_seen_by(viewer).filter(flag__store__customer=customer, done_on__isnull=False)
    return done.filter(cancelled_at__isnull=True)


def _measure_entries(rows: list[Any], today: dt.date) -> Iterable[TimelineEntry]:
    for measure in rows:
        yield TimelineEntry(
            on=measure.done_on,
            kind="flags",
            icon="check",
            title=measure.text,
            key=entry_key("flag_measure", measure.pk),
            note=measure.flag.store.name,
            line=f"{measure.get_kind_display()}, {measure.owner}",
            url=reverse("flags:flag", args=[measure.flag_id]),
        )


def _closed_entries(rows: list[Any], today: dt.date) -> Iterable[TimelineEntry]:
    for flag in rows:
        yield TimelineEntry(
            on=flag.closed_on,
            kind="flags",
            icon="flag",
            title=_("Flag of %(store)s closed") % {"store": flag.store.name},
            key=entry_key("flag_closed", flag.pk),
            line=str(flag.get_outcome_display()),
            url=reverse("flags:flag", args=[flag.pk]),
        )


_READERS = (
    read_opened,
    strand("flag_measure", _measures, "done_on", _measure_entries),
    strand("flag_closed", _closed, "closed_on", _closed_entries),
)
FLAG_SOURCES: tuple[Source, ...] = tuple(
    Source("flags", gettext_lazy("Flags"), read, 45) for read in _READERS
)
