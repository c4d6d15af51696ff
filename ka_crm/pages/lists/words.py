"""Words of results, as lists, chips and exports write them."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ka_crm.lib.listing import Filter, choice_filter, flag_filter
from ka_crm.lib.shown import currency_symbol


def _with_sign(text: str) -> str:
    return gettext(text) % {"sign": currency_symbol().strip()}


_lazily = lazy(_with_sign, str)
A_YEAR = _lazily("%(sign)s a year")
SIGN = _lazily("%(sign)s")
SHARE_MONEY = _lazily("share, %(sign)s")
_MARKED = (_("%(sign)s a year"), _("share, %(sign)s"))  # so that they are found for translation

QUADRANTS: Mapping[str, Any] = {
    "attack": _("Attack"),
    "defend": _("Defend"),
    "explore": _("Explore"),
    "maintain": _("Maintain"),
    "monitor": _("Monitor"),
}
STATUSES: Mapping[str, Any] = {
    "below_confirmed": _("Surely below"),
    "below_watch": _("Probably below"),
    "ok": _("At or above"),
    "insufficient": _("Too early to tell"),
    "no_market_share": _("No market share"),
}
MARKS: Mapping[str, Any] = {
    "missed": _("Missed by the sales list"),
    "misfiled": _("Only on the sales list"),
    "kept": _("On both lists"),
}
CLASSES: Mapping[str, Any] = {"A": _("class A"), "B": _("class B"), "C": _("class C")}
ABC: Mapping[str, Any] = {"A": "A", "B": "B", "C": "C"}
XYZ: Mapping[str, Any] = {"X": "X", "Y": "Y", "Z": "Z", "N": "N"}
CELLS: Mapping[str, Any] = {a + x: a + x for a in ABC for x in XYZ}


def result_filters(path: str) -> tuple[Filter, ...]:
    """Return the filters by results; ``path`` leads to them (``"result__"``)."""
    return (
        choice_filter("quadrant", _("Quadrant"), f"{path}quadrant", QUADRANTS),
        choice_filter("potential_class", _("Potential"), f"{path}potential_class", CLASSES),
        choice_filter("own_class", _("Own sales"), f"{path}own_class", CLASSES),
        choice_filter("status", _("Against market"), f"{path}status", STATUSES),
        choice_filter("mark", _("Lists"), f"{path}list_mark", MARKS),
    )


def status_filter(path: str) -> Filter:
    """Return the filter by status against the market, with one for all that has no such result."""
    statuses = {code: Q(**{f"{path}status": code}) for code in STATUSES}
    unmeasured = Q(**{f"{path}status__isnull": True}) | statuses["no_market_share"]
    return flag_filter(
        "status",
        _("Against market"),
        {**STATUSES, "unmeasured": _("Not measured")},
        {**statuses, "unmeasured": unmeasured},
    )


def archived_filter(*, also: Q | None = None) -> Filter:
    """Return the filter that brings archived records back into a list."""
    archived = Q(archived_at__isnull=False) if also is None else Q(archived_at__isnull=False) | also
    return flag_filter(
        "archived",
        _("Archived"),
        {"only": _("only archived"), "with": _("archived too")},
        {"only": archived, "with": Q(pk__isnull=False)},
    )
