"""``/control/diversion/``: lots seen outside their territory, lots to ask about, and the case files."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ka_crm.lib.editing import form_page
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from visits.control_access import may_trace
from visits.control_forms import LotShipmentForm, LotSightingForm
from visits.operations.traces import record_lot_sighting, ship_lot
from visits.permissions import may_count
from visits.queries.diversion import (
    JudgedLot,
    cases_seen_by,
    judged_lots,
    lot_sightings_seen_by,
    routes_outside,
)
from visits.views.control.shared import EXPORTS, chosen, control_context, cut_text, for_control, require

PAGE = 50
#: Lots judged at once, the newest ones.
MOST_LOTS = 5_000
MOST_CASES = 100


def lot_words() -> dict[str, str]:
    """Return the words of what a lot's comparison says."""
    return {
        "diversion": _("outside its territory"),
        "unknown_lot": _("unknown lot: ask"),
        "ok": _("where it was sent"),
        "not_judged": _("store without territory"),
    }


@require_safe
@for_control
def diversion(request: HttpRequest) -> HttpResponseBase:
    """Lots seen, those outside their territory first to see, and what is open about them."""
    viewer = viewer_of(request)
    rows = lot_sightings_seen_by(viewer).select_related("store__customer", "product")
    if text := request.GET.get("q", "").replace("\x00", "").strip():
        rows = rows.filter(lot__icontains=text)
    newest = list(rows[: MOST_LOTS + 1])
    judged = judged_lots(newest[:MOST_LOTS])
    words = {"": _("all"), **lot_words()}
    result, items = chosen(request, "result", words, "diversion")
    for item, name in zip(items, words, strict=True):
        item["count"] = sum(not name or one.result == name for one in judged)
    shown = [one for one in judged if not result or one.result == result]
    if (kind := request.GET.get("export", "")) in EXPORTS:
        return EXPORTS[kind]("lots-seen", *_table(shown))
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    context = {
        **control_context(viewer, "diversion"),
        "page": page,
        "rows": [{"one": one, "word": words[one.result]} for one in page],
        "results": items,
        "result": result,
        "total": len(judged),
        "cut": cut_text(_("lots seen"), MOST_LOTS) if len(newest) > MOST_LOTS else "",
        "q": request.GET.get("q", ""),
        "outside": routes_outside(viewer),
    }
    if may_trace(viewer):
        context["cases"] = (
            cases_seen_by(viewer).select_related("customer").order_by("-state", "-pk")[:MOST_CASES]
        )
    return render(request, "visits/control/diversion.html", context)


def _table(rows: list[JudgedLot]) -> tuple[list[str], list[list[Any]]]:
    header = [
        _("Lot"), _("Product"), _("Store code"), _("Store"), _("Customer"), _("Seen on"), _("Shipped to"),
        _("Supplied by, as the store says"), _("Result"),
    ]  # fmt: skip
    words = lot_words()
    return header, [
        [
            one.sighting.lot, one.sighting.product.name if one.sighting.product else "",
            one.sighting.store.code, one.sighting.store.name, one.sighting.store.customer.name,
            one.sighting.on, ", ".join(one.shipped_to), one.sighting.supplied_by, words[one.result],
        ]
        for one in rows
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_control
@sent_once
def new_lot(request: HttpRequest) -> HttpResponse:
    """Note down a lot seen in a store; ``?store=`` presets its code."""
    viewer = viewer_of(request)
    require(may_count(viewer))
    preset = {"store": request.GET.get("store", "")[:60]}
    form = LotSightingForm(request.POST or None, request.FILES or None, viewer=viewer, initial=preset)

    def save(values: dict[str, Any]) -> str:
        photo = values.pop("photo", None)
        record_lot_sighting(by=viewer, values=values, photo=photo)
        return reverse("control:diversion") + "?result="

    return form_page(request, form, save=save, said=_("Saved."), context=_context(_("Lot seen")))


@require_http_methods(["GET", "POST"])
@for_control
@sent_once
def new_shipment(request: HttpRequest) -> HttpResponse:
    """Note down where a lot was shipped to; ``?lot=`` presets it."""
    viewer = viewer_of(request)
    require(may_trace(viewer))
    preset = {"lot": request.GET.get("lot", "")[:60]}
    form = LotShipmentForm(request.POST or None, viewer=viewer, initial=preset)

    def save(values: dict[str, Any]) -> str:
        ship_lot(by=viewer, values=values)
        return reverse("control:diversion")

    return form_page(request, form, save=save, said=_("Saved."), context=_context(_("Lot shipped")))


def _context(heading: str) -> dict[str, Any]:
    return {"heading": heading, "back_url": reverse("control:diversion"), "back": _("Diversion")}
