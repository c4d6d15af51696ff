"""The list of accounts and the page of one customer."""

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import may_edit_accounts, may_edit_terms
from accounts.queries import customer_by_code
from ka_crm.lib.exports import csv_response, xlsx_response
from ka_crm.lib.listing import list_response
from ka_crm.lib.money import from_scaled
from ka_crm.pages import dossier
from ka_crm.pages.context import today_of
from ka_crm.pages.lists.accounts import HIDDEN, account_listing, account_rows
from ka_crm.pages.lists.standing import tell_days
from ka_crm.pages.queries.customer_page import months_of, window_of
from ka_crm.pages.views.lists import all_presets, empty_state, result_context
from ka_crm.people.viewer import viewer_of
from ka_crm.records.queries import business_today
from segmentation.queries import current_run


@require_safe
def account_list(request: HttpRequest) -> HttpResponseBase:
    """Customers with their results: saved views, filters, columns, sums, export."""
    run, viewer = current_run(), viewer_of(request)
    today = today_of(request)
    listing = account_listing(viewer, today)
    new_url = reverse("accounts:new") if may_edit_accounts(viewer) else ""

    def more(context: dict[str, Any]) -> dict[str, Any]:
        tell_days(context["rows"], today)
        return {
            **result_context(run, viewer, context),
            "new_url": new_url,
            "terms_url": reverse("accounts:terms") if may_edit_terms(viewer) else "",
            "row_card": "accounts/_card.html",
            "empty": empty_state(request, _("accounts"), new_url),
        }

    return list_response(
        request,
        listing,
        account_rows(viewer, run),
        hidden=HIDDEN,
        presets=all_presets(viewer, listing.key, listing.presets),
        template="accounts/list.html",
        more=more,
    )


@require_safe
def customer_page(request: HttpRequest, code: str, tab: str = "overview") -> HttpResponseBase:
    """One customer: header, figures, and one panel; each is an address, a full page, and a fragment."""
    panel = dossier.panel_named(tab)
    if panel is None or (tab == "overview" and request.path.rstrip("/").endswith("/overview")):
        raise Http404
    in_place = request.headers.get("HX-Target") == dossier.PART
    page = dossier.customer_of(request, code, head=not in_place)
    context = {
        **(dossier.rights(page) if in_place else dossier.header(page)),
        **panel.context(page),
        "shell": "dossier/fragment.html" if in_place else "dossier/page.html",
        "tabs": dossier.tabs_of(page, panel),
        "panel_url": request.get_full_path(),  # with the year or the filter that is shown
    }
    response = render(request, panel.template, context)
    patch_vary_headers(response, ["HX-Target"])
    return response


@require_safe
def customer_why(request: HttpRequest, code: str) -> HttpResponseBase:
    """Why a customer has its class and quadrant, as a fragment for the panel."""
    page = dossier.customer_of(request, code)
    context = {"page": page, "customer": page.customer, **dossier.results_context(page)}
    template = "accounts/_why.html" if request.headers.get("HX-Request") else "accounts/why_page.html"
    return render(request, template, context)


@require_safe
def purchases_download(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """What a customer bought by month, as a file."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    customer = customer_by_code(viewer_of(request), code)
    rows = months_of(customer, window_of(current_run(), business_today()))
    header = [_("Month"), _("Our sales"), _("A year before"), _("Quantity"), _("Gross profit")]
    lines = [
        [
            row.month,
            from_scaled(row.net_amount),
            None if row.year_before is None else from_scaled(row.year_before),
            from_scaled(row.quantity),
            None if row.profit is None else from_scaled(row.profit),
        ]
        for row in rows
    ]
    respond = xlsx_response if kind == "xlsx" else csv_response
    return respond(f"purchases-{safe_name(code)}", header, lines)


def safe_name(code: str) -> str:
    """Return a code as part of a file name."""
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in code
    )
