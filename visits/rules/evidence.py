"""What was measured in stores, as arrays: one row per store and category.

Amounts and units are whole ten-thousandths; a cell counts only where its mask says so.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Counted:
    """All brands and ours by cell, shape (n, k), with masks of what is known."""

    total: IntArray
    own: IntArray
    has_total: BoolArray
    has_own: BoolArray

    @property
    def complete(self) -> BoolArray:
        """Cells that tell a share: both numbers known."""
        return self.has_total & self.has_own

    def without(self, cells: BoolArray) -> "Counted":
        """The same with some cells unknown."""
        return replace(self, has_total=self.has_total & ~cells, has_own=self.has_own & ~cells)

    def total_sum(self) -> FloatArray:
        """Sum of all brands by row; nan where nothing is known."""
        sums = np.where(self.has_total, self.total, 0).sum(axis=1).astype(np.float64)
        return np.where(self.has_total.any(axis=1), sums, np.nan)


@dataclass(frozen=True)
class DeskSources:
    """Desk estimates by row and source, shape (n, s); nan where a source is absent. Amounts in
    ten-thousandths a year; ages in days."""

    amount: FloatArray
    units: FloatArray
    rse: FloatArray
    age_days: FloatArray
    half_life_days: FloatArray


@dataclass(frozen=True)
class Evidence:
    """Everything that is known of n pairs of store and category.

    Attributes:
        store, category, region, format: ids; region and format −1 where blank.
        month_amount, month_units: full counts by month of the window, oldest first.
        visit_day: ordinals of the newest visit days, newest first, 0 where there is none.
        visit_amount, visit_units: what was counted on them.
        desk: desk estimates.
        own_sales: our own sales lines to the store in the window; nan where there are none.
        first_month: month index of the window's first month; as_of: ordinal of the as-of date.
    """

    store: IntArray
    category: IntArray
    region: IntArray
    format: IntArray
    month_amount: Counted
    month_units: Counted
    visit_day: IntArray
    visit_amount: Counted
    visit_units: Counted
    desk: DeskSources
    own_sales: FloatArray
    first_month: int
    as_of: int

    def __len__(self) -> int:
        return len(self.store)

    def without_newest(self) -> "Evidence":
        """The evidence as it was before the newest visit day and before the newest month of a full count."""
        first = np.zeros(self.visit_day.shape, dtype=bool)
        first[:, :1] = self.visit_day[:, :1] > 0  # the newest visit comes first
        months = self.month_amount.has_total | self.month_units.has_total
        newest = months & (np.cumsum(months[:, ::-1], axis=1)[:, ::-1] == 1)
        return replace(
            self,
            visit_day=np.where(first, 0, self.visit_day),
            visit_amount=self.visit_amount.without(first),
            visit_units=self.visit_units.without(first),
            month_amount=self.month_amount.without(newest),
            month_units=self.month_units.without(newest),
        )
