"""The list of stores and the page of one store."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Store
from accounts.permissions import may_edit_accounts
from accounts.queries import store_by_code
from ka_crm.lib.editing import add_errors
from ka_crm.lib.exports import csv_response, xlsx_response
from ka_crm.lib.listing import ListState, list_response
from ka_crm.lib.listing.page import matching
from ka_crm.pages.lists.store_map import STATES, WORDS, by_territory
from ka_crm.pages.lists.stores import HIDDEN, chosen_category, store_listing, store_rows
from ka_crm.pages.queries.store_page import share_history, store_now
from ka_crm.pages.store_card import page_context
from ka_crm.pages.store_chart import chart_data
from ka_crm.pages.views.accounts import safe_name
from ka_crm.pages.views.lists import all_presets, empty_state, result_context
from ka_crm.pages.views.why import store_explanations
from ka_crm.people.viewer import viewer_of
from purchases.models import Category
from segmentation.queries import current_run
from visits.forms import CountForm
from visits.operations import Implausible, record_observation
from visits.queries import categories_of_store


@require_safe
def store_list(request: HttpRequest) -> HttpResponseBase:
    """Stores with their results in one category: saved views, filters, columns, sums, export."""
    return _listed(request, "stores/list.html")


@require_safe
def store_map_page(request: HttpRequest) -> HttpResponseBase:
    """The same stores as a map, under the same filters, with a table by territory that says it in numbers."""
    return _listed(request, "stores/map.html")


def _listed(request: HttpRequest, template: str) -> HttpResponseBase:
    run, viewer = current_run(), viewer_of(request)
    categories, category = chosen_category(run, request.GET.get("category", ""))
    listing = store_listing(viewer)
    rows = store_rows(viewer, run, category.pk if category else None)
    new_url = reverse("stores:new") if may_edit_accounts(viewer) else ""
    is_map = template == "stores/map.html"

    def more(context: dict[str, Any]) -> dict[str, Any]:
        state = context["state"]
        return {
            **result_context(run, viewer, context),
            "categories": [
                {
                    "label": str(one),
                    "url": state.query(category="" if one == categories[0] else one.code),
                    "active": one == category,
                }
                for one in categories
            ],
            "ways": [
                _way("list", _("List"), "list", state, active=not is_map),
                _way("map", _("Map"), "map-pin", state, active=is_map),
            ],
            "new_url": new_url,
            "row_card": "stores/_card.html",
            "empty": empty_state(request, _("stores"), new_url),
            **(map_context(state, matching(rows, state, HIDDEN)) if is_map else {}),
        }

    return list_response(
        request,
        listing,
        rows,
        hidden=HIDDEN,
        presets=all_presets(viewer, listing.key, listing.presets),
        template=template,
        more=more,
    )


def _way(name: str, label: str, icon: str, state: ListState, *, active: bool) -> dict[str, Any]:
    return {"label": label, "icon": icon, "active": active, "url": reverse(f"stores:{name}") + state.query()}


def map_context(state: ListState, rows: "QuerySet[Store]") -> dict[str, Any]:
    """Return what the map shows besides the drawing: its address, the legend with counts, the table."""
    territories = by_territory(rows)
    counts = territories["total"]["states"]
    chosen = state.values.get("status", [])
    legend = [
        {"key": key, "label": label, "count": counts[place], "url": _only(state, key, chosen)}
        for place, (key, label) in enumerate(zip(STATES, WORDS, strict=True))
    ]
    return {
        "data_url": reverse("api-store-map") + state.query(sort=state.listing.sort, col=[]),
        "list_url": reverse("stores:list") + state.query(),
        "away_url": reverse("stores:list") + state.query(place=["none"]),
        "legend": legend,
        "territories": territories,
        "statuses_json": json.dumps([str(word) for word in WORDS]),
    }


def _only(state: ListState, key: str, chosen: list[str]) -> str:
    """The map with this status alone, with all of them where it is alone already."""
    return state.query(status=[] if chosen == [key] else [key])


@require_safe
def store_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """One store: where it stands, its share over time, its counts and a form for the next one."""
    store, categories, category = _found(request, code)
    return render(request, "stores/store.html", page_context(viewer_of(request), store, categories, category))


@require_POST
def record_count(request: HttpRequest, code: str) -> HttpResponse:
    """Keep two numbers, evaluate the store anew, and say what moved."""
    store, categories, category = _found(request, code)
    if category is None:
        category = Category.objects.filter(code=request.POST.get("category", "")).first()
    if category is None:
        raise Http404
    form = CountForm(request.POST)
    question = None
    if form.is_valid():
        before = store_now(store, category, current_run())
        values = form.cleaned_data
        try:
            recorded = record_observation(by=viewer_of(request), store=store, category=category, **values)
        except ValidationError as error:
            add_errors(form, error)
        except Implausible as doubt:
            question = doubt
        else:
            after = store_now(store, category, current_run())
            messages.success(request, _said(recorded.is_new, before.quadrant, after.quadrant))
            return redirect(f"{_address(store)}?category={category.code}#counts")
    context = page_context(viewer_of(request), store, categories, category, form=form)
    return render(request, "stores/store.html", {**context, "question": question}, status=422)


@require_safe
def share_history_data(request: HttpRequest, code: str) -> HttpResponseBase:
    """The numbers of the chart of shares."""
    store, _categories, category = _found(request, code)
    return JsonResponse(chart_data(viewer_of(request), store, category))


@require_safe
def share_history_download(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """The chart's table as a file."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    store, _categories, category = _found(request, code)
    context = page_context(viewer_of(request), store, [], category)
    points = (
        share_history(store, category, end=context["history_end"], in_units=context["in_units"])
        if category
        else []
    )
    header = [_("Months up to"), _("Our share"), _("from"), _("to"), _("Market share")]
    rows = [[point.on, point.share, point.low, point.high, point.market] for point in points]
    respond = xlsx_response if kind == "xlsx" else csv_response
    return respond(f"share-{safe_name(code)}", header, rows)


@require_safe
def store_why(request: HttpRequest, code: str) -> HttpResponseBase:
    """Why a store has its share, certainty and quadrant, as a fragment for the panel."""
    store, _categories, category = _found(request, code)
    run = current_run()
    explanations = store_explanations(run, viewer_of(request), store, store_now(store, category, run))
    context = {"store": store, "explanations": explanations}
    template = "accounts/_why.html" if request.headers.get("HX-Request") else "stores/why_page.html"
    return render(request, template, context)


def _found(request: HttpRequest, code: str) -> tuple[Store, list[Category], Category | None]:
    """Return the store, its categories, and the one asked for, else the first."""
    store = store_by_code(viewer_of(request), code)
    categories = categories_of_store(store.pk) or list(Category.objects.all()[:20])
    wanted = request.GET.get("category") or request.POST.get("category", "")
    category = next((one for one in categories if one.code == wanted), None)
    if wanted and category is None:
        category = Category.objects.filter(code=wanted.replace("\x00", "")).first()
        if category is None:
            raise Http404
    return store, categories, category or (categories[0] if categories else None)


def _address(store: Store) -> str:
    return reverse("stores:store", args=[store.code])


def _said(is_new: bool, before: str, after: str) -> str:
    if not is_new:
        return _("This count was saved already.")
    if before == after or not after:
        return _("Saved. The share is up to date.")
    words = {
        "attack": _("Attack"),
        "defend": _("Defend"),
        "explore": _("Explore"),
        "maintain": _("Maintain"),
        "monitor": _("Monitor"),
    }
    if not before:
        return _("Saved. The store is now %(after)s.") % {"after": words[after]}
    return _("Saved. The store left %(before)s: it is now %(after)s.") % {
        "before": words[before],
        "after": words[after],
    }
