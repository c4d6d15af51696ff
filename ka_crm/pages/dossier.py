"""The shell of the dossier: its header and the register of its panels.

A tab is one line in ``PANELS``; the page, its address, its fragment and its place in the row follow from
it (docs/howto/add-to-the-dossier.md). Panels of single rooms stand in the rooms; here are those that join.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.dossier_records import record_kind
from accounts.models import Customer
from accounts.panel import Panel
from accounts.panels import decision_map, documents, general, team, timeline
from accounts.permissions import may_edit_accounts, may_organise
from accounts.queries import customer_by_code, owners_of
from accounts.visibility import store_scope
from ka_crm.lib.counts import counts_in_one
from ka_crm.pages.context import today_of
from ka_crm.pages.dossier_facts import (
    buying_chip,
    key_account_chip,
    known_facts,
    missing_pieces,
    what_it_is,
    why_label,
)
from ka_crm.pages.dossier_needs import needs_in_words
from ka_crm.pages.dossier_purchases import purchases_context
from ka_crm.pages.dossier_strip import metrics_of
from ka_crm.pages.month_chart import month_chart
from ka_crm.pages.queries import customer_page as reads
from ka_crm.pages.queries.customer_page import CustomerPage
from ka_crm.pages.queries.dossier_head import opened_customer, result_and_run
from ka_crm.pages.queries.history import acts_in_words
from ka_crm.pages.views.lists import window_note
from ka_crm.pages.views.why import customer_explanations
from ka_crm.people.models import User
from ka_crm.people.viewer import viewer_of
from ka_crm.records.queries import audit_rows_for
from segmentation.panels import plan
from segmentation.queries.board import handover_ahead
from visits.panels import competitors

STORES_ON_OVERVIEW = 7
STORES_ON_TAB = 100
HISTORY_ROWS = 100
#: The part of the page that a tab replaces.
PART = "dossier-part"
_TAB = "tab_"


def customer_of(request: HttpRequest, code: str, *, head: bool = False) -> CustomerPage:
    """Return a customer that the viewer may see with its result and counts; 404 otherwise.

    ``head`` reads what the header says as well.
    """
    viewer, today = viewer_of(request), today_of(request)
    customer = opened_customer(viewer, code, today) if head else customer_by_code(viewer, code)
    result, run = result_and_run(customer)
    page = CustomerPage(request, customer, viewer, run, result, today)
    _count(page)
    return page


def _count(page: CustomerPage) -> None:
    """Count what all tabs say, and the stores below market share, in one query."""
    customer, viewer = page.customer, page.viewer
    wanted = {
        _TAB + panel.key: panel.counted(customer, viewer) for panel in PANELS if panel.counted is not None
    }
    counts = counts_in_one(
        Customer.objects.filter(pk=customer.pk),
        {**wanted, **reads.counts_wanted(customer, viewer, page.run)},
    )
    page.tab_counts = {key.removeprefix(_TAB): count for key, count in counts.items() if key.startswith(_TAB)}
    page.counts = {key: count for key, count in counts.items() if not key.startswith(_TAB)}
    page.counts["stores"] = page.tab_counts["stores"]


def panel_named(key: str) -> Panel | None:
    """Return a panel by its name in the address."""
    return next((panel for panel in PANELS if panel.key == key), None)


def panel_url(code: str, panel: Panel) -> str:
    """Return the address of a panel; the first one is the customer's own."""
    if panel is PANELS[0]:
        return reverse("accounts:customer", args=[code])
    return reverse("accounts:customer_tab", args=[code, panel.key])


def tabs_of(page: CustomerPage, active: Panel) -> list[dict[str, Any]]:
    """Return the row of tabs with their counts."""
    return [
        {
            "label": panel.label,
            "url": panel_url(page.customer.code, panel),
            "count": page.tab_counts.get(panel.key),
            "active": panel is active,
        }
        for panel in PANELS
    ]


def rights(page: CustomerPage) -> dict[str, Any]:
    """Return what every panel knows: whose dossier it is, and what the viewer may do in it."""
    return {
        "page": page,
        "customer": page.customer,
        "result": page.result,
        "run": page.run,
        "may_edit": may_edit_accounts(page.viewer),  # whoever is here sees the customer
        "may_organise": may_organise(page.viewer),
    }


def header(page: CustomerPage) -> dict[str, Any]:
    """Return what stands above every tab: name, labels, who looks after it, what it needs, the figures."""
    return {
        **rights(page),
        "what_it_is": what_it_is(page),
        "why_label": why_label(page),
        "buying": buying_chip(page),
        "key_account": key_account_chip(page),
        "sponsor": page.customer.sponsor_name,  # type: ignore[attr-defined]  # read with the customer
        "needs": needs_in_words(page),
        "metrics": metrics_of(page),
        "note": window_note(page.run, None),
        "may_log": record_kind("interaction") is not None,
    }


def overview_context(page: CustomerPage) -> dict[str, Any]:
    """Facts, what is missing, sales by month, stores by gap, promises; the timeline comes by itself."""
    return {
        "facts": known_facts(page.customer),
        "missing": missing_pieces(page),
        "chart": month_chart(page.months, width=240, height=110),
        "stores": reads.stores_by_gap(page.customer, page.viewer, page.run, STORES_ON_OVERVIEW),
        "counts": page.counts,
        **timeline.promises_context(page),
    }


def stores_context(page: CustomerPage) -> dict[str, Any]:
    """All stores by gap."""
    if page.run is None:
        rows = [
            {"code": store.code, "name": store.name, "city": store.city}
            for store in page.customer.stores.filter(archived_at__isnull=True)[:STORES_ON_TAB]
        ]
        return {"stores": rows, "counts": page.counts, "limit": STORES_ON_TAB}
    rows = reads.stores_by_gap(page.customer, page.viewer, page.run, STORES_ON_TAB)
    return {"stores": rows, "counts": page.counts, "limit": STORES_ON_TAB}


def results_context(page: CustomerPage) -> dict[str, Any]:
    """Why the customer has its classes and its quadrant."""
    return {"explanations": customer_explanations(page.run, page.viewer, page.customer.code)}


def history_context(page: CustomerPage) -> dict[str, Any]:
    """Who changed what, and who answered for the customer when."""
    return {
        "acts": acts_in_words(audit_rows_for(page.customer)[:HISTORY_ROWS], Customer),
        "owners": owners_of(page.customer),
        "ahead": handover_ahead(page.customer),
    }


def _stores(customer: Customer, viewer: User) -> list["QuerySet[Any]"]:
    return [customer.stores.filter(store_scope(viewer), archived_at__isnull=True)]


#: The tabs in their order: one line each, the panel itself stands in its room.
PANELS: tuple[Panel, ...] = (
    Panel("overview", _("Overview"), "dossier/overview.html", overview_context),
    timeline.PANEL,
    decision_map.PANEL,
    general.PANEL,
    Panel("stores", _("Stores"), "dossier/stores.html", stores_context, _stores),
    Panel("purchases", _("Purchases"), "dossier/purchases.html", purchases_context),
    competitors.PANEL,
    plan.PANEL,
    team.PANEL,
    documents.PANEL,
    Panel("results", _("Results"), "dossier/results.html", results_context),
    Panel("history", _("History"), "dossier/history.html", history_context),
)
