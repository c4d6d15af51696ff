"""The settings that decide how ABC-XYZ, shares and quadrants are computed.

Names, meanings and defaults are documented in ``docs/formulas/settings.md``. Thresholds are exact
decimals, because a class must never hang on how a float is rounded.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final


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
    return CriteriaSettings(**read)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _one_of(*choices: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return str(value)

    return read


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return read


def _two_decimals(value: Any) -> tuple[Decimal, Decimal]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError("a list of two numbers")
    if any(isinstance(item, bool) for item in value):
        raise ValueError("a list of two numbers")
    first, second = (Decimal(str(item)) for item in value)
    if not (first.is_finite() and second.is_finite()):
        raise ValueError("a list of two numbers")
    return first, second


def _abc_thresholds(value: Any) -> tuple[Decimal, Decimal]:
    a, b = _two_decimals(value)
    if not (0 < a < 1 and b >= 0 and a + b <= 1):
        raise ValueError("A above 0 and below 1, B from 0, together at most 1")
    return a, b


def _xyz_thresholds(value: Any) -> tuple[Decimal, Decimal]:
    x, y = _two_decimals(value)
    if not 0 < x < y:
        raise ValueError("two rising numbers above 0")
    return x, y


def _potential_classes(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or list(value) not in (["A"], ["A", "B"]):
        raise ValueError('["A"] or ["A", "B"]')
    return tuple(value)


def _visit_window(value: Any) -> tuple[int, int]:
    if isinstance(value, Mapping):
        value = [value.get("visits"), value.get("days")]
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError("a list of two whole numbers: visits, days")
    visits, days = _whole(1, 366)(value[0]), _whole(1, 3660)(value[1])
    return visits, days


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "abc_measure": _one_of("net_sales", "gross_profit", "contribution", "potential"),
    "abc_thresholds": _abc_thresholds,
    "window_months": _whole(1, 60),
    "xyz_thresholds": _xyz_thresholds,
    "xyz_deviation": _one_of("population", "sample"),
    "xyz_span": _one_of("since_first_purchase", "full_window"),
    "xyz_returns": _one_of("net", "floor"),
    "xyz_min_periods": _whole(0, 60),
    "xyz_cadence_override": _switch,
    "high_potential_classes": _potential_classes,
    "share_rule": _one_of("confident", "plain"),
    "share_measure": _one_of("units", "amount"),
    "share_source": _one_of("latest", "visits", "totals"),
    "market_share_source": _one_of("configured", "computed"),
    "market_share_leave_out": _switch,
    "selection_level": _one_of("customer", "store"),
    "market_by_format": _switch,
    "gate_unknown": _one_of("provisional", "fail"),
    "visit_window": _visit_window,
    "quadrant_hold": _switch,
}
