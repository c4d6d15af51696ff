"""Small accounts that grow fast: too small for the list today, worth a look before others see them."""

import numpy as np
import numpy.typing as npt

from segmentation.rules.ka_scores import BoolArray, FloatArray

#: The newer half of the window against the older one (own choice).
RISES_FROM = 1.5
#: Months with a purchase in the newer half, so that one large order is no rise (own choice).
_MONTHS = 4


def rising(months: npt.NDArray[np.float64], listed: BoolArray, potential_score: FloatArray) -> BoolArray:
    """Return which of n accounts rise: net amounts of the window's months (n × m, oldest first).

    The newer half brings at least 1.5 times the older one, in at least four months of it; who is on the
    list already, or is among the larger half by potential, is not pointed out.
    """
    half = months.shape[1] // 2
    if not half:
        return np.zeros(len(months), dtype=bool)
    older, newer = months[:, :half].sum(axis=1), months[:, -half:].sum(axis=1)
    steady = (months[:, -half:] > 0).sum(axis=1) >= min(_MONTHS, half)
    small = ~(np.nan_to_num(potential_score, nan=0.0) > 50)
    found: BoolArray = (older > 0) & (newer >= RISES_FROM * older) & steady & small & ~listed
    return found
