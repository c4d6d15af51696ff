"""XYZ classes: how regularly an account buys.

Monthly purchases that hardly vary are X, varying ones Y, irregular ones Z; an account with too short a
history is N (new). The measure is the coefficient of variation, CV = standard deviation / mean, over the
months since the first purchase. Two other measures (demand pattern, frequency) stand beside it.

A CV that sits exactly on a threshold is decided in whole numbers: six equal months and six empty ones
have a CV of exactly 1 and are Y under the default thresholds, on every machine.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from segmentation.rules.demand_pattern import (
    SBC_CLASSES,
    SBC_NAMES,
    frequency_classes,
    sbc_codes,
)

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.str_]

DEFAULT_THRESHOLDS = (Decimal("0.50"), Decimal("1.00"))
CADENCE_MIN_GAPS = 5
"""Six distinct order days have five gaps between them."""
CADENCE_LIMIT = 0.25
"""Largest CV of the gaps, and largest CV² of the months with a purchase, of a steady cadence."""

_CHUNK = 100_000
"""Rows per pass: keeps the temporary arrays small at a million accounts."""
_NEAR = 1e-9


@dataclass(frozen=True)
class XyzSettings:
    """How regularity is measured; every field is a setting of the criteria."""

    thresholds: tuple[Decimal, Decimal] = DEFAULT_THRESHOLDS
    deviation: Literal["population", "sample"] = "population"
    span: Literal["since_first_purchase", "full_window"] = "since_first_purchase"
    returns: Literal["net", "floor"] = "net"
    min_periods: int = 6
    cadence_override: bool = True

    @property
    def ddof(self) -> int:
        """0 where the window is the whole population, 1 where it is a sample."""
        return 1 if self.deviation == "sample" else 0


@dataclass
class XyzResult:
    """Regularity of n accounts, every array in the order of the input; nan is "not defined".

    Attributes:
        xyz_class: ``X``, ``Y``, ``Z``, or ``N`` for a history under ``min_periods`` months.
        n: months in the span.
        active: months of the span with an amount other than 0.
        mean, std: monthly purchase and its deviation, in the unit of the input.
        cv: ``std / mean``; nan where the purchases of the span do not add up to more than 0.
        adi: average demand interval, ``n / active``.
        cv2_nonzero: squared CV of the months with a purchase; nan under two such months.
        sbc_code: index into ``SBC_NAMES`` (smooth, erratic, intermittent, lumpy, undetermined, none).
        frequency: ``active / n``.
        frequency_class: class by frequency alone.
        gap_mean, gap_cv: days between orders and their CV, where order days were given.
        overridden: X because of a steady cadence although the months look irregular.
    """

    xyz_class: TextArray
    n: IntArray
    active: IntArray
    mean: FloatArray
    std: FloatArray
    cv: FloatArray
    adi: FloatArray
    cv2_nonzero: FloatArray
    sbc_code: npt.NDArray[np.int8]
    frequency: FloatArray
    frequency_class: TextArray
    gap_mean: FloatArray = field(default_factory=lambda: np.empty(0))
    gap_cv: FloatArray = field(default_factory=lambda: np.empty(0))
    overridden: BoolArray = field(default_factory=lambda: np.empty(0, dtype=bool))

    def __post_init__(self) -> None:
        size = len(self.n)
        if len(self.overridden) != size:
            self.gap_mean, self.gap_cv = np.full(size, np.nan), np.full(size, np.nan)
            self.overridden = np.zeros(size, dtype=bool)

    @property
    def sbc(self) -> TextArray:
        """Demand pattern by name; empty where nothing was bought in the span."""
        return SBC_NAMES[self.sbc_code]

    @property
    def sbc_class(self) -> TextArray:
        """Class by demand pattern alone: smooth X, erratic and intermittent Y, the rest Z."""
        return SBC_CLASSES[self.sbc_code]


def xyz_classes(
    months: IntArray,
    settings: XyzSettings | None = None,
    order_gaps: Mapping[int, Sequence[int]] | None = None,
    first_month: IntArray | None = None,
) -> XyzResult:
    """Classify n accounts by the regularity of their monthly purchases.

    Args:
        months: purchases per account and month, oldest first, shape (n, k); credit notes negative.
        settings: see ``XyzSettings``.
        order_gaps: row → days between its distinct order days over the whole order history. Rows that
            ``cadence_candidates`` does not name need none.
        first_month: index of the month of the first purchase ever: negative for before the window,
            k or more for never. Without it the window's own first purchase counts.
    """
    settings = settings or XyzSettings()
    months = np.asarray(months, dtype=np.int64)
    if months.ndim != 2:
        raise ValueError("months must have one row per account and one column per month")
    pieces = [
        _classify(months[rows], settings, None if first_month is None else first_month[rows])
        for rows in _chunks(len(months))
    ]
    result = pieces[0] if len(pieces) == 1 else _joined(pieces)
    return with_cadence(result, settings, order_gaps) if order_gaps else result


def cadence_candidates(result: XyzResult, settings: XyzSettings | None = None) -> IntArray:
    """Rows that a steady cadence could still turn into X: only their order days are worth reading."""
    settings = settings or XyzSettings()
    if not settings.cadence_override:
        return np.empty(0, dtype=np.int64)
    irregular = np.isin(result.xyz_class, ["Y", "Z"]) & np.isfinite(result.cv) & ~result.overridden
    return np.flatnonzero(irregular & _similar_sizes(result)).astype(np.int64)


def with_cadence(
    result: XyzResult, settings: XyzSettings, order_gaps: Mapping[int, Sequence[int]]
) -> XyzResult:
    """The result after the cadence override: even gaps and similar order sizes make a Y or Z an X."""
    for row, gaps in order_gaps.items():
        if len(gaps) >= 1:
            result.gap_mean[row] = np.mean(gaps)
        if len(gaps) >= 2 and result.gap_mean[row] > 0:
            result.gap_cv[row] = np.std(gaps, ddof=1) / result.gap_mean[row]
    candidates = cadence_candidates(result, settings)
    known = [len(order_gaps.get(row, ())) for row in candidates.tolist()]
    enough = np.array(known, dtype=np.int64) >= CADENCE_MIN_GAPS
    steady = candidates[enough & (result.gap_cv[candidates] <= CADENCE_LIMIT + _NEAR)]
    result.xyz_class[steady] = "X"
    result.overridden[steady] = True
    return result


def gaps_between(order_days: Sequence[int]) -> list[int]:
    """Days between distinct order days, given as day numbers; orders of one day count once."""
    days = sorted(set(order_days))
    return [later - earlier for earlier, later in pairwise(days)]


def _chunks(size: int) -> Iterator[slice]:
    for start in range(0, max(size, 1), _CHUNK):
        yield slice(start, start + _CHUNK)


def _joined(pieces: list[XyzResult]) -> XyzResult:
    columns = [f.name for f in dataclass_fields(XyzResult)]
    return XyzResult(**{name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in columns})


def _classify(months: IntArray, settings: XyzSettings, first_month: IntArray | None) -> XyzResult:
    amounts = np.maximum(months, 0) if settings.returns == "floor" else months
    bought = amounts != 0
    start = _span_start(bought, settings, first_month)
    width = amounts.shape[1]
    n = (width - start).astype(np.int64)
    active = bought.sum(axis=1, dtype=np.int64)  # months before the span are empty
    in_span = np.arange(width) >= start[:, None]

    with np.errstate(divide="ignore", invalid="ignore"):
        mean, std = _mean_and_deviation(amounts, in_span, n, settings.ddof)
        cv = np.where(mean > 0, std / mean, np.nan)
        active_mean, active_std = _mean_and_deviation(amounts, bought, active, settings.ddof)
        cv2 = np.where((active >= 2) & (active_mean > 0), (active_std / active_mean) ** 2, np.nan)
        adi = np.where(active > 0, n / active, np.nan)
        frequency = np.where(n > 0, active / n, np.nan)

    return XyzResult(
        xyz_class=_classes(amounts, start, n, cv, settings),
        n=n,
        active=active,
        mean=mean,
        std=std,
        cv=cv,
        adi=adi,
        cv2_nonzero=cv2,
        sbc_code=sbc_codes(adi, cv2, n),
        frequency=frequency,
        frequency_class=frequency_classes(frequency),
    )


def _span_start(bought: BoolArray, settings: XyzSettings, first_month: IntArray | None) -> IntArray:
    """First month of each span; the window's length where the account never bought."""
    rows, width = bought.shape
    if settings.span == "full_window" or width == 0:
        return np.zeros(rows, dtype=np.int64)
    start: IntArray = np.where(bought.any(axis=1), bought.argmax(axis=1), width).astype(np.int64)
    if first_month is not None:
        start = np.minimum(start, np.clip(first_month, 0, width))
    return start


def _mean_and_deviation(
    amounts: IntArray, counted: BoolArray, count: IntArray, ddof: int
) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation over the counted months of each row; nan where too few."""
    values = np.where(counted, amounts, 0).astype(np.float64)
    mean = np.where(count > 0, values.sum(axis=1) / count, np.nan)
    spread = np.where(counted, values - mean[:, None], 0.0)
    variance = np.square(spread).sum(axis=1) / (count - ddof)
    return mean, np.where(count > ddof, np.sqrt(variance), np.nan)


def _classes(
    amounts: IntArray, start: IntArray, n: IntArray, cv: FloatArray, settings: XyzSettings
) -> TextArray:
    first, second = settings.thresholds
    if not 0 <= first <= second:
        raise ValueError("XYZ thresholds must ascend")
    classes = np.full(len(n), "Z", dtype="<U1")
    classes[_at_most(amounts, start, n, cv, second, settings.ddof)] = "Y"
    classes[_at_most(amounts, start, n, cv, first, settings.ddof)] = "X"
    # A CV that is not defined is Z before anything else: nothing bought, or all of it returned.
    bought_something = amounts.sum(axis=1, dtype=np.float64) > 0
    classes[(n < settings.min_periods) & bought_something] = "N"
    return classes


def _at_most(
    amounts: IntArray, start: IntArray, n: IntArray, cv: FloatArray, threshold: Decimal, ddof: int
) -> BoolArray:
    """Where CV <= threshold; rows within a hair of it are decided in whole numbers."""
    limit = Fraction(Decimal(str(threshold)))
    result = cv <= float(limit)
    near = np.flatnonzero(np.abs(cv - float(limit)) <= _NEAR * max(1.0, float(limit)))
    for row in near.tolist():
        span = [int(amount) for amount in amounts[row, start[row] :]]
        total, count = sum(span), int(n[row])
        squares = sum(amount * amount for amount in span)
        # CV² = (nΣx² − S²)·n / ((n − ddof)·S²), compared without division.
        left = (count * squares - total * total) * count * limit.denominator**2
        result[row] = left <= limit.numerator**2 * (count - ddof) * total * total
    return result


def _similar_sizes(result: XyzResult) -> BoolArray:
    return result.cv2_nonzero <= CADENCE_LIMIT + _NEAR
