"""How much a key account manager carries: weighted accounts against the norm of about nine. Pure.

Source: docs/formulas/load.md. The norm is our own mission's, not a finding of research.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from segmentation.rules.quadrants import ATTACK, DEFEND, EXPLORE, MAINTAIN, MONITOR

#: What one account of a quadrant asks of its KAM; about nine accounts are a full load.
LOAD_WEIGHTS = {ATTACK: 1.25, DEFEND: 1.0, EXPLORE: 1.0, MAINTAIN: 0.5, MONITOR: 0.25}
#: Accounts that one KAM carries well.
NORM = 9.0
#: Loads between which a KAM works well.
WORKABLE = (6.0, 11.0)
LOW, OK, HIGH = "low", "ok", "high"


@dataclass(frozen=True)
class Load:
    """What somebody carries.

    Attributes:
        by_quadrant: key accounts of each quadrant.
        count: all of them; ``load`` their weighted sum, in accounts.
        utilisation: load as a part of the norm.
        band: ``low`` below 6, ``ok`` from 6 to 11, ``high`` above.
    """

    by_quadrant: Mapping[str, int]
    count: int
    load: float
    utilisation: float
    band: str


def load_of(by_quadrant: Mapping[str, int]) -> Load:
    """Return the load of somebody's key accounts, counted by quadrant; unknown quadrants weigh nothing."""
    load = sum(LOAD_WEIGHTS.get(name, 0.0) * count for name, count in by_quadrant.items())
    count = sum(by_quadrant.values())
    return Load(dict(by_quadrant), count, load, load / NORM, band_of(load))


def load_of_accounts(quadrants: Iterable[str]) -> Load:
    """Return the load of key accounts, one quadrant each."""
    counts: dict[str, int] = {}
    for name in quadrants:
        counts[name] = counts.get(name, 0) + 1
    return load_of(counts)


def band_of(load: float) -> str:
    """Return whether a load is ``low``, ``ok`` or ``high``; both ends of the workable band are ok."""
    low, high = WORKABLE
    return LOW if load < low - 1e-9 else HIGH if load > high + 1e-9 else OK
