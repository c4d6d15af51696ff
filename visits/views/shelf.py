"""Who has the shelf at a customer, as a file."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.queries import customer_by_code
from ka_crm.lib.exports import csv_response, xlsx_response
from ka_crm.lib.money import from_scaled
from ka_crm.people.viewer import viewer_of
from visits.models import BrandPeriod
from visits.shelf import shelf_months


@require_safe
def shelf_download(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """What every supplier sold by month in a customer's stores, as far as it was counted."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    viewer = viewer_of(request)
    customer = customer_by_code(viewer, code)
    header = [_("Month"), _("Counted on"), _("Category"), _("Supplier"), _("Amount"), _("Units")]
    counted_on = {BrandPeriod.MONTH: _("full months"), BrandPeriod.DAY: _("visit days")}
    lines = (
        [
            row["month"],
            counted_on[row["period"]],
            row["category__name"],
            row["competitor__name"] or _("We"),
            None if row["amount"] is None else from_scaled(row["amount"]),
            None if row["units"] is None else from_scaled(row["units"]),
        ]
        for row in shelf_months(customer, viewer).iterator()
    )
    respond = xlsx_response if kind == "xlsx" else csv_response
    return respond("shelf", header, lines)
