"""How far an account is from every line that decides whether it is a key account.

Works on the plain JSON that a proposal keeps (``explanation``), so that pages, API and tests read the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ka_crm.criteria.rules.settings import CriteriaSettings
from segmentation.rules.ka_selection import SCORE

#: Groups of lines, in the order in which they are told.
TYPE, GATE, RANK = "type", "gate", "rank"
#: How a value is written: a score 0–100, a part 0–1, a finding 0/1/2, a place on the list.
POINTS, PART, LEVEL, PLACE = "points", "part", "level", "place"
_EQUAL = 1e-9


@dataclass(frozen=True)
class Line:
    """One line: what is measured, what it is, where the line lies.

    Attributes:
        name: key of the measure; group: type, gate or rank; unit: how it is written.
        value: ``None`` is unknown. line: the value that passes.
        passes: ``None`` where the line does not apply.
        provisional: passes only because it is not known yet.
    """

    name: str
    group: str
    unit: str
    value: float | None
    line: float
    passes: bool | None
    provisional: bool = False

    @property
    def distance(self) -> float | None:
        """Value less line, places turned round: above 0 is inside. ``None`` where it is unknown."""
        if self.value is None:
            return None
        return self.line - self.value if self.unit == PLACE else self.value - self.line


def lines_of(explanation: Mapping[str, Any], settings: CriteriaSettings) -> list[Line]:
    """Return every line that concerns an account, types first, then gates, then the list itself."""
    if not explanation or explanation.get("absent"):
        return []
    return [*_types(explanation, settings), *_gates(explanation, settings), *_list(explanation, settings)]


def deciding(lines: list[Line]) -> list[Line]:
    """Return the lines that keep an account from the list, the nearest of the reasons first.

    Reasons are alternatives: none of them counts as missed where one is held, and one that nothing is known
    about is only told where there is no other.
    """
    reasons = [line for line in lines if line.group == TYPE and line.passes is not None]
    missed = [line for line in lines if line.group != TYPE and line.passes is False]
    if any(line.passes for line in reasons):
        return missed
    known = [line for line in reasons if line.value is not None] or reasons
    return [*sorted(known, key=_relative_gap), *missed]


def _relative_gap(line: Line) -> float:
    distance = line.distance
    return float("inf") if distance is None else -distance / max(abs(line.line), _EQUAL)


def _at_least(value: float | None, line: float) -> bool:
    return value is not None and value >= line - _EQUAL


def _types(explanation: Mapping[str, Any], settings: CriteriaSettings) -> list[Line]:
    subs, buys = explanation["subs"], explanation["buys"]
    by_score = settings.ka_rank_by == SCORE
    easier = 0.0 if by_score or not explanation["already"] else _band(settings)
    found = []
    if "profit" in settings.ka_types and (buys or explanation["profit_share"] is not None):
        line = float(settings.profit_type_share)
        value = explanation["profit_share"]
        found.append(Line("profit", TYPE, PART, value, line, _at_least(value, line)))
    if "potential" in settings.ka_types and buys:
        line = float(settings.potential_type_score) - easier
        value = subs.get("potential")
        found.append(Line("potential", TYPE, POINTS, value, line, _at_least(value, line)))
    if "prospect" in settings.ka_types and not buys:
        line = float(settings.prospect_type_score) - easier
        value = subs.get("potential")
        passes = _at_least(value, line) and bool(explanation["approved_budget"])
        found.append(Line("prospect", TYPE, POINTS, value, line, passes))
    found += [
        Line(name, TYPE, LEVEL, 1.0, 1.0, True)
        for name in ("image", "expert")
        if name in settings.ka_types and explanation[name]
    ]
    return found


def _band(settings: CriteriaSettings) -> float:
    return float(settings.enter_score - settings.stay_score)


def _gates(explanation: Mapping[str, Any], settings: CriteriaSettings) -> list[Line]:
    unknown_passes = settings.gate_unknown == "provisional"

    def gate(name: str, unit: str, value: float | None, line: float) -> Line:
        is_open = value is None and unknown_passes
        return Line(name, GATE, unit, value, line, is_open or _at_least(value, line), is_open)

    found = [
        gate(name, LEVEL, value, float(settings.three_p_min))
        for name, value in explanation["three_p"].items()
    ]
    floor = explanation["margin_floor"]
    if explanation["margin_applies"] and floor is not None:
        found.append(gate("margin", PART, explanation["margin"], floor))
    subs = explanation["subs"]
    sizes = [subs[name] for name in ("potential", "gross_profit") if subs.get(name) is not None]
    found.append(gate("size", POINTS, max(sizes, default=None), float(settings.size_gate_score)))
    return found


def _list(explanation: Mapping[str, Any], settings: CriteriaSettings) -> list[Line]:
    found = []
    if settings.ka_rank_by == SCORE:
        line = float(settings.stay_score if explanation["already"] else settings.enter_score)
        value = explanation["score"]
        found.append(Line("score", RANK, POINTS, value, line, _at_least(value, line)))
    length, rank = explanation["length"], explanation["rank"]
    if length is not None and rank:
        found.append(Line("cap", RANK, PLACE, float(rank), float(length), bool(explanation["listed"])))
    return found
