"""What must hold about the criteria."""

from django.db.models import Count, Q

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.models.version import OPEN_STATES, CriteriaState
from ka_crm.records.invariants import invariant


@invariant(5, "criteria_scopes_with_two_published")
def scopes_with_two_published() -> int:
    """Scopes with more than one published version."""
    rows = CriteriaVersion.objects.filter(state=CriteriaState.PUBLISHED).order_by().values("scope")
    return rows.annotate(rows=Count("pk")).filter(rows__gt=1).count()


@invariant(5, "criteria_published_without_a_date")
def published_without_a_date() -> int:
    """Versions that are or were published, but do not say when."""
    return CriteriaVersion.objects.filter(~Q(state__in=OPEN_STATES), published_at__isnull=True).count()
