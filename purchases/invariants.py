"""What must hold about targets, prices, deliveries and what customers owe."""

from django.db.models import Count, F, Q

from ka_crm.records.invariants import invariant
from purchases.models import AccountCost, Receivable, Target
from purchases.queries.price_terms import overlapping_terms


@invariant(1, "price_terms_that_overlap")
def price_terms_that_overlap() -> int:
    """Price terms that hold on a day of another one of the same whom, product and source."""
    return len(overlapping_terms())


@invariant(1, "receivables_open_outside_amount")
def open_outside_amount() -> int:
    """Invoices of which more is open than they amount to, or credit notes the other way round."""
    fine = Q(open_amount__gte=0, open_amount__lte=F("amount")) | Q(
        open_amount__lte=0, open_amount__gte=F("amount")
    )
    return Receivable.objects.exclude(fine).count()


@invariant(2, "targets_stated_twice")
def targets_stated_twice() -> int:
    """Customers or people with more than one live target of a category and month."""
    rows = Target.objects.filter(archived_at__isnull=True).order_by()
    return (
        rows.values("customer", "kam", "category", "month").annotate(rows=Count("pk")).filter(rows__gt=1)
    ).count()


@invariant(2, "account_costs_stated_twice")
def account_costs_stated_twice() -> int:
    """Customers with more than one live cost of a kind and month."""
    rows = AccountCost.objects.filter(archived_at__isnull=True).order_by()
    return rows.values("customer", "month", "kind").annotate(rows=Count("pk")).filter(rows__gt=1).count()
