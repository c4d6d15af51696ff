"""Key accounts in people's words: reasons, gates, moves, and the distance to every line."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ka_crm.lib import shown
from segmentation.models import KeyAccountTerm, Move, Proposal
from segmentation.rules.ka_distance import LEVEL, PART, PLACE, Line

TYPES = {
    "profit": gettext_lazy("profit"),
    "potential": gettext_lazy("potential"),
    "prospect": gettext_lazy("prospect with budget"),
    "image": gettext_lazy("image"),
    "expert": gettext_lazy("expert"),
}
FAILED = {
    "veto": gettext_lazy("veto"),
    "type": gettext_lazy("no reason"),
    "3P": gettext_lazy("3P"),
    "margin": gettext_lazy("margin"),
    "size": gettext_lazy("size"),
}
LEFT_OUT = {
    "score": gettext_lazy("below the score"),
    "cap": gettext_lazy("the list is full"),
    "nominations": gettext_lazy("nominations are full"),
}
HOW = {
    "score": gettext_lazy("by score"),
    "type": gettext_lazy("passes every gate"),
    "nominated": gettext_lazy("by nomination"),
    "tenure": gettext_lazy("in its first year"),
    "kept": gettext_lazy("kept by the review"),
}
LINES = {
    "profit": gettext_lazy("Part of our gross profit"),
    "potential": gettext_lazy("Potential score"),
    "prospect": gettext_lazy("Prospect: potential score, with an approved budget"),
    "image": gettext_lazy("Image account"),
    "expert": gettext_lazy("Expert account"),
    "need": gettext_lazy("Need"),
    "solvency": gettext_lazy("Solvency"),
    "decision_power": gettext_lazy("Decision power"),
    "margin": gettext_lazy("Gross margin"),
    "size": gettext_lazy("Size: potential or profit score"),
    "score": gettext_lazy("Score"),
    "cap": gettext_lazy("Place on the list"),
}
_LEVELS = {0: gettext_lazy("no"), 1: gettext_lazy("partly"), 2: gettext_lazy("yes")}


def types_text(types: Iterable[str]) -> str:
    """Return reasons as words: "potential, image"."""
    return ", ".join(str(TYPES.get(one, one)) for one in types)


def chip_words(term: KeyAccountTerm, since: Any) -> str:
    """Return the words of the chip in the header: since when, of which types."""
    words = types_text(term.types)
    day = date_format(since, "j M Y")
    if not words:
        return _("Key account since %(day)s") % {"day": day}
    return _("Key account since %(day)s (%(types)s)") % {"day": day, "types": words}


def value_text(line: Line, value: float | None) -> str:
    """Return a value as its line is written."""
    if value is None:
        return _("unknown")
    if line.unit == PART:
        return shown.percent_text(value, 1)
    if line.unit == LEVEL:
        return str(_LEVELS.get(round(value), value))
    if line.unit == PLACE:
        return _("no. %(place)s") % {"place": shown.number_text(value)}
    return shown.number_text(value, 1)


def asked_text(line: Line) -> str:
    """Return what a line asks for."""
    if line.name in ("image", "expert"):
        return _("an approved nomination")
    if line.unit == PLACE:
        return _("the first %(length)s") % {"length": shown.number_text(line.line)}
    return _("at least %(line)s") % {"line": value_text(line, line.line)}


def distance_text(line: Line) -> str:
    """Return the distance in words: "2.8 below", "4.1 points above", "3 places too low"."""
    distance = line.distance
    if distance is None:
        return _("passes until it is known") if line.provisional else _("unknown does not pass")
    if line.name in ("image", "expert"):
        return _("held")
    if line.unit == LEVEL:
        return _("passes") if line.passes else _("not enough")
    if line.unit == PLACE:
        if distance >= 0:
            return _("on the list") if line.passes else _("others come first")
        places = round(-distance)
        return ngettext("%(n)s place too low", "%(n)s places too low", places) % {"n": places}
    size = abs(distance) * (100 if line.unit == PART else 1)
    text = shown.number_text(size, 1)
    below, above = (
        (_("%(n)s points below"), _("%(n)s points above"))
        if line.unit == PART
        else (_("%(n)s below"), _("%(n)s above"))
    )
    if line.passes is False and distance >= 0:  # a prospect reaches the score and has no budget
        return _("reached, but no budget is approved")
    return (above if distance >= 0 else below) % {"n": text}


def line_row(line: Line) -> dict[str, Any]:
    """Return a line for a table: what, how much, what is asked, the distance."""
    return {
        "name": line.name,
        "group": line.group,
        "label": str(LINES.get(line.name, line.name)),
        "value": value_text(line, line.value),
        "asked": asked_text(line),
        "distance": distance_text(line),
        "passes": line.passes,
        "provisional": line.provisional,
    }


def in_one_sentence(line: Line) -> str:
    """Return a line as a part of a sentence: "score 57.2, 2.8 below 60.0"."""
    label = str(LINES.get(line.name, line.name))
    label = label[:1].lower() + label[1:]
    if line.distance is None or line.unit in (LEVEL, PLACE):
        return _("%(label)s %(value)s, %(asked)s is asked") % {
            "label": label, "value": value_text(line, line.value), "asked": asked_text(line),
        }  # fmt: skip
    return _("%(label)s %(value)s, %(distance)s %(line)s") % {
        "label": label,
        "value": value_text(line, line.value),
        "distance": distance_text(line),
        "line": value_text(line, line.line),
    }


def failed_words(proposal: Proposal) -> list[dict[str, str]]:
    """Return the gates that an account fails as chips, each with its reason."""
    explanation = proposal.explanation
    return [
        {"label": str(FAILED.get(name, name)), "reason": _failure_reason(name, explanation), "tone": "danger"}
        for name in proposal.failed
    ]


def doubts(proposal: Proposal) -> list[dict[str, str]]:
    """Return what is only provisional or contradicted, as chips."""
    found = []
    explanation = proposal.explanation
    unknown = [name for name, value in explanation.get("three_p", {}).items() if value is None]
    if proposal.is_provisional and unknown:
        words = ", ".join(str(LINES[name]) for name in unknown)
        reason = _("Passes for now; not assessed: %(what)s") % {"what": words}
        label = _("3P unknown") if len(unknown) == 3 else _("3P partly unknown")
        found.append({"label": label, "reason": reason, "tone": "warn"})
    ledger = explanation.get("ledger")
    if ledger:
        found.append({"label": _("ledger"), "reason": ledger_text(ledger), "tone": "warn"})
    return found


def ledger_text(ledger: Mapping[str, Any]) -> str:
    """Return what in the ledger speaks against solvency."""
    parts = []
    late, limit, owed = ledger.get("late_part"), ledger.get("limit"), ledger.get("owed") or 0
    if late and late > 0.10:
        parts.append(
            _("%(part)s of what they owe is overdue for more than 60 days; 10 %% is the line")
            % {"part": shown.percent_text(late, 0)}
        )
    if limit is not None and owed > limit:
        parts.append(
            _("they owe %(owed)s, the credit limit is %(limit)s")
            % {"owed": shown.money_text(owed), "limit": shown.money_text(limit)}
        )
    return "; ".join(parts)


def _failure_reason(name: str, explanation: Mapping[str, Any]) -> str:
    if name == "3P":
        low = [
            f"{LINES[key]} {_LEVELS.get(round(value), '') if value is not None else _('unknown')}"
            for key, value in explanation.get("three_p", {}).items()
            if value is None or value < 1
        ]
        return ", ".join(low)
    if name == "margin":
        return _("margin %(margin)s, at least %(floor)s is asked") % {
            "margin": shown.percent_text(explanation.get("margin"), 1),
            "floor": shown.percent_text(explanation.get("margin_floor"), 1),
        }
    if name == "size":
        subs = explanation.get("subs", {})
        sizes = [subs[key] for key in ("potential", "gross_profit") if subs.get(key) is not None]
        best = shown.number_text(max(sizes), 1) if sizes else _("unknown")
        return _("potential and profit: at best a score of %(score)s") % {"score": best}
    if name == "type":
        return _("none of the reasons holds")
    return _("insolvency or fraud")


def move_reason(proposal: Proposal) -> str:
    """Return why an account is proposed or not, in a few words."""
    if proposal.explanation.get("absent"):
        return _("not among the accounts computed")
    if proposal.move in (Move.ENTER, Move.STAY):
        return str(HOW.get(proposal.decision, proposal.decision))
    if proposal.failed:
        return ", ".join(str(FAILED.get(name, name)) for name in proposal.failed)
    return str(LEFT_OUT.get(proposal.left_out, ""))


def end_reason_text(text: str) -> str:
    """Return why a term ended: what somebody wrote, or the gates that were failed, in words."""
    known: dict[str, Any] = {**FAILED, **LEFT_OUT}
    parts = text.split(",")
    if text and all(part in known for part in parts):
        return ", ".join(str(known[part]) for part in parts)
    return text
