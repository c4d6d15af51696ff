"""What happened with the customer and what is coming: the tab, older pages, the middle of the overview."""

import datetime as dt
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.forms.talks import ComposerForm
from accounts.models import Bid, Commitment, Contract, Customer, Interaction, RivalMove
from accounts.panel import Opened, Panel
from accounts.queries.coming import open_and_coming
from accounts.queries.promises import open_promises
from accounts.timeline import Before, TimelineEntry, timeline_kinds, timeline_page
from ka_crm.people.models import User
from ka_crm.records.queries import business_today

PAGE = 30
NEWEST = 12
COMING = 20
COMING_ON_OVERVIEW = 6
PROMISES = 7
#: They fit one row; "All" leads to the rest.
CHIPS_ON_OVERVIEW = 7
Months = list[tuple[dt.date, list[TimelineEntry]]]


def context(opened: Opened) -> dict[str, Any]:
    """The composer, the chips, what is open, and a page of months; ``?kind=``, ``?before=``."""
    asked, today = opened.request.GET, business_today()
    kind, before = _kind(asked.get("kind", "")), _place(asked.get("before", ""))
    return {
        **_composer(opened.customer, today),
        "kind": kind,
        "chips": chips(opened.customer, kind),
        "is_older": before is not None,
        "newest_url": timeline_url(opened.customer, kind=kind),
        "coming": [] if before else open_and_coming(opened.customer, today=today, limit=COMING, kind=kind),
        **_page(opened.customer, opened.viewer, today, kind, before),
    }


def older_context(request: HttpRequest, customer: Customer, viewer: User) -> dict[str, Any]:
    """One older page, for the end of the list."""
    kind, before = _kind(request.GET.get("kind", "")), _place(request.GET.get("before", ""))
    if before is None:
        raise Http404
    shown = _page(customer, viewer, business_today(), kind, before)
    return {**shown, "customer": customer, "month_above": before.on.replace(day=1)}


def recent_context(opened: Opened) -> dict[str, Any]:
    """The middle of the overview: composer, what is open, the newest entries."""
    today = business_today()
    entries, before = timeline_page(opened.customer, viewer=opened.viewer, today=today, limit=NEWEST)
    return {
        **_composer(opened.customer, today),
        "chips": chips(opened.customer, "")[:CHIPS_ON_OVERVIEW],
        "coming": open_and_coming(opened.customer, today=today, limit=COMING_ON_OVERVIEW),
        "months": by_month(entries),
        "has_older": before is not None,
        "timeline_url": timeline_url(opened.customer),
    }


def promises_context(opened: Opened) -> dict[str, Any]:
    """The card of open promises, ours and theirs."""
    rows = open_promises(opened.customer, business_today(), PROMISES + 1)
    return {
        "promises": rows[:PROMISES],
        "has_more_promises": len(rows) > PROMISES,
        "promises_url": timeline_url(opened.customer, kind="promises"),
    }


def counted(customer: Customer, viewer: User) -> list["QuerySet[Any]"]:
    """What people entered: talks, promises, rivals' moves, contracts, bids."""
    models = (Interaction, Commitment, RivalMove, Contract, Bid)
    return [model.objects.kept().filter(customer=customer) for model in models]


def chips(customer: Customer, active: str) -> list[dict[str, Any]]:
    """Return the kinds as links."""
    kinds = {"": _("All"), **timeline_kinds()}
    return [
        {"label": label, "url": timeline_url(customer, kind=kind), "active": kind == active}
        for kind, label in kinds.items()
    ]


def timeline_url(customer: Customer, **query: str) -> str:
    """Return the address of the tab."""
    url = reverse("accounts:customer_tab", args=[customer.code, "timeline"])
    wanted = {name: value for name, value in query.items() if value}
    return f"{url}?{urlencode(wanted)}" if wanted else url


def by_month(entries: list[TimelineEntry]) -> Months:
    """Return entries, newest first, under the first days of their months."""
    return [(month, list(rows)) for month, rows in groupby(entries, lambda entry: entry.on.replace(day=1))]


def _composer(customer: Customer, today: dt.date) -> dict[str, Any]:
    return {"composer": ComposerForm(customer=customer, today=today)}


def _page(
    customer: Customer, viewer: User, today: dt.date, kind: str, before: Before | None
) -> dict[str, Any]:
    entries, following = timeline_page(
        customer, viewer=viewer, today=today, limit=PAGE, kind=kind, before=before
    )
    query = {"kind": kind, "before": str(following or "")}
    older_url = reverse("accounts:timeline_older", args=[customer.code])
    return {
        "months": by_month(entries),
        "older_page_url": timeline_url(customer, **query) if following else "",
        "older_url": f"{older_url}?{urlencode(query)}" if following else "",
    }


def _kind(text: str) -> str:
    if text and text not in timeline_kinds():
        raise Http404
    return text


def _place(text: str) -> Before | None:
    try:
        return Before.parse(text) if text else None
    except ValueError:
        raise Http404 from None


PANEL = Panel("timeline", _("Timeline"), "dossier/timeline.html", context, counted)
