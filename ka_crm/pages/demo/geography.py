"""Territories of the demo company: areas of Iowa, and the one that a store lies in."""

import numpy as np
import pandas as pd

STATE = "Iowa"
#: Area → territories → the towns around which they lie (latitude, longitude).
AREAS: dict[str, dict[str, tuple[tuple[float, float], ...]]] = {
    "Central Iowa": {
        "Des Moines": ((41.60, -93.65), (41.36, -93.56), (41.70, -93.05)),
        "Ames–Fort Dodge": ((42.03, -93.62), (42.05, -92.91), (42.50, -94.17), (42.07, -94.87)),
    },
    "Eastern Iowa": {
        "Cedar Rapids–Iowa City": ((41.98, -91.67), (41.66, -91.53)),
        "Quad Cities": ((41.52, -90.58), (41.84, -90.19), (41.42, -91.04)),
        "Waterloo–Mason City": ((42.49, -92.34), (43.15, -93.20)),
        "Dubuque–Northeast": ((42.50, -90.66), (43.30, -91.79), (42.85, -91.41)),
        "Ottumwa–Southeast": ((41.02, -92.41), (40.81, -91.11), (40.98, -91.55)),
    },
    "Western Iowa": {
        "Sioux City–Northwest": ((42.50, -96.40), (43.14, -95.14), (42.64, -95.21), (43.19, -95.86)),
        "Council Bluffs–Southwest": ((41.26, -95.86), (41.06, -94.36), (41.40, -95.01)),
    },
}
_ANCHORS = [
    (name, *place)
    for territories in AREAS.values()
    for name, places in territories.items()
    for place in places
]


def places_of(stores: pd.DataFrame) -> pd.DataFrame:
    """Return latitude and longitude of every store: its own, else the middle of its city or postal area."""
    places = stores[["latitude", "longitude"]]
    for keys in (stores["city"], stores["zip"].str[:3]):
        places = places.fillna(places.groupby(keys).transform("mean"))
    return places


def territory_of(stores: pd.DataFrame) -> pd.Series:
    """Return the name of the territory whose town is nearest, per store."""
    places = places_of(stores)
    north = places["latitude"].to_numpy()[:, None]
    west = places["longitude"].to_numpy()[:, None]
    towns = np.array([anchor[1:] for anchor in _ANCHORS])
    shrink = np.cos(np.radians(42.0))  # a degree of longitude is shorter than one of latitude
    distance = (north - towns[:, 0]) ** 2 + ((west - towns[:, 1]) * shrink) ** 2
    nearest = np.nan_to_num(distance, nan=np.inf).argmin(axis=1)
    return pd.Series([_ANCHORS[index][0] for index in nearest], index=stores.index)
