"""The settings that decide how ABC-XYZ, shares and quadrants are computed.

Names, meanings and defaults are documented in ``docs/formulas/settings.md``. Thresholds are exact
decimals, because a class must never hang on how a float is rounded.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ka_crm.criteria.rules import readers
from ka_crm.criteria.rules.readers import COMPANY_MARGIN, KA_TYPES, OwnCriterion, ScoreWeights

__all__ = [
    "COMPANY_MARGIN",
    "KA_TYPES",
    "LIST_SETTINGS",
    "REGION_SETTINGS",
    "CriteriaSettings",
    "InvalidSettings",
    "OwnCriterion",
    "ScoreWeights",
    "region_values",
]

#: Settings that only decide the list of key accounts; every other one changes what a run computes.
LIST_SETTINGS: Final = (
    "ka_types", "profit_type_share", "potential_type_score", "prospect_type_score", "three_p_min",
    "margin_floor", "size_gate_score", "ka_rank_by", "score_weights", "enter_score", "stay_score", "list_cap",
    "cap_per_kam", "nomination_share", "tenure_months", "own_criteria", "gate_unknown", "selection_level",
)  # fmt: skip
#: Settings that a region may have of its own; the others are the company's, for one market ranks all alike.
REGION_SETTINGS: Final = tuple(name for name in LIST_SETTINGS if name != "selection_level")


class InvalidSettings(ValueError):
    """Settings that cannot work; ``errors`` maps the name of each to its reason."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in errors.items()))
        self.errors = errors


@dataclass(frozen=True)
class CriteriaSettings:
    """One complete set of settings; every field has the product's default."""

    abc_measure: str = "gross_profit"
    abc_thresholds: tuple[Decimal, Decimal] = (Decimal("0.80"), Decimal("0.15"))
    window_months: int = 12
    xyz_thresholds: tuple[Decimal, Decimal] = (Decimal("0.50"), Decimal("1.00"))
    xyz_deviation: str = "population"
    xyz_span: str = "since_first_purchase"
    xyz_returns: str = "net"
    xyz_min_periods: int = 6
    xyz_cadence_override: bool = True
    high_potential_classes: tuple[str, ...] = ("A",)
    share_rule: str = "confident"
    share_measure: str = "units"
    share_source: str = "latest"
    market_share_source: str = "configured"
    market_share_leave_out: bool = True
    selection_level: str = "customer"
    market_by_format: bool = False
    gate_unknown: str = "provisional"
    visit_window: tuple[int, int] = (12, 180)
    quadrant_hold: bool = False
    ka_types: tuple[str, ...] = KA_TYPES
    profit_type_share: Decimal = Decimal("0.10")
    potential_type_score: Decimal = Decimal(60)
    prospect_type_score: Decimal = Decimal(60)
    three_p_min: int = 1
    margin_floor: Decimal | str = Decimal("0.10")
    size_gate_score: Decimal = Decimal(40)
    ka_rank_by: str = "potential"
    score_weights: ScoreWeights = ScoreWeights()
    enter_score: Decimal = Decimal(60)
    stay_score: Decimal = Decimal(50)
    list_cap: int | None = None
    cap_per_kam: int = 9
    nomination_share: Decimal = Decimal("0.10")
    tenure_months: int = 12
    own_criteria: tuple[OwnCriterion, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the settings as plain JSON values, as they are stored, exported and read back."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}


def settings_from(values: Mapping[str, Any]) -> CriteriaSettings:
    """Return checked settings; a missing key takes its default.

    Raises ``InvalidSettings`` with every reason at once: unknown keys, wrong types, values that cannot work.
    """
    errors = {name: "unknown setting" for name in values if name not in _READERS}
    read: dict[str, Any] = {}
    for name, reader in _READERS.items():
        if name in values:
            try:
                read[name] = reader(values[name])
            except (ValueError, TypeError, InvalidOperation) as error:
                errors[name] = str(error) or "not understood"
    if errors:
        raise InvalidSettings(errors)
    settings = CriteriaSettings(**read)
    if settings.stay_score > settings.enter_score:
        raise InvalidSettings({"stay_score": f"at most the score to enter, {settings.enter_score}"})
    return settings


def region_values(company: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that hold in a region: the company's, with what the region decides itself."""
    return {**company, **{name: own[name] for name in REGION_SETTINGS if name in own}}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, ScoreWeights | OwnCriterion):
        return {name: _plain(part) for name, part in vars(value).items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "abc_measure": readers.one_of("net_sales", "gross_profit", "contribution", "potential"),
    "abc_thresholds": readers.abc_thresholds,
    "window_months": readers.whole(1, 60),
    "xyz_thresholds": readers.xyz_thresholds,
    "xyz_deviation": readers.one_of("population", "sample"),
    "xyz_span": readers.one_of("since_first_purchase", "full_window"),
    "xyz_returns": readers.one_of("net", "floor"),
    "xyz_min_periods": readers.whole(0, 60),
    "xyz_cadence_override": readers.switch,
    "high_potential_classes": readers.potential_classes,
    "share_rule": readers.one_of("confident", "plain"),
    "share_measure": readers.one_of("units", "amount"),
    "share_source": readers.one_of("latest", "visits", "totals"),
    "market_share_source": readers.one_of("configured", "computed"),
    "market_share_leave_out": readers.switch,
    "selection_level": readers.one_of("customer", "store"),
    "market_by_format": readers.switch,
    "gate_unknown": readers.one_of("provisional", "fail"),
    "visit_window": readers.visit_window,
    "quadrant_hold": readers.switch,
    "ka_types": readers.ka_types,
    "profit_type_share": readers.number(0, 1),
    "potential_type_score": readers.number(0, 100),
    "prospect_type_score": readers.number(0, 100),
    "three_p_min": readers.whole(0, 2),
    "margin_floor": readers.margin_floor,
    "size_gate_score": readers.number(0, 100),
    "ka_rank_by": readers.one_of("potential", "score"),
    "score_weights": readers.score_weights,
    "enter_score": readers.number(0, 100),
    "stay_score": readers.number(0, 100),
    "list_cap": readers.whole_or_none(1, 100_000),
    "cap_per_kam": readers.whole(1, 100),
    "nomination_share": readers.number(0, 0.5),
    "tenure_months": readers.whole(0, 120),
    "own_criteria": readers.own_criteria,
}
