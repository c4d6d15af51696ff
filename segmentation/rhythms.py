"""Visits a month of every store: by its own quadrant, or by its customer's where nothing is known of it.

How many visits a quadrant asks for stands in the strategies in force.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from accounts.models import Store
from segmentation.computation import Computed
from segmentation.models import SegmentationRun
from segmentation.queries.runs import current_run
from segmentation.queries.strategy import strategies_in_force
from segmentation.rules.ninebox import needed_store_visits
from segmentation.rules.quadrants import Treatment
from visits.operations import keep_visit_cadences

Rhythm = tuple[int, float, str]


def store_rhythms(computed: Computed) -> Iterator[Rhythm]:
    """Yield (store, visits a month, quadrant that decides) for all stores that are not put away.

    Of several categories the one that asks for most visits decides.
    """
    customers = zip(
        computed.customers.customer.tolist(), computed.customer_side.quadrant.tolist(), strict=True
    )
    return _rhythms(computed.stores.evidence.store, computed.store_side.quadrant, dict(customers))


def rhythms_of_run(run: SegmentationRun) -> Iterator[Rhythm]:
    """Yield the same from the results of a run, so that new strategies need no recomputation."""
    rows = list(run.store_results.order_by("pk").values_list("store_id", "quadrant"))
    customers = dict(run.customer_results.values_list("customer_id", "quadrant"))
    return _rhythms(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.str_),
        customers,
    )


def refresh_rhythms() -> int:
    """Give every store the visits that the strategies in force ask for; returns how many have any."""
    run = current_run()
    return keep_visit_cadences(rhythms_of_run(run)) if run else 0


def _rhythms(store: Any, quadrant: Any, customers: Mapping[int, str]) -> Iterator[Rhythm]:
    treatments = strategies_in_force().quadrants
    own = _most_visited(store, quadrant, treatments)
    stores = Store.objects.filter(archived_at__isnull=True, customer__archived_at__isnull=True)
    for pk, customer in stores.order_by("pk").values_list("pk", "customer_id").iterator():
        decides = own.get(pk) or customers.get(customer)
        if decides:
            yield pk, float(needed_store_visits(np.array([decides]), treatments)[0]), decides


def _most_visited(
    store: np.ndarray, quadrant: np.ndarray, treatments: Mapping[str, Treatment]
) -> dict[int, str]:
    visits = needed_store_visits(quadrant, treatments)
    order = np.argsort(visits, kind="stable")  # the last one of a store wins
    return dict(zip(store[order].tolist(), quadrant[order].tolist(), strict=True))
