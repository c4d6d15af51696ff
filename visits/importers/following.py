"""What follows once counts of a file are read, or no longer: their stores are evaluated anew."""

from ka_crm.imports.models import ImportBatch
from ka_crm.lib.bulk import chunked
from visits.evaluation import evaluate_stores
from visits.models import CategoryTotal, Observation

#: A file with counts of more stores waits for the next run, which evaluates all of them faster.
MOST_STORES = 5_000
_PART = 500


def evaluate_counted(model: type[CategoryTotal] | type[Observation], batch: ImportBatch) -> int:
    """Evaluate the stores that a batch has counts of; return how many, 0 where there are too many."""
    found = model._base_manager.filter(batch=batch).order_by().values_list("store_id", flat=True).distinct()
    stores = sorted(found[: MOST_STORES + 1])
    if len(stores) > MOST_STORES:
        return 0
    for part in chunked(stores, _PART):
        evaluate_stores(part)
    return len(stores)
