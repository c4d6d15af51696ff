"""Settings as people type them: parts as percentages, own criteria as lines, and back again."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ka_crm.criteria.rules.readers import COMPANY_MARGIN
from ka_crm.criteria.wording import SETTINGS

#: Settings with a fixed set of words, in the order in which they are offered.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "abc_measure": ("net_sales", "gross_profit", "contribution", "potential"),
    "xyz_deviation": ("population", "sample"),
    "xyz_span": ("since_first_purchase", "full_window"),
    "xyz_returns": ("net", "floor"),
    "share_rule": ("confident", "plain"),
    "share_measure": ("units", "amount"),
    "share_source": ("latest", "visits", "totals"),
    "market_share_source": ("configured", "computed"),
    "gate_unknown": ("provisional", "fail"),
    "ka_rank_by": ("potential", "score"),
    "selection_level": ("customer", "store"),
}
SWITCHES = ("xyz_cadence_override", "market_share_leave_out", "market_by_format", "quadrant_hold")
#: Settings of several numbers: the fields of each, and what stands behind the number.
PARTS: Mapping[str, tuple[tuple[str, Any], ...]] = {
    "abc_thresholds": (("a", "%"), ("b", "%")),
    "xyz_thresholds": (("x", ""), ("y", "")),
    "visit_window": (("visits", gettext_lazy("visits")), ("days", gettext_lazy("days"))),
    "score_weights": tuple(
        (name, "%") for name in ("potential", "gross_profit", "gap", "regularity", "strategic")
    ),
}
WHOLE = (
    "window_months", "xyz_min_periods", "three_p_min", "list_cap", "cap_per_kam", "tenure_months",
)  # fmt: skip
SHARES = ("profit_type_share", "nomination_share", "margin_floor")
UNITS = {
    "window_months": gettext_lazy("months"),
    "xyz_min_periods": gettext_lazy("months"),
    "tenure_months": gettext_lazy("months"),
    "cap_per_kam": gettext_lazy("accounts"),
    "list_cap": gettext_lazy("accounts"),
    "three_p_min": gettext_lazy("of 2"),
    "potential_type_score": gettext_lazy("of 100"),
    "prospect_type_score": gettext_lazy("of 100"),
    "size_gate_score": gettext_lazy("of 100"),
    "enter_score": gettext_lazy("of 100"),
    "stay_score": gettext_lazy("of 100"),
    **dict.fromkeys(SHARES, "%"),
}
_HUNDRED = Decimal(100)


def initial_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form's initial values of complete settings."""
    return {key: value for name in SETTINGS for key, value in _initial(name, settings[name]).items()}


def _initial(name: str, value: Any) -> dict[str, Any]:
    if name in PARTS:
        parts = list(value.values()) if isinstance(value, dict) else value
        return {
            f"{name}_{part}": _percent(number) if unit == "%" else _short(number)
            for (part, unit), number in zip(PARTS[name], parts, strict=True)
        }
    if name == "margin_floor":
        follows = value == COMPANY_MARGIN
        return {name: None if follows else _percent(value), "margin_follows_company": follows}
    if name in SHARES:
        return {name: _percent(value)}
    if name == "high_potential_classes":
        return {name: "".join(value)}
    if name == "own_criteria":
        return {name: "\n".join(_own_line(item) for item in value)}
    return {name: _short(value) if isinstance(value, float) else value}


def value_of(name: str, typed: Mapping[str, Any]) -> Any:
    """Return one setting's JSON value from the clean fields; a missing one makes ``None``, to be refused."""
    if name in PARTS:
        numbers = [
            _part(typed.get(f"{name}_{part}")) if unit == "%" else _plain(typed.get(f"{name}_{part}"))
            for part, unit in PARTS[name]
        ]
        if name == "score_weights":
            return dict(zip((part for part, _unit in PARTS[name]), numbers, strict=True))
        return numbers
    value = typed.get(name)
    if name == "margin_floor" and typed.get("margin_follows_company"):
        return COMPANY_MARGIN
    if name in SHARES:
        return _part(value)
    if name == "high_potential_classes":
        return list(value or "")
    if name == "own_criteria":
        return [_own_item(line) for line in (value or "").splitlines() if line.strip()]
    return _plain(value)


def _own_item(line: str) -> dict[str, Any]:
    """``name; weight; help`` as people write it, the last two optional."""
    name, weight, text = [*(part.strip() for part in line.split(";", 2)), "", ""][:3]
    item: dict[str, Any] = {"name": name, "help": text}
    if weight:
        try:
            item["weight"] = float(weight.replace(",", "."))
        except ValueError:
            item["help"] = f"{weight}; {text}".strip("; ")
    return item


def _own_line(item: Mapping[str, Any]) -> str:
    return "; ".join(filter(None, [item["name"], f"{item.get('weight', 1):g}", item.get("help", "")]))


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _part(value: Decimal | None) -> float | None:
    return None if value is None else float(value / _HUNDRED)


def _percent(value: float) -> Decimal:
    return _short(Decimal(str(value)) * _HUNDRED)


def _short(value: Any) -> Any:
    if isinstance(value, int):
        return value
    number = Decimal(str(value)).normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def refusal_in_words(name: str, typed: Mapping[str, Any], reason: str) -> str:
    """Return why a setting was refused in the unit in which it was typed; else the reason as it is."""
    if name == "abc_thresholds":
        return _("Class A above 0 and below 100 %, class B from 0 %, together at most 100 %.")
    if name == "score_weights":
        parts = [typed.get(f"{name}_{part}") for part, _unit in PARTS[name]]
        if any(part is None or not 0 <= part <= _HUNDRED for part in parts):
            return _("Every weight from 0 to 100 %.")
        total = sum(part for part in parts if part is not None)
        return _("The weights add up to %(total)s %%, not to 100 %%.") % {"total": f"{total.normalize():f}"}
    words = _REFUSED.get(name)
    return str(words) if words else reason


#: Refusals of what is typed in per cent, and of what can be said more simply than by its limits.
_REFUSED = {
    "xyz_thresholds": gettext_lazy("Two numbers above 0, the second the larger one."),
    "visit_window": gettext_lazy("1 to 366 visits, 1 to 3660 days."),
    "profit_type_share": gettext_lazy("From 0 to 100 %."),
    "nomination_share": gettext_lazy("From 0 to 50 %."),
    "margin_floor": gettext_lazy("From −100 % to below 100 %."),
    "list_cap": gettext_lazy("At least 1 account; empty: so many as the KAMs can look after."),
    "ka_types": gettext_lazy("At least one reason to be a key account."),
    "stay_score": gettext_lazy("At most the score to enter."),
}


def as_typed(value: Any) -> list[str]:
    """Return a value as the browser sends it: a list of texts, empty for an unticked box."""
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return ["" if value is None else str(value)]


def unit_of(name: str, key: str) -> str:
    """Return what stands behind a field's number."""
    for part, unit in PARTS.get(name, ()):
        if key == f"{name}_{part}":
            return str(unit)
    return str(UNITS.get(key, ""))
