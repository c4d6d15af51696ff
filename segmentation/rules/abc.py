"""ABC classes: which accounts carry the business.

Accounts are ranked by value. Going down the list, an account is A while the accounts *before* it make
less than the first threshold of the total, B while they make less than both thresholds together, else C.
So the account that crosses a line still joins the better class.

Every decision is made on integers: no account changes class by a float accident.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
TextArray = npt.NDArray[np.str_]
Scalar = TypeVar("Scalar", bound=np.generic)

DEFAULT_THRESHOLDS = (Decimal("0.80"), Decimal("0.15"))

NO_POSITIVE_VALUE = "no_positive_value"
NO_DIFFERENTIATION = "no_differentiation"

_SAFE_TOTAL = float(2**62)
"""Above this the running total is kept in Python integers, because int64 could overflow."""


@dataclass(frozen=True)
class AbcResult:
    """The classes of n accounts, every array in the order of the input.

    Attributes:
        rank: position in the list, from 1: value descending (zeros and negatives last), ties by code.
        share: own part of the total, 0–1; 0 for values <= 0.
        before: part of the total held by the accounts ranked before; 1 for values <= 0.
        cum_after: ``before + share``; 1 for values <= 0.
        abc_class: ``A``, ``B`` or ``C``.
        note: ``zero`` or ``negative`` where the value is outside the total, else empty.
        warning: ``no_positive_value``, ``no_differentiation`` (all buyers buy the same) or None.
        total: sum of the positive values, in the unit of the input.
        cut_values: smallest value that is in class A, and in class B; None where the class is empty.
            Whoever reaches the cut value of a class while the others stay put is sure to be in it.
        order: indices of the accounts by rank.
    """

    rank: IntArray
    share: FloatArray
    before: FloatArray
    cum_after: FloatArray
    abc_class: TextArray
    note: TextArray
    warning: str | None
    total: int
    cut_values: dict[str, int | None]
    order: IntArray


def abc_classes(
    values: IntArray,
    codes: Sequence[str] | npt.NDArray[Any],
    thresholds: tuple[Decimal, Decimal] = DEFAULT_THRESHOLDS,
) -> AbcResult:
    """Rank accounts by value and cut the list into A, B and C.

    Args:
        values: one whole number per account (amounts in ten-thousandths, or units); may be negative.
        codes: the accounts' codes; they decide the order of equal values, compared as text.
        thresholds: parts of the total for A and for B, such as 0.80 and 0.15; C is the rest.

    Raises:
        ValueError: lengths differ, or the thresholds are not positive parts of one whole.
    """
    values = np.asarray(values, dtype=np.int64)
    if values.ndim != 1 or len(values) != len(codes):
        raise ValueError("values and codes must be lists of equal length")
    limit_a, limit_ab = _limits(thresholds)

    positive = np.maximum(values, 0)
    order = rank_order(values, codes)
    running = _running_total(positive[order])
    total = int(running[-1]) if len(running) else 0
    ordered = positive[order]
    before = running - ordered

    first_of_tie = _first_of_tie(ordered)
    deciding = before[first_of_tie]
    classes = np.full(len(values), "C", dtype="<U1")
    classes[deciding < math.ceil(limit_ab * total)] = "B"
    classes[deciding < math.ceil(limit_a * total)] = "A"
    classes[ordered == 0] = "C"

    outside = ordered == 0
    return AbcResult(
        rank=_scatter(np.arange(1, len(values) + 1, dtype=np.int64), order),
        share=_scatter(_part(ordered, total), order),
        before=_scatter(np.where(outside, 1.0, _part(before, total)), order),
        cum_after=_scatter(np.where(outside, 1.0, _part(running, total)), order),
        abc_class=_scatter(classes, order),
        note=np.select([values < 0, values == 0], ["negative", "zero"], "").astype("<U8"),
        warning=_warning(ordered),
        total=total,
        cut_values={name: _smallest(ordered, classes == name) for name in ("A", "B")},
        order=order,
    )


def rank_order(values: IntArray, codes: Sequence[str] | npt.NDArray[Any]) -> IntArray:
    """Indices by value descending, equal values by code as text.

    Codes are compared only where values are equal, so a million different values cost no text sort.
    """
    values = np.asarray(values)
    order = np.argsort(-values, kind="stable").astype(np.int64)
    ordered = values[order]
    same = ordered[1:] == ordered[:-1]
    tied = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False)) if len(values) else order
    if len(tied):
        rows = order[tied]
        by_code = rows[np.argsort(text_of(codes, rows), kind="stable")]
        order[tied] = by_code[np.argsort(-values[by_code], kind="stable")]
    return order


def text_of(codes: Sequence[str] | npt.NDArray[Any], rows: IntArray) -> npt.NDArray[Any]:
    """The codes of some rows as an array that sorts as text."""
    if isinstance(codes, np.ndarray) and codes.dtype.kind == "U":
        return codes[rows]
    return np.array([str(codes[row]) for row in rows.tolist()], dtype=object)


def _limits(thresholds: tuple[Decimal, Decimal]) -> tuple[Fraction, Fraction]:
    part_a, part_b = (Fraction(Decimal(str(part))) for part in thresholds)
    if part_a <= 0 or part_b < 0 or part_a + part_b > 1:
        raise ValueError("thresholds must be positive and at most 1 together")
    return part_a, part_a + part_b


def _running_total(ordered: IntArray) -> npt.NDArray[Any]:
    """Cumulative sum that never overflows: Python integers where int64 might be too small."""
    if ordered.sum(dtype=np.float64) > _SAFE_TOTAL:
        return np.cumsum(ordered.astype(object))
    return np.cumsum(ordered)


def _first_of_tie(ordered: IntArray) -> IntArray:
    """For each position the first position that has the same value."""
    positions = np.arange(len(ordered))
    starts = np.ones(len(ordered), dtype=bool)
    starts[1:] = ordered[1:] != ordered[:-1]
    return np.maximum.accumulate(np.where(starts, positions, 0))


def _part(amounts: npt.NDArray[Any], total: int) -> FloatArray:
    if total == 0:
        return np.zeros(len(amounts))
    return (amounts / total).astype(np.float64)


def _scatter(ordered: npt.NDArray[Scalar], order: IntArray) -> npt.NDArray[Scalar]:
    """Back from rank order to the order of the input."""
    result = np.empty_like(ordered)
    result[order] = ordered
    return result


def _smallest(ordered: IntArray, chosen: npt.NDArray[np.bool_]) -> int | None:
    return int(ordered[chosen].min()) if chosen.any() else None


def _warning(ordered: IntArray) -> str | None:
    buyers = ordered[ordered > 0]
    if not len(buyers):
        return NO_POSITIVE_VALUE
    if len(buyers) > 1 and buyers[0] == buyers[-1]:
        return NO_DIFFERENTIATION
    return None
