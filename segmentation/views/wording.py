"""Keys and figures in people's words: explanations, measures, warnings, the line below a page's head."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ka_crm.lib import shown
from ka_crm.lib.money import SCALE
from ka_crm.lib.periods import Window
from segmentation.models import SegmentationRun
from segmentation.rules import phrases
from segmentation.rules.explanations import Explanation, Figure, Sentence

MEASURES = {
    "net_sales": gettext_lazy("our net sales"),
    "gross_profit": gettext_lazy("our gross profit"),
    "contribution": gettext_lazy("our contribution"),
    "potential": gettext_lazy("all they buy"),
}
WARNINGS = {
    "no_cost_known": gettext_lazy("no cost is known for every line, so classes go by net sales"),
    "no_cost_to_serve_known": gettext_lazy("no cost to serve is known, so contribution equals gross profit"),
    "no_differentiation": gettext_lazy("all buyers buy the same, so all are class A"),
    "no_positive_value": gettext_lazy("nobody bought more than they returned"),
    "units_unknown_amounts_compared": gettext_lazy("where units are unknown, shares are taken from amounts"),
    "amounts_unknown_units_compared": gettext_lazy("where amounts are unknown, shares are taken from units"),
    "market_share_computed": gettext_lazy(
        "where no market share is set, it is computed from the stores counted"
    ),
}
MOVES = {
    "reached_market_share": gettext_lazy("Reached market share"),
    "fell_below": gettext_lazy("Fell below market share"),
    "new_large": gettext_lazy("New among the large buyers"),
    "no_longer_large": gettext_lazy("No longer large"),
    "appeared": gettext_lazy("New in this run"),
    "other": gettext_lazy("Other moves"),
}
MARKS = {
    "kept": gettext_lazy("kept"),
    "missed": gettext_lazy("missed"),
    "misfiled": gettext_lazy("misfiled"),
}
EVIDENCE = {
    "measured": gettext_lazy("measured"),
    "early": gettext_lazy("too few counts"),
    "estimated": gettext_lazy("estimated"),
    "unknown": gettext_lazy("unknown"),
}
QUADRANTS = {
    "attack": gettext_lazy("attack"),
    "defend": gettext_lazy("defend"),
    "explore": gettext_lazy("explore"),
    "maintain": gettext_lazy("maintain"),
    "monitor": gettext_lazy("monitor"),
}
LABELS = {
    **MEASURES,
    "share_of_total": gettext_lazy("Part of the total"),
    "held_by_accounts_before": gettext_lazy("Held by the accounts before it"),
    "line_a": gettext_lazy("Class A ends at"),
    "line_b": gettext_lazy("Class B ends at"),
    "months_in_span": gettext_lazy("Months since the first purchase"),
    "months_with_purchase": gettext_lazy("Months with a purchase"),
    "mean_month": gettext_lazy("Mean of a month"),
    "variation": gettext_lazy("Variation (deviation ÷ mean)"),
    "line_x": gettext_lazy("Class X ends at"),
    "line_y": gettext_lazy("Class Y ends at"),
    "own": gettext_lazy("Ours"),
    "total": gettext_lazy("Everybody's"),
    "share": gettext_lazy("Our share"),
    "share_low": gettext_lazy("90 % interval, from"),
    "share_high": gettext_lazy("90 % interval, to"),
    "market_share": gettext_lazy("Market share"),
    "counts": gettext_lazy("Counts"),
    "potential": gettext_lazy("Buys at all"),
    "share_index": gettext_lazy("Share ÷ market share"),
    "line_large": gettext_lazy("Large buyers begin at"),
}
GRADES = {
    "A": gettext_lazy("full counts"),
    "B": gettext_lazy("good"),
    "C": gettext_lazy("fair"),
    "D": gettext_lazy("rough"),
}


#: Estimates inside sentences: three figures, because the sentence says "about".
_ROUNDED = ("amount", "gap", "more")


def figure_text(figure: Figure) -> str:
    """Return a figure as its unit is written."""
    value, unit = figure.value, figure.unit
    if value is None:
        return shown.UNKNOWN
    if unit == "key":
        words: Mapping[str, Any] = {**MEASURES, **QUADRANTS}
        return str(words.get(str(value), value))
    if isinstance(value, str):
        return value
    if unit == "amount":
        return shown.money_text(int(value))
    if unit == "units":
        return shown.units_text(int(value))
    if unit == "share":
        return shown.percent_text(value, 1)
    if unit == "ratio":
        return shown.number_text(value, 2)
    return shown.number_text(value)


def sentence_text(sentence: Sentence) -> str:
    """Return a sentence translated and filled."""
    return _(sentence.template) % {
        name: shown.about_money_text(int(figure.value or 0))
        if name in _ROUNDED and figure.unit == "amount" and figure.value is not None
        else figure_text(figure)
        for name, figure in sentence.figures.items()
    }


def explained(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation for a template: sentence, receipt lines, what would change it."""
    return {
        "sentence": sentence_text(explanation.sentence),
        "lines": [
            {
                "label": _with_capital(str(LABELS.get(line.label, line.label))),
                "value": figure_text(Figure(line.value, line.unit)),
            }
            for line in explanation.receipt
        ],
        "next_steps": [sentence_text(step) for step in explanation.next_steps],
    }


def _with_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def cell_note(note: str) -> str:
    """Return what to do in a cell."""
    return _(phrases.CELL_NOTES[note])


def reason_texts(reasons: list[str]) -> list[str]:
    """Return why a store should be asked, in words."""
    return [_(phrases.ASK_FIRST_REASONS[reason]) for reason in reasons]


def window_text(run: SegmentationRun) -> str:
    """Return "12 months to 31 Oct 2022"."""
    day = date_format(Window(run.as_of, run.window_months).last_day, "j M Y")
    return ngettext("%(n)s month to %(day)s", "%(n)s months to %(day)s", run.window_months) % {
        "n": run.window_months,
        "day": day,
    }


def run_line(run: SegmentationRun) -> str:
    """Return the quiet line below a head: run, criteria, window, measure."""
    measure = run.summary.get("measure") or run.settings.get("abc_measure", "net_sales")
    parts = [
        _("Run %(number)s") % {"number": run.pk},
        _("criteria %(version)s") % {"version": run.criteria},
        window_text(run),
        _("ABC by %(measure)s") % {"measure": MEASURES.get(measure, measure)},
    ]
    if "no_cost_known" in run.warnings:
        parts[-1] += ", " + _("no cost known")
    return " · ".join(parts)


def warning_texts(run: SegmentationRun) -> list[str]:
    """Return a run's warnings in words."""
    return [str(WARNINGS.get(warning, warning)) for warning in run.warnings]


def visits_text(visits: float) -> str:
    """Return how often to meet a buyer: "4 meetings a month", "1 in two months", "1 in four months"."""
    if visits >= 1:
        count = int(visits) if float(visits).is_integer() else visits
        return ngettext("%(n)s meeting a month", "%(n)s meetings a month", int(visits)) % {"n": count}
    return _("1 in %(n)s months") % {"n": shown.number_text(1 / visits)} if visits else _("no meetings")


def amount_of(value: float) -> int:
    """Return currency units as ten-thousandths."""
    return round(value * SCALE)
