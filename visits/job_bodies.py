"""Nightly work of this room."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ka_crm.jobs.bodies import job_body
from ka_crm.jobs.context import JobContext
from visits.effects import refresh_effects, treated_flags


@job_body("flag_effects", label=_("Effect of measures in flagged stores"), nightly=25)
def follow_flag_effects(job: JobContext) -> dict[str, Any]:
    """Compute what measures changed, against comparable stores, for every flag with one done."""
    flags = list(treated_flags())
    for done, flag in enumerate(flags):
        refresh_effects([flag])
        job.progress(done + 1, len(flags), "effects")
    return {"flags": len(flags)}
