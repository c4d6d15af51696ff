"""What stands one tap behind a dossier's header: terms with net prices, and why it buys or stays away."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Customer
from accounts.panels import timeline
from accounts.permissions import may_edit_accounts
from accounts.queries import customer_by_code
from accounts.queries.contracts import contracts_in_force
from ka_crm.pages.buying import buying_explained
from ka_crm.pages.context import today_of
from ka_crm.people.models import User
from ka_crm.people.viewer import viewer_of
from purchases.queries import price_terms_of
from purchases.queries.scopes import price_term_scope

#: Net prices shown; who agreed on more reads them in the list of prices.
MOST_PRICES = 200


@dataclass
class Dossier:
    """An opened dossier, as its parts need it (``accounts.panel.Opened``)."""

    request: HttpRequest
    viewer: User
    customer: Customer


@require_safe
def recent(request: HttpRequest, code: str) -> HttpResponse:
    """What is open and what happened lately: the middle of the overview, which follows the page."""
    opened = Dossier(request, viewer_of(request), customer_by_code(viewer_of(request), code))
    context = {
        "customer": opened.customer,
        "may_edit": may_edit_accounts(opened.viewer),
        **timeline.recent_context(opened),
    }
    return render(request, "dossier/_recent.html", context)


@require_safe
def net_terms(request: HttpRequest, code: str) -> HttpResponse:
    """Contracts in force and net prices of a customer, as a page or in the sheet."""
    viewer, today = viewer_of(request), today_of(request)
    customer = customer_by_code(viewer, code)
    prices = price_terms_of(customer, on=today).filter(price_term_scope(viewer))
    context = {
        "customer": customer,
        "contracts": contracts_in_force(customer, on=today),
        "prices": prices[:MOST_PRICES],
        "today": today,
    }
    in_sheet = bool(request.headers.get("HX-Request"))
    return render(request, "dossier/_net_terms.html" if in_sheet else "dossier/net_terms.html", context)


@require_safe
def buying(request: HttpRequest, code: str) -> HttpResponse:
    """Why a customer counts as active, late, at risk or lost: its order days, and two ways to judge them."""
    customer = customer_by_code(viewer_of(request), code)
    context = {"customer": customer, **buying_explained(customer, today_of(request))}
    in_sheet = bool(request.headers.get("HX-Request"))
    return render(request, "dossier/_buying.html" if in_sheet else "dossier/buying.html", context)
