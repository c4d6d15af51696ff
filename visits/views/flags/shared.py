"""What the pages of flags share: who reads them, tabs, filters, the switch of views."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.queries import territories_seen_by
from ka_crm.lib import shown
from ka_crm.people.models import Role, Territory, User
from ka_crm.people.viewer import viewer_of
from ka_crm.records.queries import business_today
from purchases.models import Category
from visits.models import Flag, FlagState, StoreShare
from visits.permissions import may_move_flags, may_read_flags, may_set_flags
from visits.queries.flag_lists import FlagFilter, ListSums, flag_rows, list_sums, share_rows
from visits.queries.flag_sums import chain_choices
from visits.queries.flags import minimum_gap

View = Callable[..., HttpResponseBase]
AGES = ("4", "8", "13", "26")
_PAGES = ("after", "before")


def for_readers(view: View) -> View:
    """Answer 403 to whom flags do not concern (finance approvers, sales representatives)."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_read_flags(viewer_of(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def for_movers(view: View) -> View:
    """Answer 403 to everybody who may not take flags from step to step."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_move_flags(viewer_of(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return for_readers(checked)


@dataclass(frozen=True)
class Asked:
    """What a page of flags is asked for."""

    viewer: User
    today: dt.date
    filters: FlagFilter
    shares: "QuerySet[StoreShare]"
    flags: "QuerySet[Flag]"
    least: int
    sums: ListSums


def asked_for(request: HttpRequest) -> Asked:
    """Read filters and count what they leave."""
    viewer, today = viewer_of(request), business_today()
    filters = FlagFilter.from_query({key: request.GET.get(key, "") for key in FlagFilter.KEYS})
    shares, flags = share_rows(viewer, filters, today), flag_rows(viewer, filters, today)
    least = 0 if request.GET.get("small") else minimum_gap()
    sums = list_sums(shares, flags, today, least)
    return Asked(viewer, today, filters, shares, flags, least, sums)


def head_of(request: HttpRequest, asked: Asked, shown_as: str, view: str = "") -> dict[str, Any]:
    """Return what the head of every page of flags needs; four queries."""
    evaluated = StoreShare.objects.aggregate(at=Max("evaluated_at"))["at"]
    return {
        "today": asked.today,
        "sums": asked.sums,
        "view": view,
        "least": asked.least,
        "evaluated_at": evaluated,
        "tabs": _tabs(request, asked.sums, view),
        "switch": _switch(request, shown_as),
        "chips": _chips(request, asked),
        "sheet": _sheet(asked),
        "may_move": may_move_flags(asked.viewer),
        "may_set": may_set_flags(asked.viewer),
        "download": request.GET.urlencode(),
        "here": request.get_full_path(),
        "many_categories": Category.objects.count() > 1,
    }


def query_of(request: HttpRequest, **changes: str) -> str:
    """Return the query string with some keys changed; empty ones go, and paging starts anew."""
    query = request.GET.copy()
    for key in _PAGES:
        query.pop(key, None)
    for key, value in changes.items():
        if value:
            query[key] = value
        else:
            query.pop(key, None)
    return f"?{query.urlencode()}" if query else "?"


def _tabs(request: HttpRequest, sums: ListSums, view: str) -> list[dict[str, Any]]:
    counts = {
        "largest": (_("Largest gaps"), sums.largest),
        "open": (_("All open"), sums.open),
        "late": (_("Measures late"), sums.late),
        "early": (_("Too early to tell"), sums.too_early),
        "all": (_("All below"), sums.below),
        "closed": (_("Closed"), sums.closed),
    }
    address = reverse("flags:list")
    return [
        {
            "label": label,
            "count": shown.number_text(count),
            "url": address + query_of(request, view=key),
            "active": key == view,
        }
        for key, (label, count) in counts.items()
    ]


def _switch(request: HttpRequest, shown_as: str) -> list[dict[str, Any]]:
    ways = {"list": _("List"), "board": _("Board"), "chains": _("By chain")}
    return [
        {
            "label": label,
            "url": reverse(f"flags:{key}") + query_of(request, view=""),
            "active": key == shown_as,
        }
        for key, label in ways.items()
    ]


def _chips(request: HttpRequest, asked: Asked) -> list[dict[str, str]]:
    labels = {
        "chain": _("Chain"), "territory": _("Territory"), "category": _("Category"), "state": _("State"),
        "age": _("Open for"), "kam": _("Account manager"), "q": _("Name"),
    }  # fmt: skip
    return [
        {
            "label": labels[key],
            "value": _value_words(key, value, asked.viewer),
            "remove_url": query_of(request, **{key: ""}),
        }
        for key, value in asked.filters.values.items()
    ]


def _value_words(key: str, value: str, viewer: User) -> str:
    if key == "chain":
        names = Customer.objects.visible_to(viewer).filter(code=value).values_list("name", flat=True)
        return names.first() or value
    if key in ("territory", "kam") and value.isdecimal() and len(value) < 19:
        model: Any = Territory if key == "territory" else User
        return str(model.objects.filter(pk=value).values_list("name", flat=True).first() or value)
    if key == "state" and value in FlagState.values:
        return str(FlagState(value).label)
    if key == "age":
        return _("%(n)s weeks and more") % {"n": value}
    return value


def _sheet(asked: Asked) -> list[dict[str, Any]]:
    states = [(str(state), str(state.label)) for state in FlagState]
    ages = [(weeks, _("%(n)s weeks and more") % {"n": weeks}) for weeks in AGES]
    fields: list[tuple[str, str, Any]] = [("chain", _("Chain"), chain_choices(asked.shares))]
    if asked.viewer.role != Role.KAM:
        territories = territories_seen_by(asked.viewer).values_list("pk", "name")[:500]
        fields.append(("territory", _("Territory"), [(str(pk), name) for pk, name in territories]))
    categories = Category.objects.values_list("code", "name")[:200]
    fields += [
        ("category", _("Category"), [(code, name or code) for code, name in categories]),
        ("state", _("State"), states),
        ("age", _("Open for"), ages),
    ]
    return [
        {
            "key": key,
            "label": label,
            "choices": [
                {"value": value, "label": text, "chosen": asked.filters.values.get(key) == value}
                for value, text in choices
            ],
        }
        for key, label, choices in fields
    ]
