"""What must hold about runs, and about the register of key accounts."""

from django.db.models import Count

from ka_crm.records.invariants import invariant
from segmentation.models import ROUND_OPEN, RunState, SegmentationRun, SelectionRound, Veto
from segmentation.queries.key_accounts import membership_rows
from segmentation.rules.ka_register import Term, overlaps


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


@invariant(5, "key_account_terms_that_overlap")
def terms_that_overlap() -> int:
    """Terms of the register that begin before the customer's term before has ended."""
    return sum(overlaps(Term(row.from_on, row.to_on) for row in rows) for rows in membership_rows().values())


@invariant(5, "key_account_terms_in_spite_of_a_veto")
def terms_in_spite_of_a_veto() -> int:
    """Terms that go on beyond the first day of a veto that stands."""
    begun = dict(Veto.objects.filter(lifted_on__isnull=True).values_list("customer_id", "from_on"))
    terms = [row for rows in membership_rows(begun).values() for row in rows]
    return sum(row.to_on is None or row.to_on > max(begun[row.customer_id], row.from_on) for row in terms)


@invariant(5, "selection_rounds_open_at_once")
def rounds_open_at_once() -> int:
    """Scopes in which more than one selection goes on."""
    rows = SelectionRound.objects.filter(state__in=ROUND_OPEN).order_by().values("scope")
    return rows.annotate(rows=Count("pk")).filter(rows__gt=1).count()
