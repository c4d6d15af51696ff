"""``/control/stockpiling/``: who bought more in promotions than the own stores can sell."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ka_crm.lib.money import SCALE
from ka_crm.people.viewer import viewer_of
from ka_crm.records.queries import business_today
from visits.queries.stockpiling import (
    MOST_CUSTOMERS,
    Stockpiler,
    Window,
    promotion_windows,
    stockpilers,
    units_by_week,
)
from visits.rules.diversion import HOARDING_ABOVE
from visits.views.control.shared import EXPORTS, control_context, for_control, more_text

WEEKS = 53
#: Customers drawn week by week.
DRAWN = 25
_HEIGHT = 40


@require_safe
@for_control
def stockpiling(request: HttpRequest) -> HttpResponseBase:
    """Customers by their stockpiling index over the promotions of a year, the year drawn week by week."""
    viewer, today = viewer_of(request), business_today()
    first = today - dt.timedelta(7 * WEEKS - 1)
    windows = promotion_windows(first=first, today=today)
    found = stockpilers(viewer, windows)
    if (kind := request.GET.get("export", "")) in EXPORTS:
        return EXPORTS[kind]("stockpiling", *_table(found))
    drawn = found[:DRAWN]
    products = sorted({window.product_id for window in windows})
    weeks = units_by_week(
        [row.customer.pk for row in drawn], products, first=first, last=today, viewer=viewer
    )
    context = {
        **control_context(viewer, "stockpiling"),
        "rows": [
            {
                "row": row,
                "bought": _whole(row.total.purchases),
                "expected": _whole(row.total.forecast),
                "picture": _picture(row, weeks.get(row.customer.pk, []), first),
                "parts": [(window, index, _whole(index.forecast)) for window, index in row.windows],
            }
            for row in found[:MOST_CUSTOMERS]
        ],
        "flagged": sum(row.total.flag for row in found),
        "total": len(found),
        "more": more_text(MOST_CUSTOMERS, len(found)),
        "windows": windows,
        "limit": HOARDING_ABOVE,
        "first": first,
        "today": today,
    }
    return render(request, "visits/control/stockpiling.html", context)


def _picture(row: Stockpiler, weeks: list[int], first: dt.date) -> dict[str, Any]:
    """Bars of the weeks with the promotions behind them, as SVG percentages of the year."""
    days, top = WEEKS * 7, max([*weeks, 1])
    bands = [
        {
            "x": f"{max((window.first - first).days, 0) / days * 100:.2f}%",
            "width": f"{max(_days_shown(window, first) / days * 100, 0.8):.2f}%",
            "flag": index.flag,
        }
        for window, index in row.windows
    ]
    bars = [
        {
            "x": f"{place / WEEKS * 100:.2f}%",
            "y": f"{_HEIGHT - units / top * (_HEIGHT - 4):.1f}",
            "height": f"{units / top * (_HEIGHT - 4):.1f}",
        }
        for place, units in enumerate(weeks)
        if units > 0
    ]
    return {"bands": bands, "bars": bars, "height": _HEIGHT, "width": f"{100 / WEEKS * 0.7:.2f}%"}


def _whole(forecast: float | None) -> int | None:
    """A forecast in whole pieces, in ten-thousandths."""
    return None if forecast is None else round(forecast / SCALE) * SCALE


def _days_shown(window: Window, first: dt.date) -> int:
    return (window.last - max(window.first, first)).days + 1


def _table(found: list[Stockpiler]) -> tuple[list[str], list[list[Any]]]:
    header = [
        _("Customer code"), _("Customer"), _("Product"), _("From"), _("Until"), _("Units bought"),
        _("Own-store forecast"), _("Index"),
    ]  # fmt: skip
    return header, [
        [
            row.customer.code, row.customer.name, window.product, window.first, window.last,
            index.purchases / SCALE, None if index.forecast is None else index.forecast / SCALE, index.index,
        ]
        for row in found
        for window, index in row.windows
    ]  # fmt: skip
