"""What must hold about what was seen in stores."""

from django.db.models import Count, F, Q

from ka_crm.records.invariants import invariant
from visits.models import CategoryTotal, Flag, FlagState, Observation


@invariant(1, "observations_own_outside_total")
def own_outside_total() -> int:
    """Observations without 0 ≤ ours ≤ all, in units or in amounts, or with one of the two unknown."""
    units = Q(own_units__lt=0) | Q(own_units__gt=F("total_units")) | Q(own_units=None) | Q(total_units=None)
    amounts = Q(own_amount__lt=0) | Q(own_amount__gt=F("total_amount"))
    half = Q(total_amount__isnull=False, own_amount__isnull=True) | Q(
        total_amount__isnull=True, own_amount__isnull=False
    )
    return Observation.objects.filter(units | amounts | half).count()


@invariant(2, "observations_more_than_one_live")
def more_than_one_live() -> int:
    """Stores, categories, days and kinds with more than one live observation."""
    return _doubled("store", "category", "date", "kind")


@invariant(2, "observations_client_uuid_twice")
def client_uuid_twice() -> int:
    """Client UUIDs that stand for more than one live observation of a category."""
    return _doubled("client_uuid", "category")


@invariant(2, "category_totals_more_than_one_live")
def totals_more_than_one_live() -> int:
    """Stores, categories, months and sources with more than one live total."""
    rows = (
        CategoryTotal.objects.filter(is_live=True).order_by().values("store", "category", "month", "source")
    )
    return rows.annotate(rows=Count("pk")).filter(rows__gt=1).count()


@invariant(8, "flags_more_than_one_open")
def more_than_one_open() -> int:
    """Stores and categories with more than one open flag."""
    rows = Flag.objects.exclude(state=FlagState.CLOSED).order_by().values("store", "category")
    return rows.annotate(rows=Count("pk")).filter(rows__gt=1).count()


@invariant(8, "flags_closed_without_outcome")
def closed_without_outcome() -> int:
    """Closed flags without outcome or day, and open ones that have one."""
    unsaid = Q(outcome="") | Q(closed_on__isnull=True)
    said = ~Q(outcome="") | Q(closed_on__isnull=False)
    closed = Q(state=FlagState.CLOSED)
    return Flag.objects.filter(closed & unsaid | ~closed & said).count()


@invariant(8, "flags_treated_without_inspection")
def treated_without_inspection() -> int:
    """Flags in measures or recovering that were never inspected."""
    treated = Flag.objects.filter(state__in=(FlagState.MEASURES, FlagState.RECOVERING))
    inspected = treated.filter(inspections__done_on__isnull=False).values("pk")
    return treated.exclude(pk__in=inspected).count()


def _doubled(*fields: str) -> int:
    rows = Observation.objects.filter(is_live=True).order_by().values(*fields)
    return rows.annotate(rows=Count("pk")).filter(rows__gt=1).count()
