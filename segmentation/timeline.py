"""What the room of classes tells in a customer's timeline: its class and quadrant from run to run."""

import datetime as dt
from itertools import zip_longest

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from accounts.timeline import Before, Source, TimelineEntry, entry_key
from ka_crm.lib.shown import percent_text
from ka_crm.people.models import User
from segmentation.models import CustomerResult, RunState, SegmentationRun
from segmentation.views.wording import QUADRANTS


def read(
    customer: Customer, viewer: User, before: Before | None, limit: int, today: dt.date
) -> list[TimelineEntry]:
    """Return one result a month, the newest run's, beside the month before; newest first, one query."""
    rows = _newest_of_each_month().filter(customer=customer, run__as_of__lte=today)
    if before is not None:
        rows = rows.filter(run__as_of__lte=before.on)
    found = list(rows.select_related("run").order_by("-run__as_of", "-pk")[: limit + 2])
    url = reverse("accounts:customer_tab", args=[customer.code, "results"])
    entries = []
    for row, earlier in zip_longest(found, found[1:]):
        key = entry_key("results", row.pk)
        if before is None or before.holds(row.run.as_of, key):
            entries.append(_entry(row, earlier, key, url))
    return entries[:limit]


def _newest_of_each_month() -> "QuerySet[CustomerResult]":
    runs = SegmentationRun.objects.filter(state=RunState.COMPLETE).annotate(month=TruncMonth("as_of"))
    newer = runs.filter(month=OuterRef("month"), pk__gt=OuterRef("pk"))
    return CustomerResult.objects.filter(run__in=runs.filter(~Exists(newer)).order_by().values("pk"))


def _entry(row: CustomerResult, earlier: CustomerResult | None, key: str, url: str) -> TimelineEntry:
    quadrant = _word(row.quadrant)
    if earlier is None:
        title = _("Classified as %(quadrant)s") % {"quadrant": quadrant}
    elif earlier.quadrant == row.quadrant:
        title = _("Stays %(quadrant)s") % {"quadrant": quadrant}
    else:
        words = {"before": _word(earlier.quadrant), "after": quadrant}
        title = _("%(before)s becomes %(after)s") % words
    return TimelineEntry(
        on=row.run.as_of,
        kind="results",
        icon="grid-dots",
        title=title,
        key=key,
        line=_class_text(row, earlier),
        note=_share_text(row, earlier),
        url=url,
    )


def _word(quadrant: str) -> str:
    return capfirst(str(QUADRANTS.get(quadrant, quadrant)))


def _share_text(row: CustomerResult, earlier: CustomerResult | None) -> str:
    if row.share is None:
        return ""
    share = percent_text(row.share)
    if earlier is None or earlier.share is None:
        return _("share %(share)s") % {"share": share}
    return _("share %(share)s, was %(before)s") % {"share": share, "before": percent_text(earlier.share)}


def _class_text(row: CustomerResult, earlier: CustomerResult | None) -> str:
    stores = ""
    if row.stores:
        stores = _("%(below)s of %(all)s stores below market share") % {
            "below": row.stores_below,
            "all": row.stores,
        }
    if earlier is not None and earlier.cell != row.cell:
        text = _("class %(cell)s, was %(before)s") % {"cell": row.cell, "before": earlier.cell}
    else:
        text = _("class %(cell)s") % {"cell": row.cell}
    return " · ".join(part for part in (text, stores) if part)


SOURCES: tuple[Source, ...] = (Source("results", gettext_lazy("Results"), read, 80),)
