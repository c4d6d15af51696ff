"""Supply routes: the longest ones, and what was seen in one store with the editor of its route."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Store
from accounts.permissions import may_edit_store
from accounts.queries import store_by_code
from ka_crm.lib.editing import changes_of, form_page
from ka_crm.people.models import User
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from ka_crm.records.queries import business_today
from visits.control_forms import SupplyStepForm
from visits.operations import traces
from visits.queries.control import judged_prices, newest_of_each
from visits.queries.diversion import (
    MOST_ROUTES,
    SupplyRoute,
    judged_lots,
    longest_routes,
    lot_sightings_seen_by,
    routes_outside,
    stores_with_route,
    supply_route_of,
    supply_steps_seen_by,
)
from visits.views.control.diversion import lot_words
from visits.views.control.prices import state_words
from visits.views.control.shared import EXPORTS, control_context, for_control, more_text, require

SHOWN_DAYS = 365
MOST_EXPORTED = 20_000


@require_safe
@for_control
def routes(request: HttpRequest) -> HttpResponseBase:
    """Stores with most levels between us and them, and what the levels keep together."""
    viewer = viewer_of(request)
    if (kind := request.GET.get("export", "")) in EXPORTS:
        return EXPORTS[kind]("supply-routes", *_table(longest_routes(viewer, MOST_EXPORTED)))
    total = stores_with_route(viewer)
    context = {
        **control_context(viewer, "routes"),
        "routes": longest_routes(viewer),
        "total": total,
        "more": more_text(MOST_ROUTES, total),
        "outside": routes_outside(viewer),
    }
    return render(request, "visits/control/routes.html", context)


def _table(found: list[SupplyRoute]) -> tuple[list[str], list[list[Any]]]:
    header = [
        _("Store code"), _("Store"), _("Customer"), _("Levels"), _("Route"), _("Margin lost"),
        _("Levels without a margin"),
    ]  # fmt: skip
    return header, [
        [
            row.store.code, row.store.name, row.store.customer.name, row.margin.levels,
            " → ".join(step.supplier for step in row.steps), row.margin.lost, row.margin.unknown,
        ]
        for row in found
    ]  # fmt: skip


@require_safe
@for_control
def store_control(request: HttpRequest, code: str) -> HttpResponse:
    """Prices and lots seen in one store, and its supply route; a short card where htmx asks for it."""
    viewer = viewer_of(request)
    store = store_by_code(viewer, code)
    is_card = bool(request.headers.get("HX-Request"))
    template = "visits/control/_store_card_body.html" if is_card else "visits/control/store.html"
    return render(request, template, _store_context(viewer, store))


def _store_context(viewer: User, store: Store) -> dict[str, Any]:
    today, words = business_today(), state_words()
    since = today - dt.timedelta(SHOWN_DAYS)
    seen = judged_prices(viewer, Q(store=store), since=since, until=today)
    newest = newest_of_each(seen)
    lots = lot_sightings_seen_by(viewer).filter(store=store).select_related("store__customer", "product")[:30]
    results = lot_words()
    return {
        **control_context(viewer, ""),
        "store": store,
        "newest": [{"one": one, "word": words[one.judgement.state]} for one in newest],
        "seen": [{"one": one, "word": words[one.judgement.state]} for one in seen[:50]],
        "below": [one for one in newest if one.judgement.state in ("confirmed", "to_verify")],
        "lots": [{"one": one, "word": results[one.result]} for one in judged_lots(lots)],
        "route": supply_route_of(store),
        "may_edit": may_edit_store(viewer, store),
    }


@require_http_methods(["GET", "POST"])
@for_control
@sent_once
def new_step(request: HttpRequest, code: str) -> HttpResponse:
    """Add a level to a store's route; the next one is proposed."""
    viewer = viewer_of(request)
    store = store_by_code(viewer, code)
    require(may_edit_store(viewer, store))
    steps = supply_route_of(store).steps
    following = (steps[-1].level if steps else 0) + 1
    form = SupplyStepForm(request.POST or None, initial={"level": following})

    def save(values: dict[str, Any]) -> str:
        traces.create_supply_step(by=viewer, values={**values, "store": store})
        return _back(store)

    return form_page(
        request, form, save=save, said=_("Saved."), context=_context(_("Level of the supply route"), store)
    )


@require_http_methods(["GET", "POST"])
@for_control
def edit_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a level of a route."""
    viewer = viewer_of(request)
    step = get_object_or_404(supply_steps_seen_by(viewer).select_related("store"), pk=pk)
    require(may_edit_store(viewer, step.store))
    form = SupplyStepForm(request.POST or None, instance=step)

    def save(values: dict[str, Any]) -> str:
        traces.change_supply_step(by=viewer, step=step, version=values["version"], changes=changes_of(form))
        return _back(step.store)

    context = {
        **_context(_("Level of the supply route"), step.store),
        "remove_url": reverse("control:step_remove", args=[pk]),
    }
    url = reverse("control:step_edit", args=[pk])
    return form_page(request, form, save=save, said=_("Saved."), record_url=url, context=context)


@require_POST
@for_control
def remove_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a level out of a route; the history keeps what it said."""
    viewer = viewer_of(request)
    step = get_object_or_404(supply_steps_seen_by(viewer).select_related("store"), pk=pk)
    store = step.store
    traces.remove_supply_step(by=viewer, step=step)
    messages.success(request, _("Removed."))
    return redirect(_back(store))


def _back(store: Store) -> str:
    return reverse("control:store", args=[store.code])


def _context(heading: str, store: Store) -> dict[str, Any]:
    return {"heading": heading, "back_url": _back(store), "back": store.name}
