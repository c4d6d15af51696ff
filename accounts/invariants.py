"""What must hold about who answers for a customer, and about what was made one."""

from django.db.models import Count, Exists, F, OuterRef, Q

from accounts.models import Customer, Ownership
from accounts.queries.merges import rows_at_merged_records
from ka_crm.records.invariants import invariant


@invariant(7, "customers_with_two_open_owners")
def two_open_owners() -> int:
    """Customers for whom more than one person answers today."""
    rows = Ownership.objects.filter(to_on__isnull=True).order_by().values("customer")
    return rows.annotate(rows=Count("pk")).filter(rows__gt=1).count()


@invariant(7, "customers_whose_kam_differs_from_history")
def kam_differs_from_history() -> int:
    """Customers whose key account manager is not the one of their open ownership."""
    is_owned = Ownership.objects.filter(customer=OuterRef("pk"), to_on__isnull=True)
    by_kam = is_owned.filter(kam=OuterRef("kam"))
    wrong = Q(Exists(is_owned), ~Exists(by_kam)) | Q(~Exists(is_owned), kam__isnull=False)
    return Customer.objects.filter(wrong).count()


@invariant(7, "ownerships_that_overlap")
def ownerships_that_overlap() -> int:
    """Periods of ownership that end before they begin, or that lie across another one of the customer."""
    later = Ownership.objects.filter(customer=OuterRef("customer"), pk__gt=OuterRef("pk"))
    overlapping = later.filter(
        Q(to_on__isnull=True) | Q(to_on__gt=OuterRef("from_on")),
        Q(from_on__lt=OuterRef("to_on"))
        | Q(Exists(Ownership.objects.filter(pk=OuterRef(OuterRef("pk")), to_on=None))),
    )
    backwards = Q(to_on__lt=F("from_on"))
    return Ownership.objects.filter(backwards | Q(Exists(overlapping))).count()


@invariant(7, "rows_left_at_merged_records")
def left_at_merged_records() -> int:
    """Rows that still point at a customer or contact that was made one with another."""
    return rows_at_merged_records()
