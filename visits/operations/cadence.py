"""How often each store is to be visited, as decided from above: by the quadrant of its last run."""

from collections.abc import Iterable

from django.db import transaction

from ka_crm.lib.bulk import load_rows
from visits.models import VisitCadence

_PART = 5_000


def keep_visit_cadences(rows: Iterable[tuple[int, float, str]]) -> int:
    """Replace the rhythm of all stores by (store, visits a month, why), in short transactions.

    Called by the recompute, which has its own audit row. Returns how many there are.
    """
    ordered = sorted(rows)
    done = 0
    for start in range(0, len(ordered), _PART):
        part = ordered[start : start + _PART]
        with transaction.atomic():
            VisitCadence.objects.filter(store_id__gt=done, store_id__lte=part[-1][0]).delete()
            load_rows(VisitCadence, ["store_id", "visits_a_month", "reason"], part)
        done = part[-1][0]
    VisitCadence.objects.filter(store_id__gt=done).delete()
    return len(ordered)
