"""Why something moved, in words: the causes in short for a list, in a sentence and as a table for a page."""

from typing import Any

from django.utils.translation import gettext as _

from ka_crm.lib import shown
from segmentation.models import SegmentationRun
from segmentation.queries.why_moved import Pair
from segmentation.rules import why_moved as rules
from segmentation.rules.why_moved import Standing, relative_change
from segmentation.views import wording


def cause_text(cause: str, was: Standing, now: Standing) -> str:
    """Return one cause with how much it changed: "our share 35.0 % → 10.0 %"."""
    values = {
        "was_share": shown.percent_text(was.share, 1),
        "share": shown.percent_text(now.share, 1),
        "was_market": shown.percent_text(was.market_share, 1),
        "market": shown.percent_text(now.market_share, 1),
        "was_potential": shown.money_short_text(was.potential),
        "potential": shown.money_short_text(now.potential),
        "was_line": shown.money_short_text(was.large_from),
        "line": shown.money_short_text(now.large_from),
        "was_value": shown.money_short_text(was.value),
        "value": shown.money_short_text(now.value),
        "was_variation": _ratio(was.variation),
        "variation": _ratio(now.variation),
    }
    texts = {
        rules.POTENTIAL: _("buys %(was_potential)s → %(potential)s at all"),
        rules.LARGE_LINE: _("large buyers begin at %(was_line)s → %(line)s"),
        rules.SHARE: _("our share %(was_share)s → %(share)s, market %(market)s"),
        rules.MARKET_SHARE: _("market share %(was_market)s → %(market)s, ours %(share)s"),
        rules.MEASURED: _("its share is measured now: %(share)s"),
        rules.NOT_MEASURED: _("its share is not measured any more"),
        rules.CRITERIA: _("the criteria changed"),
        rules.HELD: _("close to a line, where the run before decides"),
        rules.VALUE: _("value %(was_value)s → %(value)s"),
        rules.VALUE_LINE: _("the value at which a class begins moved"),
        rules.VARIATION: _("variation %(was_variation)s → %(variation)s"),
        rules.MONTHS: _("the months since the first purchase"),
    }
    if cause == rules.POTENTIAL and was.potential is None:
        return _("what it buys at all is known now: %(potential)s") % values
    if cause == rules.POTENTIAL and now.potential is None:
        return _("what it buys at all is not known any more; it was %(was_potential)s") % values
    return texts[cause] % values


def short_reasons(row: dict[str, Any], by: str) -> list[str]:
    """Return the causes of a moved row for its line in a list."""
    was, now = row.get("was"), row.get("now")
    if was is None or now is None:
        return []
    causes = row["class_causes"] if by == "cell" else row["causes"]
    return [cause_text(cause, was, now) for cause in causes]


def sentence(pair: Pair, name: str) -> str:
    """Return in one sentence what happened to an account or store, and by what."""
    if pair.before is None and pair.after is not None:
        return _("%(name)s is new in this run: nothing was known of it in the run before.") % {"name": name}
    if pair.after is None and pair.before is not None:
        return _(
            "%(name)s is no longer in the run: nothing bought or counted in its window. It was %(before)s."
        ) % {"name": name, "before": wording.QUADRANTS[pair.before.quadrant]}
    assert pair.before is not None and pair.after is not None
    before, after = pair.before, pair.after
    reasons = "; ".join(cause_text(cause, before, after) for cause in pair.quadrant_causes)
    words = {
        "name": name,
        "before": wording.QUADRANTS[before.quadrant],
        "after": wording.QUADRANTS[after.quadrant],
        "reasons": reasons,
    }
    if pair.quadrant_causes:
        return _("%(name)s went from %(before)s to %(after)s: %(reasons)s.") % words
    reasons = "; ".join(cause_text(cause, before, after) for cause in pair.class_causes)
    if reasons:
        return _("%(name)s stayed %(after)s; its class changed: %(reasons)s.") % {**words, "reasons": reasons}
    return _("%(name)s stayed %(after)s.") % words


def input_lines(pair: Pair, before: SegmentationRun, after: SegmentationRun) -> list[dict[str, Any]]:
    """Return the inputs of both runs side by side: label, was, now, change, and whether it decided."""
    was, now = pair.before or Standing(""), pair.after or Standing("")
    decided = {*pair.quadrant_causes, *pair.class_causes}
    later = pair.result if pair.after is not None else None
    own_was = pair.earlier.own_sales if pair.earlier is not None else None
    own_now = later.own_sales if later is not None else None
    lines = [
        _amount(_("Buys at all"), was.potential, now.potential, rules.POTENTIAL in decided),
        _amount(_("Large buyers begin at"), was.large_from, now.large_from, rules.LARGE_LINE in decided),
        _amount(_("Buys from us"), own_was, own_now, False),
        _points(_("Our share"), was.share, now.share, rules.SHARE in decided),
        _points(
            _("Market share"), was.market_share, now.market_share, rules.MARKET_SHARE in decided
        ),
        _amount(_("Value ranked by ABC") if was.xyz or now.xyz else _("Our sales ranked"),
                was.value, now.value, rules.VALUE in decided),
    ]  # fmt: skip
    lines[5]["was"] += f" · {was.abc}" if was.abc else ""
    lines[5]["now"] += f" · {now.abc}" if now.abc else ""
    if was.xyz or now.xyz:
        decides = rules.VARIATION in decided or rules.MONTHS in decided
        lines.append(
            {
                "label": _("Variation of the months"),
                "was": f"{_ratio(was.variation)} · {was.xyz}" if was.xyz else shown.UNKNOWN,
                "now": f"{_ratio(now.variation)} · {now.xyz}" if now.xyz else shown.UNKNOWN,
                "change": "",
                "decided": decides,
            }
        )
    lines.append(
        {
            "label": _("Criteria"),
            "was": str(before.criteria),
            "now": str(after.criteria),
            "change": "" if before.criteria_id == after.criteria_id else _("other version"),
            "decided": rules.CRITERIA in decided,
        }
    )
    return lines


def _amount(label: str, was: int | None, now: int | None, decided: bool) -> dict[str, Any]:
    change = relative_change(was, now)
    return {
        "label": label,
        "was": shown.money_text(was),
        "now": shown.money_text(now),
        "change": "" if change is None else _signed(change * 100) + f"{shown.NARROW_SPACE}%",
        "decided": decided,
    }


def _points(label: str, was: float | None, now: float | None, decided: bool) -> dict[str, Any]:
    change = None if was is None or now is None else (now - was) * 100
    return {
        "label": label,
        "was": shown.percent_text(was, 1),
        "now": shown.percent_text(now, 1),
        "change": "" if change is None else _("%(points)s points") % {"points": _signed(change)},
        "decided": decided,
    }


def _signed(number: float) -> str:
    text = shown.number_text(number, 1)
    return f"+{text}" if round(number, 1) > 0 else text


def _ratio(number: float | None) -> str:
    return shown.UNKNOWN if number is None else shown.number_text(number, 2)
