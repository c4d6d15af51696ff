"""Jobs of results: the preview of criteria for many customers, and the comparison of a run with itself."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ka_crm.jobs.operations import JobContext, job_body
from segmentation.preview import preview
from segmentation.preview_job import KIND
from segmentation.queries import complete_runs, current_run
from segmentation.verification import KIND as VERIFY
from segmentation.verification import verify_run


@job_body(KIND, label=_("Preview of criteria"))
def preview_body(job: JobContext) -> dict[str, Any]:
    """Body of the job: ``params`` holds the settings; the report is of the accounts its starter may see."""
    run, viewer = current_run(), job.job.actor
    if run is None or viewer is None:
        raise ValueError("There is no run to compare with.")
    job.progress(0, 2, "reading and computing")
    report = preview(run=run, values=job.params["values"], viewer=viewer)
    job.progress(2, 2, "reading and computing")
    return report


@job_body(VERIFY, label=_("Recompute a run and compare"))
def verify_body(job: JobContext) -> dict[str, Any]:
    """Body of the job: ``params`` holds the number of the run; the result is the comparison, in counts."""
    run = complete_runs().filter(pk=job.params["run"]).first()
    if run is None:
        raise ValueError("There is no such run.")
    return verify_run(run, job.progress)
