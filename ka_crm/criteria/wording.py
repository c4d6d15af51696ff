"""Settings of the criteria in people's words, with one sentence of help each."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SETTINGS = {
    "abc_measure": gettext_lazy("Rank accounts by"),
    "abc_thresholds": gettext_lazy("Class A ends at, class B takes"),
    "window_months": gettext_lazy("Months of the window"),
    "xyz_thresholds": gettext_lazy("X up to, Y up to a variation of"),
    "xyz_deviation": gettext_lazy("Deviation"),
    "xyz_span": gettext_lazy("Months that count for regularity"),
    "xyz_returns": gettext_lazy("Credit notes"),
    "xyz_min_periods": gettext_lazy("Months before an account is rated"),
    "xyz_cadence_override": gettext_lazy("Steady order rhythm counts as X"),
    "high_potential_classes": gettext_lazy("Large buyers are class"),
    "share_rule": gettext_lazy("Flag a store"),
    "share_measure": gettext_lazy("Shares are taken from"),
    "share_source": gettext_lazy("Evidence used"),
    "market_share_source": gettext_lazy("Market share comes from"),
    "market_share_leave_out": gettext_lazy("A store is left out of its own market"),
    "market_by_format": gettext_lazy("Markets by store format"),
    "selection_level": gettext_lazy("Key accounts are chosen among"),
    "visit_window": gettext_lazy("Visits that count, days"),
    "quadrant_hold": gettext_lazy("Quadrants hold near the line"),
    "gate_unknown": gettext_lazy("Unknown gates"),
    "ka_types": gettext_lazy("Reasons to be a key account"),
    "profit_type_share": gettext_lazy("Profit: share of gross profit from"),
    "potential_type_score": gettext_lazy("Potential: a buyer's potential from"),
    "prospect_type_score": gettext_lazy("Prospect with approved budget: potential from"),
    "three_p_min": gettext_lazy("Need, solvency, decision power at least"),
    "margin_floor": gettext_lazy("Gross margin at least"),
    "size_gate_score": gettext_lazy("Size: potential or profit from"),
    "ka_rank_by": gettext_lazy("The list is ranked by"),
    "score_weights": gettext_lazy("Weights of the score"),
    "enter_score": gettext_lazy("Score to enter"),
    "stay_score": gettext_lazy("Score to stay"),
    "list_cap": gettext_lazy("Key accounts at most"),
    "cap_per_kam": gettext_lazy("Otherwise for each KAM"),
    "nomination_share": gettext_lazy("Nominations at most"),
    "tenure_months": gettext_lazy("A key account stays for"),
    "own_criteria": gettext_lazy("Own criteria"),
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
    "selection_level": gettext_lazy(
        "Customers: what a KAM looks after. Stores: each one on its own, and so the two lists."
    ),
    "quadrant_hold": gettext_lazy(
        "Keep the old quadrant within 5 % of the market share or 10 % of the line."
    ),
    "gate_unknown": gettext_lazy("What happens while need, solvency or decision power is not known."),
    "ka_types": gettext_lazy("One reason is enough; nobody becomes a key account by sales alone."),
    "profit_type_share": gettext_lazy("Part of the company's gross profit that one account brings."),
    "potential_type_score": gettext_lazy("60 means: buys more, from all suppliers, than 60 of 100 accounts."),
    "prospect_type_score": gettext_lazy("Buys nothing from us yet, and its budget is approved."),
    "three_p_min": gettext_lazy("0 no, 1 partly, 2 yes; every one of the three has to reach it."),
    "margin_floor": gettext_lazy("Large sales at a thin margin do not make a key account."),
    "size_gate_score": gettext_lazy("A fine margin on tiny sales does not make one either."),
    "ka_rank_by": gettext_lazy("Potential is simple: reason and gates decide. A score weighs five things."),
    "score_weights": gettext_lazy("Together 100 %; what is not known of an account is left out."),
    "enter_score": gettext_lazy("With a score: from here an account may enter."),
    "stay_score": gettext_lazy("Lower than to enter, so that nobody comes and goes with every run."),
    "list_cap": gettext_lazy("Empty: so many as the KAMs can look after."),
    "cap_per_kam": gettext_lazy("A KAM does about nine accounts well."),
    "nomination_share": gettext_lazy("Image and expert accounts that enter by decision: part of the list."),
    "tenure_months": gettext_lazy("Months in which a new key account is not dropped, unless it is vetoed."),
    "own_criteria": gettext_lazy("Judged by people; they make the strategic part of the score."),
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
            "share_rule", "market_share_source", "quadrant_hold", "share_measure", "share_source",
            "visit_window", "market_share_leave_out", "market_by_format",
        ],
    ),
    (
        gettext_lazy("Who is a key account"),
        [
            "ka_types", "profit_type_share", "potential_type_score", "prospect_type_score", "three_p_min",
            "gate_unknown", "margin_floor", "size_gate_score", "ka_rank_by", "score_weights", "enter_score",
            "stay_score", "list_cap", "cap_per_kam", "nomination_share", "tenure_months", "own_criteria",
            "selection_level",
        ],
    ),
]  # fmt: skip
#: Settings that a company decides once; on the form they are folded up under their question.
SELDOM = (
    "xyz_deviation", "xyz_span", "xyz_returns", "xyz_min_periods", "xyz_cadence_override", "share_measure",
    "share_source", "visit_window", "market_share_leave_out", "market_by_format", "prospect_type_score",
    "three_p_min", "gate_unknown", "score_weights", "enter_score", "stay_score", "cap_per_kam",
    "tenure_months", "own_criteria", "selection_level",
)  # fmt: skip
#: Parts that people read and write as percentages.
PERCENT = ("profit_type_share", "margin_floor", "nomination_share", "abc_thresholds")
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
    "company_minus_5pp": gettext_lazy("the company's own less 5 points"),
    "score": gettext_lazy("a score"),
    "profit": gettext_lazy("profit"),
    "prospect": gettext_lazy("prospect"),
    "image": gettext_lazy("image"),
    "expert": gettext_lazy("expert"),
    "gap": gettext_lazy("gap"),
    "regularity": gettext_lazy("regularity"),
    "strategic": gettext_lazy("strategic"),
}
#: What a word means differently where it names a reason or a weight.
_WORDS_OF = {
    "ka_types": {"potential": gettext_lazy("potential")},
    "score_weights": {"potential": gettext_lazy("potential")},
    "ka_rank_by": {"potential": gettext_lazy("potential")},
}


def setting_text(value: Any, name: str = "") -> str:
    """Return a setting's value in words; ``name`` tells which setting, where that changes the words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "own_criteria":
        return ", ".join(item["name"] for item in value) or _("none")
    if isinstance(value, dict):
        return ", ".join(f"{_word(key, name)} {part * 100:g}\u202f%" for key, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(setting_text(item, name) for item in value)
    if name in PERCENT and isinstance(value, int | float):
        return f"{value * 100:g}\u202f%"
    if isinstance(value, float):
        return f"{value:g}"
    return _("not set") if value is None else _word(value, name)


def _word(value: Any, name: str) -> str:
    return str(_WORDS_OF.get(name, {}).get(value) or _WORDS.get(value, value))


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the settings that differ, each in words: name, label, was, now."""
    return [
        {
            "name": name,
            "label": str(label),
            "was": setting_text(before[name], name),
            "now": setting_text(after[name], name),
        }
        for name, label in SETTINGS.items()
        if before[name] != after[name]
    ]


PRESET_WORDS = {
    "textbook": (gettext_lazy("Textbook"), gettext_lazy("the classic split, strict, ranked by a score")),
    "retail": (gettext_lazy("Retail"), gettext_lazy("chains and their stores, compared by units and format")),
    "industry": (gettext_lazy("Industry"), gettext_lazy("few large orders: two years, more large buyers")),
    "services": (gettext_lazy("Services"), gettext_lazy("contracts: money compared, a long tenure")),
}
