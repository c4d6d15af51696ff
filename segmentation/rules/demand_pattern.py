"""Two other views of regularity, shown beside the monthly CV.

Demand pattern (Syntetos, Boylan and Croston): how often there is a purchase, and how much the purchases
differ in size. Frequency: simply the part of the months with a purchase.
"""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

ADI_CUT = 1.32
CV2_CUT = 0.49
FREQUENT_FROM = 0.75
OCCASIONAL_FROM = 0.40

SBC_NAMES = np.array(["smooth", "erratic", "intermittent", "lumpy", "undetermined", ""])
SBC_CLASSES = np.array(["X", "Y", "Y", "Z", "Z", ""])
_UNDETERMINED, _NONE = 4, 5


def sbc_codes(adi: FloatArray, cv2_nonzero: FloatArray, n: npt.NDArray[np.int64]) -> npt.NDArray[np.int8]:
    """Index into ``SBC_NAMES``: rare purchases are intermittent, uneven ones erratic, both lumpy.

    Fewer than two months with a purchase (``cv2_nonzero`` nan) are undetermined; no span at all is empty.
    """
    codes = (2 * (adi >= ADI_CUT) + (cv2_nonzero >= CV2_CUT)).astype(np.int8)
    codes[np.isnan(cv2_nonzero)] = _UNDETERMINED
    codes[n == 0] = _NONE
    return codes


def frequency_classes(frequency: FloatArray) -> npt.NDArray[np.str_]:
    """X from three months in four, Y from two in five (own choice), else Z; empty without a span."""
    return np.select(
        [np.isnan(frequency), frequency >= FREQUENT_FROM, frequency >= OCCASIONAL_FROM], ["", "X", "Y"], "Z"
    ).astype("<U1")
