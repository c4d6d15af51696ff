"""What somebody takes along: the meeting brief, the whole dossier on paper, purchases as files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.queries import customer_by_code
from ka_crm.lib.exports import csv_response, xlsx_response
from ka_crm.lib.money import from_scaled
from ka_crm.pages import dossier
from ka_crm.pages.brief import brief_context, print_context
from ka_crm.pages.context import today_of
from ka_crm.pages.queries.customer_page import window_of
from ka_crm.pages.views.accounts import safe_name
from ka_crm.people.viewer import viewer_of
from purchases.queries import first_month_of_sales
from purchases.queries.profile import PurchaseProfile, purchase_profile
from segmentation.queries import current_run


@require_safe
def brief(request: HttpRequest, code: str) -> HttpResponse:
    """One page for a meeting, on screen and on paper; ``?talks=`` names which one."""
    page = dossier.customer_of(request, code, head=True)
    if page.customer.code != code:  # made one with another
        return redirect("accounts:brief", page.customer.code)
    return render(request, "dossier/brief.html", brief_context(page, request.GET.get("talks", "")))


@require_safe
def print_dossier(request: HttpRequest, code: str) -> HttpResponse:
    """The whole dossier as one document."""
    page = dossier.customer_of(request, code, head=True)
    if page.customer.code != code:
        return redirect("accounts:print", page.customer.code)
    return render(request, "dossier/print.html", print_context(page))


@require_safe
def purchases_by(request: HttpRequest, code: str, what: str, kind: str) -> HttpResponseBase:
    """What a customer bought by category and month, or by product, as a file."""
    tables = {"category": _category_table, "product": _product_table}
    if what not in tables or kind not in ("csv", "xlsx"):
        raise Http404
    customer = customer_by_code(viewer_of(request), code)
    window = window_of(current_run(), today_of(request))
    header, lines = tables[what](purchase_profile(customer, window, first_month_of_sales()))
    respond = xlsx_response if kind == "xlsx" else csv_response
    return respond(f"purchases-{safe_name(code)}-by-{what}", header, lines)


def _category_table(found: PurchaseProfile) -> tuple[list[str], list[list[object]]]:
    header = [_("Category code"), _("Category"), _("Month"), _("Our sales")]
    starts = found.window.starts()
    lines: list[list[object]] = [
        [row.code, row.name, month, from_scaled(net)]
        for row in found.categories
        for month, net in zip(starts, row.months, strict=True)
    ]
    return header, lines


def _product_table(found: PurchaseProfile) -> tuple[list[str], list[list[object]]]:
    header = [
        _("Product code"), _("Product"), _("Category"), _("Quantity"), _("Our sales"), _("Part"),
        _("Gross profit of lines with a cost"),
    ]  # fmt: skip
    lines: list[list[object]] = [
        [
            row.code,
            row.name,
            row.category,
            None if row.quantity is None else from_scaled(row.quantity),
            from_scaled(row.net_amount),
            row.part,
            from_scaled(row.margin.profit) if row.margin else None,
        ]
        for row in found.products
    ]
    return header, lines
