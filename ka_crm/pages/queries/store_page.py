"""What the page of one store shows: where it stands now, its share over time, its counts."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Q

from accounts.models import Store
from ka_crm.criteria.rules.settings import CriteriaSettings, settings_from
from ka_crm.lib.money import SCALE
from ka_crm.lib.periods import month_index, month_start
from purchases.models import Category
from segmentation.models import SegmentationRun, StoreResult
from segmentation.rules.quadrants import quadrants
from visits.models import StoreShare
from visits.queries import CountedMonth, counted_months, share_now
from visits.rules.share import clustered_share

#: Months that one point of the chart takes together; fewer would say little.
ROLLING = 6
SHOWN_MONTHS = 24


@dataclass(frozen=True)
class StoreNow:
    """A store in one category: the run's result, and where the newest evidence puts it."""

    result: StoreResult | None
    share: StoreShare | None
    quadrant: str

    @property
    def is_newer_than_run(self) -> bool:
        """Whether a count since the run has moved the store."""
        return bool(self.result and self.share and self.result.quadrant != self.quadrant)


@dataclass(frozen=True)
class SharePoint:
    """Our share over the months up to ``on``, its 95 % interval and the market's share."""

    on: dt.date
    share: float | None
    low: float | None
    high: float | None
    market: float | None


def store_now(store: Store, category: Category | None, run: SegmentationRun | None) -> StoreNow:
    """Return where a store stands in a category."""
    if category is None:
        return StoreNow(None, None, "")
    share = share_now(store.pk, category.pk)
    result = StoreResult.objects.filter(run=run, store=store, category=category).first() if run else None
    return StoreNow(result, share, _quadrant_now(run, category, result, share))


def _quadrant_now(
    run: SegmentationRun | None, category: Category, result: StoreResult | None, share: StoreShare | None
) -> str:
    """The quadrant by the newest evidence, with the run's line between large and small buyers."""
    if run is None or share is None:
        return result.quadrant if result else ""
    settings = settings_from(run.settings)
    cut = _cut(run, category, settings)
    potential = share.potential_amount
    if result is not None and result.potential == potential:
        high = result.potential_class in settings.high_potential_classes
    else:
        high = bool(cut and potential and potential >= cut)
    measured = share.share is not None and (share.status != "insufficient" or settings.share_rule == "plain")
    found = quadrants(
        np.array([share.share if measured else np.nan], dtype=np.float64),
        np.array([np.nan if share.market_share is None else share.market_share]),
        np.array([np.nan if potential is None else float(potential)]),
        np.array([high]),
        hold=settings.quadrant_hold,
        previous=np.array([result.quadrant if result else ""]),
        cut=float(cut) if cut else None,
    )
    return str(found[0])


def _cut(run: SegmentationRun, category: Category, settings: CriteriaSettings) -> int | None:
    """Smallest potential of the large stores of the run."""
    cuts = run.summary.get("stores", {}).get(str(category.pk), {}).get("cut_potential", {})
    found: int | None = cuts.get(settings.high_potential_classes[-1]) or cuts.get("A")
    return found


def share_history(store: Store, category: Category, *, end: dt.date, in_units: bool) -> list[SharePoint]:
    """Return our share and the market's over rolling months of full counts, oldest first."""
    last = month_index(end)
    first = month_start(last - SHOWN_MONTHS - ROLLING)
    ours = counted_months(in_units=in_units, first=first, end=end, whose=Q(store=store, category=category))
    if not ours:
        return []
    region = store.region_id or store.customer.region_id
    market = counted_months(
        in_units=in_units,
        first=first,
        end=end,
        whose=Q(category=category)
        & (Q(store__region=region) | Q(store__region=None, store__customer__region=region)),
    )
    return _points(ours, market, last, in_units)


def _points(
    ours: list[CountedMonth], market: list[CountedMonth], last: int, in_units: bool
) -> list[SharePoint]:
    known = {month_index(row.month): row for row in ours}
    others = {month_index(row.month): row for row in market}
    ends = range(max(min(known) + ROLLING - 1, last - SHOWN_MONTHS), last)
    grid = [[known.get(end - back) for back in range(ROLLING)] for end in ends]
    if not grid:
        return []
    total = np.array([[row.total if row else 0 for row in rows] for rows in grid], dtype=np.int64)
    own = np.array([[row.own if row else 0 for row in rows] for rows in grid], dtype=np.int64)
    present = np.array([[row is not None for row in rows] for rows in grid], dtype=bool)
    estimate = clustered_share(total, own, present, in_units=in_units, scale=SCALE)
    points = []
    for place, end in enumerate(ends):
        points.append(
            SharePoint(
                on=month_start(end),
                share=_known(estimate.share[place]),
                low=_known(estimate.low2[place]),
                high=_known(estimate.high2[place]),
                market=_share_of([others[end - back] for back in range(ROLLING) if end - back in others]),
            )
        )
    return points


def _share_of(months: list[CountedMonth]) -> float | None:
    total = sum(month.total for month in months)
    return sum(month.own for month in months) / total if total > 0 else None


def _known(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
