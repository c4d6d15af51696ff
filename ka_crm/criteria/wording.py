"""Settings of the criteria in people's words, with one sentence of help each."""

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
HELP = {
    "abc_measure": gettext_lazy(
        "Gross profit needs a cost on every line; without it net sales are ranked, and it is said so."
    ),
    "abc_thresholds": gettext_lazy("Part of the total that makes class A, then class B; the rest is C."),
    "window_months": gettext_lazy("Whole months before the day of the run; the open month never counts."),
    "high_potential_classes": gettext_lazy("Classes by everything a customer buys, from all suppliers."),
    "xyz_thresholds": gettext_lazy(
        "Variation of the monthly purchases: standard deviation divided by the mean."
    ),
    "xyz_deviation": gettext_lazy("Divide by the number of months, or by one less."),
    "xyz_span": gettext_lazy("Whether empty months before the first purchase count as irregular."),
    "xyz_returns": gettext_lazy("What a month with more returns than purchases counts as."),
    "xyz_min_periods": gettext_lazy("Younger accounts are N, new; 0 switches this off."),
    "xyz_cadence_override": gettext_lazy(
        "A quarterly order of the same size is regular although most months are empty."
    ),
    "share_rule": gettext_lazy("Sure: even the upper limit of the share is below the market share."),
    "share_measure": gettext_lazy("A category that was counted without units is compared in money."),
    "share_source": gettext_lazy("Five newer visit days with 30 units take over from a full count."),
    "visit_window": gettext_lazy("So many newest visits, at most so many days old."),
    "market_share_source": gettext_lazy("A market is a category in a region."),
    "market_share_leave_out": gettext_lazy("Otherwise a large store is partly compared with itself."),
    "market_by_format": gettext_lazy("Compare a supermarket with supermarkets only."),
    "selection_level": gettext_lazy("A chain decides centrally, an independent store for itself."),
    "quadrant_hold": gettext_lazy(
        "Keep the old quadrant within 5 % of the market share or 10 % of the line."
    ),
    "gate_unknown": gettext_lazy("What happens while need, solvency or decision power is not known."),
}
QUESTIONS = [
    (
        gettext_lazy("Who counts as large"),
        ["abc_measure", "abc_thresholds", "window_months", "high_potential_classes"],
    ),
    (
        gettext_lazy("How regularly somebody buys"),
        [
            "xyz_thresholds", "xyz_deviation", "xyz_span", "xyz_returns", "xyz_min_periods",
            "xyz_cadence_override",
        ],
    ),
    (
        gettext_lazy("When a share is below the market"),
        [
            "share_rule", "share_measure", "share_source", "visit_window", "market_share_source",
            "market_share_leave_out", "market_by_format",
        ],
    ),
    (gettext_lazy("Who is a key account"), ["selection_level", "quadrant_hold", "gate_unknown"]),
]  # fmt: skip
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
