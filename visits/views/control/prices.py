"""``/control/prices/``: prices seen, deepest below the floor first, and how far products spread."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ka_crm.lib.editing import form_page
from ka_crm.lib.money import from_scaled
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from ka_crm.records.queries import business_today
from visits.control_forms import PriceSightingForm
from visits.operations.traces import record_price_sighting
from visits.permissions import may_count
from visits.queries.control import (
    MOST_SIGHTINGS,
    JudgedPrice,
    ProductRange,
    is_cut,
    judged_prices,
    newest_of_each,
    product_ranges,
)
from visits.views.control.shared import EXPORTS, chosen, control_context, cut_text, for_control, require

PAGE = 50
MOST_PRODUCTS = 12


def state_words() -> dict[str, str]:
    """Return the words of the states of a price."""
    return {
        "confirmed": _("below, confirmed"),
        "to_verify": _("below, to verify"),
        "ok": _("in order"),
        "not_judged": _("no floor"),
    }


@require_safe
@for_control
def price_page(request: HttpRequest) -> HttpResponseBase:
    """The newest price of every store and product in a period, and the products' ranges."""
    viewer, today = viewer_of(request), business_today()
    days, periods = chosen(
        request, "days", {"30": _("30 days"), "90": _("90 days"), "365": _("a year")}, "90"
    )
    found = judged_prices(viewer, _where(request), since=today - dt.timedelta(int(days)), until=today)
    newest = newest_of_each(found)
    cut = is_cut(viewer, _where(request), since=today - dt.timedelta(int(days)), until=today)
    states = {"": _("all"), **state_words()}
    state, state_items = chosen(request, "state", states, "")
    counts = {name: sum(one.judgement.state == name for one in newest) for name in state_words()}
    rows = [one for one in newest if not state or one.judgement.state == state]
    if (kind := request.GET.get("export", "")) in EXPORTS:
        return EXPORTS[kind]("prices-seen", *_table(rows))
    ranges = product_ranges(newest)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for item, name in zip(state_items, states, strict=True):
        item["count"] = counts.get(name, len(newest))
    context = {
        **control_context(viewer, "prices"),
        "page": page,
        "rows": [_shown(one) for one in page],
        "periods": periods,
        "states": state_items,
        "state": state,
        "days": days,
        "ranges": [_bar(one) for one in ranges[:MOST_PRODUCTS]],
        "more_products": max(len(ranges) - MOST_PRODUCTS, 0),
        "counts": counts,
        "total": len(newest),
        "cut": cut_text(_("prices seen"), MOST_SIGHTINGS) if cut else "",
        "q": request.GET.get("q", ""),
        "product": request.GET.get("product", ""),
    }
    return render(request, "visits/control/prices.html", context)


def _where(request: HttpRequest) -> Q:
    where = Q()
    if text := request.GET.get("q", "").replace("\x00", "").strip():
        where &= (
            Q(store__name__icontains=text) | Q(store__code__icontains=text)
            | Q(store__customer__name__icontains=text) | Q(store__customer__code__icontains=text)
        )  # fmt: skip
    if product := request.GET.get("product", "").replace("\x00", "").strip():
        where &= Q(product__code=product)
    return where


def _shown(one: JudgedPrice) -> dict[str, Any]:
    return {
        **{name.replace("__", "_"): value for name, value in one.data.items()},
        "floor": one.floor,
        "state": one.judgement.state,
        "word": state_words()[one.judgement.state],
        "deviation": one.judgement.deviation,
        "below": one.judgement.state in ("confirmed", "to_verify"),
    }


def _table(rows: list[JudgedPrice]) -> tuple[list[str], list[list[Any]]]:
    header = [
        _("Store code"), _("Store"), _("Customer code"), _("Customer"), _("Product code"), _("Product"),
        _("Seen on"), _("Price"), _("Floor"), _("Below the floor by"), _("State"),
    ]  # fmt: skip
    words = state_words()
    return header, [
        [
            one.data["store__code"], one.data["store__name"], one.data["store__customer__code"],
            one.data["store__customer__name"], one.data["product__code"], one.data["product__name"],
            one.data["on"], from_scaled(one.price), from_scaled(one.floor.amount) if one.floor else None,
            one.judgement.deviation, words[one.judgement.state],
        ]
        for one in rows
    ]  # fmt: skip


def _bar(one: ProductRange) -> dict[str, Any]:
    """Where a product's prices and floors lie, as SVG percentages of a scale of its own."""
    ends = [one.lowest, one.highest, *(one.floors or ())]
    low, high = min(ends), max(ends)
    pad = max((high - low) * 0.06, high * 0.02, 1)
    start, width = low - pad, high - low + 2 * pad

    def place(value: float) -> str:
        return f"{(value - start) / width * 100:.2f}%"

    def span(first: float, last: float) -> str:
        return f"{max((last - first) / width * 100, 0.6):.2f}%"

    floors = one.floors
    return {
        "range": one,
        "x": place(one.lowest),
        "width": span(one.lowest, one.highest),
        "middle": place(one.middle),
        "floor": place(floors[0]) if floors else "",
        "floor_width": span(floors[0], floors[1]) if floors and floors[0] != floors[1] else "",
    }


@require_http_methods(["GET", "POST"])
@for_control
@sent_once
def new_price(request: HttpRequest) -> HttpResponse:
    """Note down a price seen on a shelf; ``?store=`` and ``?product=`` preset the codes."""
    viewer = viewer_of(request)
    require(may_count(viewer))
    preset = {name: request.GET[name][:60] for name in ("store", "product") if name in request.GET}
    form = PriceSightingForm(request.POST or None, viewer=viewer, initial=preset)

    def save(values: dict[str, Any]) -> str:
        seen = record_price_sighting(by=viewer, values=values)
        return reverse("control:store", args=[seen.store.code])

    context = {"heading": _("Price seen"), "back_url": reverse("control:prices"), "back": _("Prices")}
    return form_page(request, form, save=save, said=_("Saved."), context=context)
