"""What must hold about runs."""

from ka_crm.records.invariants import invariant
from segmentation.models import RunState, SegmentationRun


@invariant(6, "runs_current_but_incomplete")
def current_but_incomplete() -> int:
    """Runs that readers see although they are not complete."""
    return SegmentationRun.objects.filter(is_current=True).exclude(state=RunState.COMPLETE).count()


@invariant(6, "runs_current_too_many")
def current_too_many() -> int:
    """Runs beyond the one that is current; complete runs without a current one count as one."""
    current = SegmentationRun.objects.filter(is_current=True).count()
    has_complete = SegmentationRun.objects.filter(state=RunState.COMPLETE).exists()
    return max(current - 1, 0) + int(has_complete and current == 0)


@invariant(6, "runs_with_missing_results")
def with_missing_results() -> int:
    """Complete runs whose results are not as many as the run says."""
    runs = SegmentationRun.objects.filter(state=RunState.COMPLETE)
    return sum(not _has_all_results(run) for run in runs)


def _has_all_results(run: SegmentationRun) -> bool:
    stores = run.store_results.order_by().values("store").distinct().count()
    return run.customer_results.count() == run.customers and stores == run.stores
