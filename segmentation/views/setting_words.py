"""Settings of a run in people's words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SETTINGS = {
    "abc_measure": gettext_lazy("ABC ranks by"),
    "abc_thresholds": gettext_lazy("Class A ends at, class B takes"),
    "window_months": gettext_lazy("Months of the window"),
    "xyz_thresholds": gettext_lazy("X up to, Y up to a variation of"),
    "xyz_deviation": gettext_lazy("Deviation"),
    "xyz_span": gettext_lazy("Months that count for regularity"),
    "xyz_returns": gettext_lazy("Credit notes"),
    "xyz_min_periods": gettext_lazy("Months before an account is rated"),
    "xyz_cadence_override": gettext_lazy("Steady order rhythm counts as X"),
    "high_potential_classes": gettext_lazy("Large buyers are class"),
    "share_rule": gettext_lazy("Below market share is said"),
    "share_measure": gettext_lazy("Shares are taken from"),
    "share_source": gettext_lazy("Evidence used"),
    "market_share_source": gettext_lazy("Market share comes from"),
    "market_share_leave_out": gettext_lazy("A store is left out of its own market"),
    "market_by_format": gettext_lazy("Markets by store format"),
    "selection_level": gettext_lazy("Key accounts are chosen among"),
    "visit_window": gettext_lazy("Visits that count, days"),
    "quadrant_hold": gettext_lazy("Quadrants hold near the line"),
    "gate_unknown": gettext_lazy("Unknown gates"),
}
_WORDS = {
    "gross_profit": gettext_lazy("gross profit"),
    "net_sales": gettext_lazy("net sales"),
    "contribution": gettext_lazy("contribution"),
    "potential": gettext_lazy("all they buy"),
    "population": gettext_lazy("of the whole window (ddof 0)"),
    "sample": gettext_lazy("of a sample (ddof 1)"),
    "since_first_purchase": gettext_lazy("since the first purchase"),
    "full_window": gettext_lazy("the whole window"),
    "net": gettext_lazy("reduce their month"),
    "floor": gettext_lazy("never below 0 in a month"),
    "confident": gettext_lazy("when it is sure"),
    "plain": gettext_lazy("as soon as it is lower"),
    "units": gettext_lazy("units"),
    "amount": gettext_lazy("amounts"),
    "latest": gettext_lazy("the newest of full counts and visits"),
    "visits": gettext_lazy("visits"),
    "totals": gettext_lazy("full counts"),
    "configured": gettext_lazy("what is set, else computed"),
    "computed": gettext_lazy("the stores counted"),
    "customer": gettext_lazy("customers"),
    "store": gettext_lazy("stores"),
    "provisional": gettext_lazy("pass for 90 days"),
    "fail": gettext_lazy("fail"),
}


def setting_text(value: Any) -> str:
    """Return a setting's value in words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return str(_WORDS.get(value, value))
