"""Filters of result lists: those in force as chips, and the sheet to choose others."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import Channel, Customer, Region
from ka_crm.lib import shown
from ka_crm.people.models import Role, Territory, User
from purchases.models import Category
from segmentation.queries.groups import NOBODY
from segmentation.queries.results import Level, ResultFilter
from segmentation.views import wording

_NAMED: dict[str, Any] = {
    "kam": User,
    "territory": Territory,
    "territory_only": Territory,
    "region": Region,
    "channel": Channel,
}
_STATUS = ("below_confirmed", "below_watch", "ok", "insufficient", "no_market_share")


def _labels() -> dict[str, str]:
    return {
        "cell": _("Cell"),
        "abc": _("Class"),
        "xyz": _("Regularity"),
        "quadrant": _("Quadrant"),
        "mark": _("In the two lists"),
        "status": _("Certainty"),
        "potential_class": _("Class by all they buy"),
        "own_class": _("Class by our sales"),
        "kam": _("Account manager"),
        "chain": _("Chain"),
        "category": _("Category"),
        "territory": _("Territory"),
        "territory_only": _("Territory"),
        "region": _("Region"),
        "channel": _("Channel"),
        "single": _("With one store"),
        "evidence": _("What is known"),
        "q": _("Name"),
        "never": _("Never bought from us"),
        "share_from": _("Our share from"),
        "share_to": _("Our share to"),
        "total_from": _("Buys from"),
        "total_to": _("Buys to"),
    }


def status_words() -> dict[str, str]:
    """Return the certainty words by store status."""
    return {
        "below_confirmed": _("surely below"),
        "below_watch": _("probably below"),
        "ok": _("at or above market"),
        "insufficient": _("too early to tell"),
        "no_market_share": _("no market share set"),
    }


def chips_of(request: HttpRequest, filters: ResultFilter, viewer: User) -> list[dict[str, str]]:
    """Return the filters in force, each with the address of the list without it."""
    labels = _labels()
    chips = []
    for key, value in filters.values.items():
        query = request.GET.copy()
        for gone in (key, "after", "before"):
            query.pop(gone, None)
        chips.append(
            {
                "label": labels[key],
                "value": _value_words(key, value, viewer),
                "remove_url": f"?{query.urlencode()}",
            }
        )
    return chips


def _value_words(key: str, value: str, viewer: User) -> str:
    if key == "quadrant":
        return str(wording.QUADRANTS.get(value, value))
    if key == "mark":
        return str(wording.MARKS.get(value, value))
    if key == "status":
        return status_words().get(value, value)
    if key in ("never", "single"):
        return _("yes")
    if key == "evidence":
        return str(wording.EVIDENCE.get(value, value))
    if value == NOBODY and key in _NAMED:
        return _("none")
    if key in ("share_from", "share_to") and _number(value) is not None:
        return shown.percent_text(_number(value), 1)
    if key in ("total_from", "total_to") and _number(value) is not None:
        return shown.money_short_text(wording.amount_of(_number(value) or 0))
    return _record_name(key, value, viewer)


def _record_name(key: str, value: str, viewer: User) -> str:
    """The name behind an id or code; the value itself where there is none (that the viewer may see)."""
    if key == "chain":
        return (
            Customer.objects.visible_to(viewer).filter(code=value).values_list("name", flat=True).first()
            or value
        )
    if key in _NAMED and value.isdecimal() and len(value) < 19:
        return _NAMED[key].objects.filter(pk=value).values_list("name", flat=True).first() or value
    return value


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def filter_sheet(
    request: HttpRequest, filters: ResultFilter, level: Level, viewer: User
) -> list[dict[str, Any]]:
    """Return the choices of the filter sheet; two queries."""
    quadrants = [(key, str(word)) for key, word in wording.QUADRANTS.items()]
    marks = [(key, str(word)) for key, word in wording.MARKS.items()]
    statuses = [(key, status_words()[key]) for key in _STATUS]
    fields: list[tuple[str, list[tuple[str, str]]]] = [
        ("quadrant", quadrants),
        ("status", statuses),
        ("mark", marks),
    ]
    if level == "customers":
        fields.append(("cell", [(row + column, row + column) for row in "ABC" for column in "XYZN"]))
    else:
        fields.append(("category", list(Category.objects.values_list("code", "name")[:200])))
    if viewer.role != Role.KAM:
        managers = User.objects.filter(role=Role.KAM, is_active=True).values_list("pk", "name")[:500]
        fields.append(("kam", [(str(pk), name) for pk, name in managers]))
        territories = Territory.objects.values_list("pk", "name")[:500]
        fields.append(("territory", [(str(pk), name) for pk, name in territories]))
    labels = _labels()
    return [
        {
            "key": key,
            "label": labels[key],
            "choices": [
                {"value": value, "label": label or value, "chosen": filters.values.get(key) == value}
                for value, label in choices
            ],
        }
        for key, choices in fields
    ]
