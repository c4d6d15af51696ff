"""The service that an account's nine-box cell and quadrant ask for, with the reason of each part. Pure.

Meetings and the sponsor are the larger of what cell and quadrant ask for; review, terms and priority come
from the cell. Store visits are counted per store, by the quadrant of each, never per account.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from segmentation.rules.ninebox import (
    DEFAULT_STRATEGIES,
    CellStrategy,
    allowed_credit_days,
    needed_meetings,
    needed_store_visits,
)
from segmentation.rules.quadrants import ATTACK, DEFEND, EXPLORE, MAINTAIN, TREATMENTS, Treatment

TOP, MIDDLE, STANDARD = "top", "middle", "standard"
_TIERS = {ATTACK: TOP, DEFEND: TOP, EXPLORE: MIDDLE, MAINTAIN: MIDDLE}


@dataclass(frozen=True)
class StoreVisits:
    """Store visits a month: of all stores, and for each quadrant (name, stores, visits each)."""

    total: float
    stores: int
    parts: tuple[tuple[str, int, float], ...]

    @property
    def each(self) -> float:
        """Visits a month of a store on average."""
        return self.total / self.stores


@dataclass(frozen=True)
class Proposal:
    """What is proposed for an account, and what each part goes back to.

    Attributes:
        meetings: buyer meetings a month; ``cell_meetings`` by the cell, ``extra_meetings`` added by the
            quadrant, ``least_meetings`` the quadrant's minimum.
        store_visits: None where no store has a quadrant.
        credit_days: None until an admin decides; ``suggested_credit_days`` is the method's proposal.
        solvency_days: what solvency allows at most; None = no limit is known. ``cell_credit_days`` is what
            the cell would give without it.
    """

    cell: str
    quadrant: str
    meetings: float
    cell_meetings: float
    extra_meetings: float
    least_meetings: float
    store_visits: StoreVisits | None
    has_sponsor: bool
    sponsor_by_cell: bool
    sponsor_by_quadrant: bool
    review: str
    credit_days: int | None
    suggested_credit_days: int
    delivery_priority: int
    note: str
    cell_credit_days: int | None = None
    solvency_days: int | None = None


def propose(
    cell: str,
    quadrant: str,
    stores_by_quadrant: Mapping[str, int],
    *,
    solvency_days: int | None = None,
    strategies: Mapping[str, CellStrategy] | None = None,
    treatments: Mapping[str, Treatment] | None = None,
) -> Proposal | None:
    """Return the service of an account; ``None`` where its cell has no strategy.

    ``stores_by_quadrant`` counts its stores; ``solvency_days`` bounds the payment terms.
    """
    strategies, treatments = strategies or DEFAULT_STRATEGIES, treatments or TREATMENTS
    strategy = strategies.get(cell)
    if strategy is None:
        return None
    treatment = treatments.get(quadrant)
    by_quadrant = bool(treatment and treatment.has_sponsor)
    return Proposal(
        cell=cell,
        quadrant=quadrant,
        meetings=float(needed_meetings(np.array([cell]), np.array([quadrant]), strategies, treatments)[0]),
        cell_meetings=strategy.visits_per_month,
        extra_meetings=treatment.extra_meetings if treatment else 0.0,
        least_meetings=treatment.min_meetings if treatment else 0.0,
        store_visits=visits_of(stores_by_quadrant, treatments),
        has_sponsor=strategy.has_sponsor or by_quadrant,
        sponsor_by_cell=strategy.has_sponsor,
        sponsor_by_quadrant=by_quadrant,
        review=strategy.review,
        credit_days=allowed_credit_days(strategy, solvency_days),
        suggested_credit_days=strategy.suggested_credit_days,
        delivery_priority=strategy.delivery_priority,
        note=strategy.note,
        cell_credit_days=strategy.credit_days,
        solvency_days=solvency_days,
    )


def visits_of(
    stores_by_quadrant: Mapping[str, int], treatments: Mapping[str, Treatment] | None = None
) -> StoreVisits | None:
    """Return the visits a month that stores need, by the quadrant of each; ``None`` without stores."""
    names = [name for name, count in stores_by_quadrant.items() if count > 0]
    if not names:
        return None
    each = needed_store_visits(np.array(names), treatments)
    parts = tuple(
        (name, stores_by_quadrant[name], float(visits)) for name, visits in zip(names, each, strict=True)
    )
    parts = tuple(sorted(parts, key=lambda part: (-part[1] * part[2], part[0])))
    total = sum(count * visits for _name, count, visits in parts)
    return StoreVisits(total=total, stores=sum(count for _name, count, _visits in parts), parts=parts)


def service_tier(quadrant: str) -> str:
    """Return the tier of service standards: attack and defend are top, explore and maintain middle."""
    return _TIERS.get(quadrant, STANDARD)
