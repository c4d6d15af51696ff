"""The shell of a customer's page: its header and the register of its tabs.

A tab is one entry in ``TABS``; the page, its address and its place in the row follow from it. Later parts
of the dossier (timeline, decision map, plan …) are entries added here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from accounts.permissions import may_edit_accounts, may_organise
from accounts.queries import customer_by_code, owners_of
from ka_crm.pages.dossier_strip import known_facts, metrics_of, missing_facts, what_it_is
from ka_crm.pages.month_chart import month_chart
from ka_crm.pages.queries import customer_page as reads
from ka_crm.pages.queries.customer_page import CustomerPage
from ka_crm.pages.queries.history import acts_in_words
from ka_crm.pages.views.lists import window_note
from ka_crm.pages.views.why import customer_explanations
from ka_crm.people.models import User
from ka_crm.records.queries import audit_rows_for
from segmentation.queries import current_run

STORES_ON_OVERVIEW = 7
STORES_ON_TAB = 200
HISTORY_ROWS = 100


@dataclass(frozen=True)
class DossierTab:
    """One tab: its name in the address, its words, its template, and what it reads."""

    key: str
    label: Any
    template: str
    context: Callable[[CustomerPage, HttpRequest], dict[str, Any]]
    count: Callable[[CustomerPage], int | None] = lambda page: None


def customer_of(viewer: User, code: str) -> CustomerPage:
    """Return a customer that ``viewer`` may see with its result; 404 otherwise."""
    customer = customer_by_code(viewer, code)
    run = current_run()
    return CustomerPage(customer, viewer, run, reads.result_of(customer, run))


def tab_named(key: str) -> DossierTab | None:
    """Return a tab by its name in the address."""
    return next((tab for tab in TABS if tab.key == key), None)


def tabs_of(page: CustomerPage, active: DossierTab) -> list[dict[str, Any]]:
    """Return the row of tabs."""
    code = page.customer.code
    return [
        {
            "label": tab.label,
            "url": (
                reverse("accounts:customer", args=[code])
                if tab is TABS[0]
                else reverse("accounts:customer_tab", args=[code, tab.key])
            ),
            "count": tab.count(page),
            "active": tab is active,
        }
        for tab in TABS
    ]


def header(page: CustomerPage) -> dict[str, Any]:
    """Return what stands above every tab: name, label, who looks after it, the strip of figures."""
    return {
        "page": page,
        "customer": page.customer,
        "result": page.result,
        "run": page.run,
        "what_it_is": what_it_is(page),
        "metrics": metrics_of(page),
        "note": window_note(page.run, None),
        "may_edit": may_edit_accounts(page.viewer),  # whoever is here sees the customer
        "may_organise": may_organise(page.viewer),
    }


def overview_context(page: CustomerPage, request: HttpRequest) -> dict[str, Any]:
    """Facts, sales by month, stores by gap, and what is missing."""
    return {
        "facts": known_facts(page.customer),
        "missing": missing_facts(page.customer),
        "months": page.months,
        "chart": month_chart(page.months),
        "stores": reads.stores_by_gap(page.customer, page.viewer, page.run, STORES_ON_OVERVIEW),
        "counts": page.counts,
        "explanations": customer_explanations(page.run, page.viewer, page.customer.code)[:1],
    }


def stores_context(page: CustomerPage, request: HttpRequest) -> dict[str, Any]:
    """All stores by gap."""
    if page.run is None:
        rows = [
            {"code": store.code, "name": store.name, "city": store.city}
            for store in page.customer.stores.filter(archived_at__isnull=True)[:STORES_ON_TAB]
        ]
        return {"stores": rows, "counts": page.counts, "limit": STORES_ON_TAB}
    rows = reads.stores_by_gap(page.customer, page.viewer, page.run, STORES_ON_TAB)
    return {"stores": rows, "counts": page.counts, "limit": STORES_ON_TAB}


def purchases_context(page: CustomerPage, request: HttpRequest) -> dict[str, Any]:
    """What they bought from us by month, beside the year before."""
    return {"months": page.months, "chart": month_chart(page.months)}


def results_context(page: CustomerPage, request: HttpRequest) -> dict[str, Any]:
    """Why the customer has its classes and its quadrant."""
    return {"explanations": customer_explanations(page.run, page.viewer, page.customer.code)}


def history_context(page: CustomerPage, request: HttpRequest) -> dict[str, Any]:
    """Who changed what, and who answered for the customer when."""
    return {
        "acts": acts_in_words(audit_rows_for(page.customer)[:HISTORY_ROWS], Customer),
        "owners": owners_of(page.customer),
    }


TABS = (
    DossierTab("overview", gettext_lazy("Overview"), "accounts/customer_overview.html", overview_context),
    DossierTab(
        "stores",
        gettext_lazy("Stores"),
        "accounts/customer_stores.html",
        stores_context,
        lambda page: page.counts["stores"] or None,
    ),
    DossierTab("purchases", gettext_lazy("Purchases"), "accounts/customer_purchases.html", purchases_context),
    DossierTab("results", gettext_lazy("Results"), "accounts/customer_results.html", results_context),
    DossierTab("history", gettext_lazy("History"), "accounts/customer_history.html", history_context),
)
