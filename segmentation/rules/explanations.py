"""Why a number is what it is: stored results as sentences to translate, receipt lines and next steps.

Everything here is data. Templates stay untranslated and values unformatted; the page that shows them
translates the template, formats each figure by its unit and puts them together.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from segmentation.rules import phrases
from segmentation.rules.quadrants import ATTACK, DEFEND, EXPLORE, MAINTAIN, MONITOR

AMOUNT = "amount"
SHARE = "share"
COUNT = "count"
RANK = "rank"
RATIO = "ratio"
MONTHS = "months"
DAYS = "days"
CLASS = "class"
KEY = "key"
"""Unit of a value that is itself a key to translate (a measure, a quadrant)."""


@dataclass(frozen=True)
class Figure:
    """A value and how to format it; None is unknown."""

    value: int | float | str | None
    unit: str


@dataclass(frozen=True)
class Sentence:
    """An untranslated template with the figures that fill it."""

    template: str
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class ReceiptLine:
    """One line of the arithmetic: the key of its label, and its figure."""

    label: str
    value: int | float | str | None
    unit: str


@dataclass(frozen=True)
class Explanation:
    """The answer to "why": a sentence, the arithmetic, and what would change the result."""

    sentence: Sentence
    receipt: tuple[ReceiptLine, ...]
    next_steps: tuple[Sentence, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, to be stored with the result."""
        return asdict(self)


def explain_abc(
    *,
    abc_class: str,
    value: int,
    measure: str,
    rank: int,
    accounts: int,
    share: float,
    before: float,
    thresholds: tuple[float, float],
    cut_values: Mapping[str, int | None],
    note: str = "",
    unit: str = AMOUNT,
) -> Explanation:
    """Why an account has its ABC class, and how much more would give it the next better one."""
    lines = {"A": thresholds[0], "B": thresholds[0] + thresholds[1]}
    figures = {
        "cls": Figure(abc_class, CLASS),
        "value": Figure(value, unit),
        "measure": Figure(measure, KEY),
        "rank": Figure(rank, RANK),
        "accounts": Figure(accounts, COUNT),
        "share": Figure(share, SHARE),
        "before": Figure(before, SHARE),
        "line_class": Figure(abc_class, CLASS),
        "line": Figure(lines.get(abc_class), SHARE),
    }
    template = {
        "zero": phrases.ABC_OUTSIDE_ZERO,
        "negative": phrases.ABC_OUTSIDE_NEGATIVE,
    }.get(note, phrases.ABC_LAST if abc_class == "C" else phrases.ABC_PLACED)
    return Explanation(
        Sentence(template, figures),
        (
            ReceiptLine(measure, value, unit),
            ReceiptLine("share_of_total", share, SHARE),
            ReceiptLine("held_by_accounts_before", before, SHARE),
            ReceiptLine("line_a", lines["A"], SHARE),
            ReceiptLine("line_b", lines["B"], SHARE),
        ),
        _next_abc_class(abc_class, value, cut_values, unit),
    )


def _next_abc_class(
    abc_class: str, value: int, cut_values: Mapping[str, int | None], unit: str
) -> tuple[Sentence, ...]:
    """What reaches the next better class that has members: enough for sure, a little less may do."""
    for name in {"C": "BA", "B": "A"}.get(abc_class, ""):
        cut = cut_values.get(name)
        if cut is not None:
            figures = {"more": Figure(cut - value, unit), "next_class": Figure(name, CLASS)}
            return (Sentence(phrases.ABC_NEXT, figures),)
    return ()


def explain_xyz(
    *,
    xyz_class: str,
    cv: float | None,
    mean: float | None,
    months: int,
    active: int,
    thresholds: tuple[float, float],
    min_periods: int,
    overridden: bool = False,
    gap_mean: float | None = None,
    gap_cv: float | None = None,
    unit: str = AMOUNT,
) -> Explanation:
    """Why an account has its XYZ class, and where the next better one begins."""
    steady = overridden and gap_mean is not None and gap_cv is not None
    figures = {
        "cls": Figure(xyz_class, CLASS),
        "cv": Figure(cv, RATIO),
        "mean": Figure(mean, unit),
        "months": Figure(months, MONTHS),
        "active": Figure(active, MONTHS),
        "min_periods": Figure(min_periods, MONTHS),
        "gap_mean": Figure(gap_mean, DAYS),
        "gap_sd": Figure(gap_mean * gap_cv if gap_mean is not None and gap_cv is not None else None, DAYS),
    }
    if steady:
        template = phrases.XYZ_STEADY
    elif xyz_class == "N":
        template = phrases.XYZ_NEW
    else:
        template = phrases.XYZ_NOTHING if cv is None else phrases.XYZ_REGULAR
    steps: tuple[Sentence, ...] = ()
    if cv is not None and not steady and xyz_class in ("Y", "Z"):
        better, limit = ("X", thresholds[0]) if xyz_class == "Y" else ("Y", thresholds[1])
        steps = (
            Sentence(phrases.XYZ_NEXT, {"next_class": Figure(better, CLASS), "limit": Figure(limit, RATIO)}),
        )
    return Explanation(
        Sentence(template, figures),
        (
            ReceiptLine("months_in_span", months, MONTHS),
            ReceiptLine("months_with_purchase", active, MONTHS),
            ReceiptLine("mean_month", mean, unit),
            ReceiptLine("variation", cv, RATIO),
            ReceiptLine("line_x", thresholds[0], RATIO),
            ReceiptLine("line_y", thresholds[1], RATIO),
        ),
        steps,
    )


def explain_share(
    *,
    status: str,
    own: float,
    total: float,
    clusters: int,
    share: float | None,
    low: float | None,
    high: float | None,
    market_share: float | None,
    gap_amount: float | None = None,
    days_needed: int | None = None,
    min_clusters: int = 5,
    min_total: float = 30,
    unit: str = "units",
) -> Explanation:
    """Why a store is below market share or not, what that is worth, and what would make it sure."""
    figures = {
        "own": Figure(own, unit),
        "total": Figure(total, unit),
        "clusters": Figure(clusters, COUNT),
        "share": Figure(share, SHARE),
        "high": Figure(high, SHARE),
        "market_share": Figure(market_share, SHARE),
        "min_clusters": Figure(min_clusters, COUNT),
        "min_total": Figure(min_total, unit),
    }
    template = {
        "insufficient": phrases.SHARE_INSUFFICIENT,
        "no_market_share": phrases.SHARE_NO_MARKET,
        "ok": phrases.SHARE_OK,
        "below_watch": phrases.SHARE_WATCH,
        "below_confirmed": phrases.SHARE_CONFIRMED,
    }[status]
    steps = []
    if gap_amount and status in ("below_watch", "below_confirmed"):
        steps.append(Sentence(phrases.SHARE_GAP, {"gap": Figure(gap_amount, AMOUNT)}))
    if days_needed and status == "below_watch":
        steps.append(Sentence(phrases.SHARE_MORE_DAYS, {"days": Figure(days_needed, COUNT)}))
    return Explanation(
        Sentence(template, figures),
        (
            ReceiptLine("own", own, unit),
            ReceiptLine("total", total, unit),
            ReceiptLine("share", share, SHARE),
            ReceiptLine("share_low", low, SHARE),
            ReceiptLine("share_high", high, SHARE),
            ReceiptLine("market_share", market_share, SHARE),
            ReceiptLine("counts", clusters, COUNT),
        ),
        tuple(steps),
    )


def explain_quadrant(
    *,
    quadrant: str,
    potential: float | None,
    potential_class: str,
    own: float | None,
    share: float | None,
    market_share: float | None,
    high: bool,
    cut: float | None = None,
    held: bool = False,
    unit: str = AMOUNT,
) -> Explanation:
    """Why an account is in its quadrant, and what would move it, in the unit of the potential."""
    comparable = potential is not None and share is not None and market_share is not None and market_share > 0
    index = share / market_share if comparable and share is not None and market_share else None
    figures = {
        "quadrant": Figure(quadrant, KEY),
        "potential": Figure(potential, unit),
        "potential_class": Figure(potential_class, CLASS),
        "share": Figure(share, SHARE),
        "market_share": Figure(market_share, SHARE),
        "index": Figure(index, RATIO),
    }
    if not potential:
        template = phrases.QUADRANT_UNKNOWN
    else:
        template = phrases.QUADRANT_MEASURED if comparable else phrases.QUADRANT_UNMEASURED
    steps = [Sentence(phrases.QUADRANT_HELD, {})] if held else []
    if potential and share is not None and market_share is not None:
        steps += _across_market_share(quadrant, potential, share, market_share, unit)
    if quadrant == EXPLORE:
        steps.append(Sentence(phrases.QUADRANT_MEASURE, {}))
    if not high and potential and cut is not None and cut > potential:
        reach = {"cut": Figure(cut, unit), "amount": Figure(cut - potential, unit)}
        steps.append(Sentence(phrases.QUADRANT_LARGE, reach))
    receipt = (
        ReceiptLine("potential", potential, unit),
        ReceiptLine("own", own, unit),
        ReceiptLine("share", share, SHARE),
        ReceiptLine("market_share", market_share, SHARE),
        ReceiptLine("share_index", index, RATIO),
        ReceiptLine("line_large", cut, unit),
    )
    knows_something = any(line.value is not None for line in receipt)
    return Explanation(Sentence(template, figures), receipt if knows_something else (), tuple(steps))


def _across_market_share(
    quadrant: str, potential: float, share: float, market_share: float, unit: str
) -> list[Sentence]:
    """Purchases that must move between us and others until the share reaches the market's."""
    distance = (market_share - share) * potential
    target = {ATTACK: DEFEND, DEFEND: ATTACK, MONITOR: MAINTAIN, MAINTAIN: MONITOR}.get(quadrant)
    if target is None or distance == 0:
        return []
    template = phrases.QUADRANT_UP if distance > 0 else phrases.QUADRANT_DOWN
    return [Sentence(template, {"target": Figure(target, KEY), "amount": Figure(abs(distance), unit)})]
