"""Reads of the service that results ask for an account."""

from collections import Counter

from accounts.models import Customer
from accounts.visibility import store_scope
from ka_crm.people.models import User
from segmentation.models import CustomerResult, StoreResult
from segmentation.queries.runs import current_run
from segmentation.rules.quadrants import TREATMENTS
from segmentation.rules.strategy import Proposal, propose


def proposal_of(customer: Customer, viewer: User) -> tuple[Proposal | None, str]:
    """Return the proposed service of a customer and its quadrant ("" where nothing is computed).

    Stores are those that ``viewer`` sees; one in several categories counts once, by the quadrant that asks
    for most visits.
    """
    run = current_run()
    result = CustomerResult.objects.filter(run=run, customer=customer).first() if run else None
    if result is None:
        return None, ""
    rows = StoreResult.objects.filter(
        store_scope(viewer, "store__"), run=run, store__customer=customer, store__archived_at__isnull=True
    )
    best: dict[int, str] = {}
    for store, quadrant in rows.order_by().values_list("store_id", "quadrant").distinct():
        if quadrant in TREATMENTS and _visits(quadrant) > _visits(best.get(store, "")):
            best[store] = quadrant
    return propose(result.cell, result.quadrant, Counter(best.values())), result.quadrant


def _visits(quadrant: str) -> float:
    treatment = TREATMENTS.get(quadrant)
    return treatment.store_visits if treatment else -1.0
