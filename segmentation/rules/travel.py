"""How far somebody's stores lie apart: the mean distance of the stores to their centre. Pure.

Own choice: straight lines, no roads, so it compares two ways to share out accounts and is no mileage.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
EARTH_KM = 6371.0


@dataclass(frozen=True)
class Spread:
    """Mean distance of the stores to their centre in km, and of how many stores; ``None``: none is placed."""

    km: float | None
    stores: int


def spread_of(latitude: FloatArray, longitude: FloatArray) -> Spread:
    """Return the spread of stores by their coordinates in degrees; those without any (nan) are left out."""
    known = np.isfinite(latitude) & np.isfinite(longitude)
    north, east = np.radians(latitude[known]), np.radians(longitude[known])
    if not len(north):
        return Spread(None, 0)
    points = np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1)
    centre = points.mean(axis=0)
    length = float(np.linalg.norm(centre))
    if length < 1e-12:  # opposite sides of the globe: there is no centre
        return Spread(None, len(north))
    chords = np.linalg.norm(points - centre / length, axis=1)
    return Spread(float((2 * EARTH_KM * np.arcsin(np.clip(chords / 2, 0, 1))).mean()), len(north))
