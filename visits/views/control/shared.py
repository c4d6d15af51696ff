"""What the pages of control share: whom they concern, their tabs, their periods."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from ka_crm.lib.exports import csv_response, xlsx_response
from ka_crm.lib.shown import number_text
from ka_crm.people.models import User
from ka_crm.people.viewer import viewer_of
from visits.control_access import may_edit_price_list, may_trace, sees_control
from visits.permissions import may_count

View = Callable[..., HttpResponseBase]
EXPORTS: dict[str, Callable[..., HttpResponseBase]] = {"csv": csv_response, "xlsx": xlsx_response}


def for_control(view: View) -> View:
    """Answer 403 to those without accounts (finance approvers, sales representatives)."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not sees_control(viewer_of(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def require(is_allowed: bool) -> None:
    """Raise ``PermissionDenied`` where somebody may see a page and not do this."""
    if not is_allowed:
        raise PermissionDenied


def control_context(viewer: User, active: str) -> dict[str, Any]:
    """Return the tabs of control and what the viewer may do."""
    names = {
        "prices": _("Prices"),
        "price_list": _("Price list"),
        "stockpiling": _("Stockpiling"),
        "diversion": _("Diversion"),
        "delivery": _("Delivery"),
        "routes": _("Supply routes"),
    }
    return {
        "control_tabs": [
            {"label": label, "url": reverse(f"control:{name}"), "active": name == active}
            for name, label in names.items()
        ],
        "may_note": may_count(viewer),
        "may_trace": may_trace(viewer),
        "may_edit_list": may_edit_price_list(viewer),
    }


def cut_text(what: str, most: int) -> str:
    """Say that a page judges the newest ones only, of ``what`` at most so many."""
    text = _("Only the newest %(n)s %(what)s are judged and counted here. A search shows others.")
    return text % {"n": number_text(most), "what": what}


def more_text(shown: int, of: int) -> str:
    """Say that a list shows only its first lines; empty where it shows all."""
    if shown >= of:
        return ""
    text = _("The first %(shown)s of %(of)s are shown; the export has all.")
    return text % {"shown": number_text(shown), "of": number_text(of)}


def chosen(
    request: HttpRequest, key: str, choices: dict[str, Any], usual: str
) -> tuple[str, list[dict[str, Any]]]:
    """Return which of a few ways to see the same is asked for, and the items of their switch."""
    value = request.GET.get(key, usual)
    value = value if value in choices else usual
    items = []
    for name, label in choices.items():
        query = request.GET.copy()
        query[key] = name
        items.append({"label": label, "url": f"?{query.urlencode()}", "active": name == value})
    return value, items
