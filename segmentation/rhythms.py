"""Visits a month of every store: by its own quadrant, or by its customer's where nothing is known of it."""

from collections.abc import Iterator

import numpy as np

from accounts.models import Store
from segmentation.computation import Computed
from segmentation.rules.ninebox import needed_store_visits


def store_rhythms(computed: Computed) -> Iterator[tuple[int, float, str]]:
    """Yield (store, visits a month, quadrant that decides) for all stores that are not put away.

    Of several categories the one that asks for most visits decides.
    """
    own = _most_visited(computed.stores.evidence.store, computed.store_side.quadrant)
    customers = dict(
        zip(computed.customers.customer.tolist(), computed.customer_side.quadrant.tolist(), strict=True)
    )
    stores = Store.objects.filter(archived_at__isnull=True, customer__archived_at__isnull=True)
    for store, customer in stores.order_by("pk").values_list("pk", "customer_id").iterator():
        quadrant = own.get(store) or customers.get(customer)
        if quadrant:
            yield store, float(needed_store_visits(np.array([quadrant]))[0]), quadrant


def _most_visited(store: np.ndarray, quadrant: np.ndarray) -> dict[int, str]:
    visits = needed_store_visits(quadrant)
    order = np.argsort(visits, kind="stable")  # the last one of a store wins
    return dict(zip(store[order].tolist(), quadrant[order].tolist(), strict=True))
