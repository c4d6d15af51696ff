"""The preview of criteria as a job, for companies with many customers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ka_crm.jobs.operations import JobContext, job_body
from segmentation.preview import preview
from segmentation.preview_job import KIND
from segmentation.queries import current_run


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
