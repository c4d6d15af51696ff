"""What the room of visits tells in a customer's timeline: store visits, one line a month."""

import datetime as dt

from django.db.models import Count, Max
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Customer
from accounts.timeline import Before, Source, TimelineEntry, entry_key
from accounts.visibility import store_scope
from ka_crm.lib.periods import month_index, month_start
from ka_crm.people.models import User
from visits.models import Observation
from visits.queries.open_rounds import not_of_open_rounds


def read(
    customer: Customer, viewer: User, before: Before | None, limit: int, today: dt.date
) -> list[TimelineEntry]:
    """Return the months in which stores were counted that the viewer may see, newest first; one query.

    A month stands on its last day, the running one on today.
    """
    rows = Observation.objects.filter(
        store_scope(viewer, "store__"),
        not_of_open_rounds(viewer, "visit"),
        store__customer=customer,
        is_live=True,
        date__lte=today,
    )
    if before is not None:
        rows = rows.filter(date__lt=month_start(month_index(before.on) + 1))
    months = (
        rows.order_by()
        .annotate(month=TruncMonth("date"))
        .values("month")
        .annotate(stores=Count("store", distinct=True), days=Count("date", distinct=True), last=Max("date"))
        .order_by("-month")
    )
    url = reverse("accounts:customer_tab", args=[customer.code, "stores"])
    found = []
    for row in months[: limit + 1]:  # one more: the first may lie before the place where the page begins
        key = entry_key("visits", month_index(row["month"]))
        on = min(month_start(month_index(row["month"]) + 1) - dt.timedelta(days=1), today)
        if before is not None and not before.holds(on, key):
            continue
        stores = ngettext("%(n)s store visited", "%(n)s stores visited", row["stores"])
        last = _("last on %(day)s")
        days = ngettext("on %(n)s day", "on %(n)s days", row["days"])
        found.append(
            TimelineEntry(
                on=on,
                kind="visits",
                icon="map-pin",
                title=stores % {"n": row["stores"]},
                key=key,
                line=f"{days % {'n': row['days']}}, {last % {'day': date_format(row['last'], 'j M')}}",
                url=url,
            )
        )
    return found[:limit]


SOURCES: tuple[Source, ...] = (Source("visits", gettext_lazy("Visits"), read, 40),)
