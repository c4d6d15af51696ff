"""Work in the background: previews of criteria, runs compared with themselves, visits by new strategies,
handovers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ka_crm.jobs.operations import JobContext, job_body
from segmentation.preview import preview
from segmentation.preview_job import KIND
from segmentation.queries import complete_runs, current_run
from segmentation.reassigning import carry_out_due_handovers
from segmentation.rhythms import refresh_rhythms
from segmentation.strategies import VISIT_RHYTHMS
from segmentation.verification import KIND as VERIFY
from segmentation.verification import verify_run


@job_body(KIND, label=_("Preview of criteria"), is_private=True)
def preview_body(job: JobContext) -> dict[str, Any]:
    """Body of the job: ``params`` holds the settings and the region; the report is of the accounts its
    starter may see, and only they, directors and administrators read it."""
    run, viewer = current_run(), job.job.actor
    if run is None or viewer is None:
        raise ValueError("There is no run to compare with.")
    return preview(
        run=run,
        values=job.params["values"],
        viewer=viewer,
        scope=job.params.get("scope", ""),
        tell=job.progress,
    )


@job_body(VISIT_RHYTHMS, label=_("Visits by the new strategies"))
def rhythms_body(job: JobContext) -> dict[str, Any]:
    """Body of the job that follows new strategies at once; the recompute of the night does it too."""
    return {"stores": refresh_rhythms()}


@job_body("handovers", label=_("Handovers that are due"), nightly=17)
def handovers_body(job: JobContext) -> dict[str, Any]:
    """Hand over today what was planned for today or before."""
    return carry_out_due_handovers()


@job_body(VERIFY, label=_("Recompute a run and compare"))
def verify_body(job: JobContext) -> dict[str, Any]:
    """Body of the job: ``params`` holds the number of the run; the result is the comparison, in counts."""
    run = complete_runs().filter(pk=job.params["run"]).first()
    if run is None:
        raise ValueError("There is no such run.")
    return verify_run(run, job.progress)
