"""Nightly work of this room."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ka_crm.jobs.bodies import job_body
from ka_crm.jobs.context import JobContext
from ka_crm.records.queries import business_today
from visits.effects import refresh_effects, treated_flags
from visits.rechecks import propose_rechecks


@job_body("flag_effects", label=_("Effect of measures in flagged stores"), nightly=25)
def follow_flag_effects(job: JobContext) -> dict[str, Any]:
    """Compute what measures changed, against comparable stores, for every flag with one done."""
    flags = list(treated_flags())
    for done, flag in enumerate(flags):
        refresh_effects([flag])
        job.progress(done + 1, len(flags), "effects")
    return {"flags": len(flags)}


@job_body("propose_rechecks", label=_("Visits to check measures again"), nightly=28)
def plan_rechecks(job: JobContext) -> dict[str, Any]:
    """Plan a visit for every flag whose measures have had five new visits; before the days are filled."""
    tasks = propose_rechecks(on=business_today())
    return {"visits": len(tasks)}
