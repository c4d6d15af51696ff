"""Readers of single settings: each takes a plain JSON value and returns it checked and typed.

A value that cannot work raises ``ValueError`` with what would: the text stands beside the field.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

#: Why an account may be a key account, in the order in which reasons are told.
KA_TYPES = ("profit", "prospect", "potential", "image", "expert")
#: The margin floor that follows the company: its own margin less five percentage points.
COMPANY_MARGIN = "company_minus_5pp"
_LONGEST_NAME, _LONGEST_HELP, _MOST_OWN = 80, 300, 12


@dataclass(frozen=True)
class ScoreWeights:
    """Weights of the five sub-scores; together exactly 1."""

    potential: Decimal = Decimal("0.40")
    gross_profit: Decimal = Decimal("0.25")
    gap: Decimal = Decimal("0.15")
    regularity: Decimal = Decimal("0.10")
    strategic: Decimal = Decimal("0.10")


@dataclass(frozen=True)
class OwnCriterion:
    """A qualitative criterion of the company's own; a part of the strategic sub-score."""

    name: str
    weight: Decimal = Decimal(1)
    help: str = ""


def one_of(*choices: str) -> Callable[[Any], str]:
    """Return a reader of one of the words given."""

    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return str(value)

    return read


def switch(value: Any) -> bool:
    """Read true or false; nothing else is understood as one of them."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def whole(low: int, high: int) -> Callable[[Any], int]:
    """Return a reader of a whole number within limits, both included."""

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


def abc_thresholds(value: Any) -> tuple[Decimal, Decimal]:
    """Read the parts of the total that make class A and class B."""
    a, b = _two_decimals(value)
    if not (0 < a < 1 and b >= 0 and a + b <= 1):
        raise ValueError("A above 0 and below 1, B from 0, together at most 1")
    return a, b


def xyz_thresholds(value: Any) -> tuple[Decimal, Decimal]:
    """Read the variations at which X and Y end."""
    x, y = _two_decimals(value)
    if not 0 < x < y:
        raise ValueError("two rising numbers above 0")
    return x, y


def potential_classes(value: Any) -> tuple[str, ...]:
    """Read the classes that count as large."""
    if not isinstance(value, list | tuple) or list(value) not in (["A"], ["A", "B"]):
        raise ValueError('["A"] or ["A", "B"]')
    return tuple(value)


def visit_window(value: Any) -> tuple[int, int]:
    """Read visits and days."""
    if isinstance(value, Mapping):
        value = [value.get("visits"), value.get("days")]
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError("a list of two whole numbers: visits, days")
    visits, days = whole(1, 366)(value[0]), whole(1, 3660)(value[1])
    return visits, days


def number(low: float, high: float) -> Callable[[Any], Decimal]:
    """Return a reader of a number within limits, both included."""

    def read(value: Any) -> Decimal:
        found = _decimal(value)
        if found is None or not Decimal(str(low)) <= found <= Decimal(str(high)):
            raise ValueError(f"a number from {low:g} to {high:g}")
        return found

    return read


def whole_or_none(low: int, high: int) -> Callable[[Any], int | None]:
    """Return a reader of a whole number within limits; null is allowed and means "not set"."""
    inner = whole(low, high)

    def read(value: Any) -> int | None:
        return None if value is None else inner(value)

    return read


def ka_types(value: Any) -> tuple[str, ...]:
    """Read the types that make a key account; at least one, in the order in which they are told."""
    if not isinstance(value, list | tuple) or not value or not set(value) <= set(KA_TYPES):
        raise ValueError(f"at least one of {', '.join(KA_TYPES)}")
    return tuple(name for name in KA_TYPES if name in value)


def margin_floor(value: Any) -> Decimal | str:
    """Read the smallest gross margin, a part of sales, or the word that follows the company's own."""
    if value == COMPANY_MARGIN:
        return COMPANY_MARGIN
    found = _decimal(value)
    if found is None or not -1 <= found < 1:
        raise ValueError(f"a number from -1 to below 1, or {COMPANY_MARGIN}")
    return found


def score_weights(value: Any) -> ScoreWeights:
    """Read the five weights; they have to add up to 1, exactly."""
    names = list(ScoreWeights.__dataclass_fields__)
    if not isinstance(value, Mapping) or set(value) != set(names):
        raise ValueError(f"a weight for each of {', '.join(names)}")
    found = {name: _decimal(value[name]) for name in names}
    weights = {name: weight for name, weight in found.items() if weight is not None and weight >= 0}
    if len(weights) != len(names):
        raise ValueError("numbers from 0 to 1")
    if sum(weights.values()) != 1:
        raise ValueError(f"the weights add up to {sum(weights.values())}, not to 1")
    return ScoreWeights(**weights)


def own_criteria(value: Any) -> tuple[OwnCriterion, ...]:
    """Read the company's own criteria: a name each, a weight (1 where none is given) and a help text."""
    if not isinstance(value, list | tuple) or len(value) > _MOST_OWN:
        raise ValueError(f"a list of at most {_MOST_OWN} criteria")
    found = tuple(_own_criterion(item) for item in value)
    names = [criterion.name.casefold() for criterion in found]
    if len(set(names)) != len(names):
        raise ValueError("every criterion needs a name of its own")
    return found


def _own_criterion(item: Any) -> OwnCriterion:
    if not isinstance(item, Mapping) or not set(item) <= {"name", "weight", "help"}:
        raise ValueError("each with a name, perhaps a weight and a help text")
    name, text = item.get("name"), item.get("help", "")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= _LONGEST_NAME:
        raise ValueError(f"a name of at most {_LONGEST_NAME} characters each")
    if not isinstance(text, str) or len(text) > _LONGEST_HELP:
        raise ValueError(f"a help text of at most {_LONGEST_HELP} characters")
    weight = Decimal(1) if item.get("weight") is None else _decimal(item["weight"])
    if weight is None or not 0 < weight <= 100:
        raise ValueError("weights above 0, at most 100")
    return OwnCriterion(name.strip(), weight, text.strip())


def _decimal(value: Any) -> Decimal | None:
    """A finite number as an exact decimal; ``None`` for everything else, true and false included."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    found = Decimal(str(value))
    return found if found.is_finite() else None
