"""``/control/delivery/``: on time in full, by line and order, mode, month and customer."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ka_crm.people.viewer import viewer_of
from purchases.queries.delivery_report import DeliveryReport
from purchases.rules.delivery import CANCELLED, NO_DATE, NOT_DUE, DeliveryRates, Rate
from visits.delivery_period import MONTHS, NO_MODE, USUAL_MONTHS, asked_report
from visits.views.control.shared import EXPORTS, chosen, control_context, for_control, more_text

MOST_CUSTOMERS = 50


@require_safe
@for_control
def delivery(request: HttpRequest) -> HttpResponseBase:
    """How well deliveries kept their day and quantity, against the requested or the confirmed day."""
    viewer = viewer_of(request)
    asked, report = asked_report(viewer, request.GET)
    if (kind := request.GET.get("export", "")) in EXPORTS:
        return EXPORTS[kind]("delivery", *_table(report))
    _basis, bases = chosen(
        request, "basis", {"requested": _("requested day"), "confirmed": _("confirmed day")}, "requested"
    )
    _months, periods = chosen(
        request, "months", {str(n): _("%(n)s months") % {"n": n} for n in MONTHS}, str(USUAL_MONTHS)
    )
    total = report.total
    served = [row for row in report.by_customer if row.rates.line_otif.of]
    context = {
        **control_context(viewer, "delivery"),
        "asked": asked,
        "bases": bases,
        "periods": periods,
        "total": total,
        "has_lines": bool(total.line_otif.of or total.left_out),
        "figures": [
            _figure(_("Lines on time in full"), total.line_otif),
            _figure(_("Orders on time in full"), total.order_otif),
            _figure(_("Lines on time"), total.on_time),
            _figure(_("Lines in full"), total.in_full),
        ],
        "left_out": [
            {"word": word, "n": total.left_out[name]}
            for name, word in _left_out_words().items()
            if name in total.left_out
        ],
        "modes": [
            {"name": mode or _("not stated"), "key": mode or NO_MODE, "rates": rates}
            for mode, rates in report.by_mode.items()
        ],
        "month_rows": [{"month": month, "rates": rates} for month, rates in report.by_month.items()],
        "customers": served[:MOST_CUSTOMERS],
        "more": more_text(MOST_CUSTOMERS, len(served)),
    }
    return render(request, "visits/control/delivery.html", context)


def _left_out_words() -> dict[str, str]:
    return {
        CANCELLED: _("cancelled by the customer"),
        NO_DATE: _("without such a day"),
        NOT_DUE: _("not due yet"),
    }


def _figure(label: str, rate: Rate) -> dict[str, Any]:
    return {"label": label, "rate": rate}


def _table(report: DeliveryReport) -> tuple[list[str], list[list[Any]]]:
    header = [
        _("Part"), _("Code"), _("Name"), _("Lines judged"), _("Lines on time in full"), _("OTIF of lines"),
        _("Orders judged"), _("Orders on time in full"), _("OTIF of orders"), _("On time"), _("In full"),
        _("Mean fill"),
    ]  # fmt: skip
    rows = [_line(_("all"), "", "", report.total)]
    rows += [_line(_("mode"), "", mode or _("not stated"), rates) for mode, rates in report.by_mode.items()]
    rows += [_line(_("month"), "", f"{month:%Y-%m}", rates) for month, rates in report.by_month.items()]
    rows += [
        _line(_("customer"), row.customer.code, row.customer.name, row.rates) for row in report.by_customer
    ]
    return header, rows


def _line(part: str, code: str, name: str, rates: DeliveryRates) -> list[Any]:
    return [
        part, code, name, rates.line_otif.of, rates.line_otif.hits, rates.line_otif.share,
        rates.order_otif.of, rates.order_otif.hits, rates.order_otif.share, rates.on_time.share,
        rates.in_full.share, rates.fill,
    ]  # fmt: skip
