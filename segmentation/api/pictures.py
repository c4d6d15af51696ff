"""What the charts draw, as JSON: amounts in currency units, shares 0–1, ``None`` where unknown."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ka_crm.lib import shown
from ka_crm.lib.money import SCALE
from segmentation.models import SegmentationRun
from segmentation.queries.moves import Flow
from segmentation.queries.overview import Headline, QuadrantSum
from segmentation.queries.results import Level, Row
from segmentation.rules.concentration import USUAL_BAND, Concentration
from segmentation.rules.quadrants import QUADRANTS

_SHORT_NAME = 22


def meta(run: SegmentationRun, **more: Any) -> dict[str, Any]:
    """Return what every picture says of its origin."""
    return {
        "as_of": run.as_of.isoformat(),
        "run": run.pk,
        "currency_sign": shown.currency_symbol().strip(),
        **more,
    }


def in_currency(scaled: int | None) -> float | None:
    """Return ten-thousandths as currency units."""
    return None if scaled is None else scaled / SCALE


def row_url(row: Row, level: Level) -> str:
    """Return the address of the account or store of a row."""
    name = "accounts:customer" if level == "customers" else "stores:store"
    return reverse(name, args=[row["code"]])


def slope(
    run: SegmentationRun, rows: list[Row], telling: Row | None, head: Headline, size: int
) -> dict[str, Any]:
    """Return the two lists side by side."""
    return {
        "meta": meta(run, market_share=head.market_share),
        "size": size,
        "telling": telling["code"] if telling else None,
        "words": {
            "left": _("By what they buy from us"),
            "right": _("By what they buy at all"),
            "left_short": _("Buy from us"),
            "right_short": _("Buy at all"),
            "amount": _("%(sign)s thousand") % {"sign": shown.currency_symbol().strip()},
            "ours": _("ours"),
            "market": _("market share"),
            "open": _("See the account"),
            "quadrants": {
                "attack": _("attack: large buyer, our share below market"),
                "defend": _("defend: large buyer, at or above"),
                "explore": _("explore: large buyer, share not measured"),
                "maintain": _("maintain: smaller buyer, at or above"),
                "monitor": _("monitor: smaller buyer, below or not measured"),
            },
        },
        "rows": [
            {
                "code": row["code"],
                "name": row["name"],
                "short": short_name(row["name"]),
                "url": row_url(row, "customers"),
                "quadrant": row["quadrant"],
                "own": in_currency(row["our_sales"]),
                "total": in_currency(row["potential"]),
                "share": row["share"],
                "rank_own": row["rank_own"],
                "rank_total": row["rank_potential"],
            }
            for row in rows
        ],
    }


def short_name(name: str) -> str:
    """Return a name for a phone: without a place after a slash or comma, cut at a word, not at an "&"."""
    short = name.split(" / ")[0].split(",")[0].strip() or name
    if len(short) <= _SHORT_NAME:
        return short
    cut = short[:_SHORT_NAME].rsplit(" ", 1)[0].rstrip(" &,-")
    return cut or short[:_SHORT_NAME]


def scatter(
    run: SegmentationRun,
    rows: list[Row],
    head: Headline,
    sums: dict[str, QuadrantSum],
    level: Level,
    *,
    labels: int = 18,
    list_url: str = "",
) -> dict[str, Any]:
    """Return potential against share: one point per measured row."""
    insufficient = sum(1 for row in rows if row["status"] == "insufficient")
    note = ""
    if insufficient:
        note = ngettext(
            "%(n)s without enough data is hollow.", "%(n)s without enough data are hollow.", insufficient
        ) % {"n": shown.number_text(insufficient)}
    links = [{"label": _("Open as list"), "url": list_url}] if list_url else []
    return {
        "meta": meta(
            run,
            market_share=head.market_share,
            class_a_from=in_currency(head.class_a_from),
            labels=labels,
            insufficient=insufficient,
            insufficient_text=note,
            brush_links=links,
        ),
        "words": {
            "market": _("market share"),
            "selected": _("selected"),
            "buy": _("buy"),
            "gap": _("gap about"),
            "ours": _("ours"),
        },
        "corners": corners(sums, sum(item.own_amount for item in sums.values()), small=not list_url),
        "rows": [
            {
                "code": row["code"],
                "name": row["name"],
                "short": short_name(row["name"]),
                "url": row_url(row, level),
                "quadrant": row["quadrant"],
                "own": in_currency(row["our_sales"]),
                "total": in_currency(row["potential"]),
                "share": row["share"],
                "gap": in_currency(row["gap_amount"]),
                "hollow": row["status"] == "insufficient",
            }
            for row in rows
        ],
    }


def corners(sums: dict[str, QuadrantSum], own_amount: int, small: bool) -> dict[str, Any]:
    """Return the four corner blocks: name, count, money and what it means; one line each when ``small``."""
    blocks = {}
    for name, word in (
        ("attack", _("Attack")),
        ("defend", _("Defend")),
        ("monitor", _("Monitor")),
        ("maintain", _("Maintain")),
    ):
        item = sums[name]
        lines = []
        if item.count:
            lines.append(
                _("buy %(amount)s, %(share)s ours")
                % {
                    "amount": shown.money_short_text(item.total_amount),
                    "share": shown.percent_text(item.share, 0),
                }
            )
        if name == "attack" and item.gap_amount:
            lines.append(
                (_("gap about %(amount)s") if small else _("gap to market share about %(amount)s"))
                % {"amount": shown.money_short_text(item.gap_amount)}
            )
        if name == "defend" and own_amount > 0 and item.count:
            lines.append(
                _("%(share)s of our sales") % {"share": shown.percent_text(item.own_amount / own_amount, 0)}
            )
        if small:
            lines = lines[-1:] if name in ("attack", "defend") else []
        blocks[name] = {"title": f"{word} {shown.number_text(item.count)}", "lines": lines}
    return blocks


def concentration_curve(
    run: SegmentationRun,
    own: Concentration | None,
    total: Concentration | None,
    largest_name: str,
    line: float,
    level: Level,
) -> dict[str, Any]:
    """Return both cumulative curves, each ranked by itself, with at most three labelled points."""
    points = []
    if own:
        points.append({"rank": 1, "text": f"{short_name(largest_name)} {shown.percent_text(own.first, 0)}"})
        if own.half > 1:
            part = shown.percent_text(own.parts[own.half - 1], 0)
            words = (
                _("%(n)s stores make %(part)s") if level == "stores" else _("%(n)s customers make %(part)s")
            )
            text = words % {"n": own.half, "part": part}
            points.append({"rank": own.half, "text": text})
        if own.line > own.half:
            text = _("%(n)s make %(part)s: class A ends") % {
                "n": shown.number_text(own.line),
                "part": shown.percent_text(line, 0),
            }
            points.append({"rank": own.line, "text": text})
    return {
        "meta": meta(run),
        "words": {
            "axis": (
                _("stores, largest first (log scale)")
                if level == "stores"
                else _("customers, largest first (log scale)")
            ),
            "ours": _("our sales"),
            "total": _("all they buy"),
        },
        "own": own.parts if own else [],
        "total": total.parts if total else None,
        "band": list(USUAL_BAND),
        "points": points,
    }


def flow_picture(
    run: SegmentationRun,
    before: SegmentationRun,
    flows: list[Flow],
    list_url: str,
    labels: Sequence[str] = QUADRANTS,
) -> dict[str, Any]:
    """Return the ribbons between the quadrants (or cells) of two runs; every ribbon leads to its list."""
    words = {
        "attack": _("Attack"),
        "defend": _("Defend"),
        "explore": _("Explore"),
        "maintain": _("Maintain"),
        "monitor": _("Monitor"),
    }
    used = {flow.before for flow in flows} | {flow.after for flow in flows}
    return {
        "meta": meta(run, before_run=before.pk),
        "words": {"from": run_words(before), "to": run_words(run), "none": _("Not there")},
        "nodes": [
            {"key": name, "label": words.get(name, name), "quadrant": name if name in words else None}
            for name in labels
            if name in used
        ],
        "flows": [
            {
                "from": flow.before or None,
                "to": flow.after or None,
                "count": flow.count,
                "url": f"{list_url}&flow={flow.before or 'none'}-{flow.after or 'none'}",
            }
            for flow in flows
        ],
    }


def run_words(run: SegmentationRun) -> str:
    """Return "run 14, 1 Nov 2022"."""
    return _("run %(number)s, %(day)s") % {"number": run.pk, "day": date_format(run.as_of, "j M Y")}
