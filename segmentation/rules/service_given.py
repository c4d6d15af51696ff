"""Whether an account gets the service that its cell and quadrant ask for. Pure.

Own choice: a quarter more or less is as planned, and so is a difference of less than one visit in the time
looked at, because one cannot visit half a time.
"""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
TextArray = npt.NDArray[np.str_]
UNDER, AS_PLANNED, OVER, UNKNOWN = "under", "planned", "over", ""
TOLERANCE = 0.25
_EQUAL = 1e-9


def service_given(needed: FloatArray, given: FloatArray, months: float) -> TextArray:
    """Return ``under``, ``planned`` or ``over`` for each account; empty where nothing is asked for it.

    Args:
        needed: visits or meetings a month by the strategy; nan = unknown.
        given: what took place within ``months`` months, altogether.
    """
    asked = needed * months
    difference = given - asked
    counts = np.abs(difference) >= 1 - _EQUAL
    under = counts & (difference < -TOLERANCE * asked - _EQUAL)
    over = counts & (difference > TOLERANCE * asked + _EQUAL)
    return np.select([~np.isfinite(needed), under, over], [UNKNOWN, UNDER, OVER], AS_PLANNED)
