"""What must hold about the criteria."""

from django.db import connection
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


@invariant(5, "criteria_versions_can_be_altered")
def missing_guard() -> int:
    """1 where the database would let somebody alter a published version, else 0."""
    name = "published_versions_stay"
    question = {
        "postgresql": f"SELECT count(*) FROM pg_trigger WHERE tgname = '{name}' AND tgenabled <> 'D'",
        "sqlite": f"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name = '{name}'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0] == 0)
