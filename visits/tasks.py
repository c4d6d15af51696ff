"""What runs at night about visits."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ka_crm.jobs.operations import JobContext, job_body
from ka_crm.people.models import Role, User
from ka_crm.records.queries import business_today
from visits.operations.planning import plan_day
from visits.rules.working_days import working_day


@job_body("plan_visits", label=_("Plan of visits"), nightly=30)
def plan_visits(job: JobContext) -> dict[str, Any]:
    """Plan the working day that begins, or the next one, for key account managers and for representatives
    with a territory. Run again it fills up what is left of the day."""
    on = working_day(business_today())
    people = User.objects.filter(is_active=True, role__in=(Role.KAM, Role.REP))
    people = people.exclude(role=Role.REP, territory__isnull=True).order_by("role", "pk")
    planned = 0
    for done, user in enumerate(people):
        job.progress(done, len(people), str(user))
        try:
            planned += len(plan_day(by=None, user=user, on=on))
        except ValidationError as error:
            job.log(f"{user}: {error.messages}")
    return {"on": on.isoformat(), "people": len(people), "visits": planned}
