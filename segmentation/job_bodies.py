"""The jobs of the selection: previews and proposals on many customers, and who is a key account today."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ka_crm.jobs.operations import JobContext, job_body
from segmentation.models import SelectionRound
from segmentation.preview import preview
from segmentation.preview_job import KIND
from segmentation.queries import current_run
from segmentation.register import refresh_key_account_standings
from segmentation.rounds import KIND as ROUND_KIND
from segmentation.rounds import propose


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


@job_body(ROUND_KIND, label=_("Proposals of a selection"))
def propose_body(job: JobContext) -> dict[str, Any]:
    """Body of the job: ``params`` holds the id of the round."""
    round_, by = SelectionRound.objects.get(pk=job.params["round"]), job.job.actor
    if by is None:
        raise ValueError("A selection is proposed by somebody.")
    propose(by=by, round_=round_, version=round_.version, progress=job.progress)
    return dict(round_.summary)


@job_body("key_account_standings", label=_("Who is a key account today"), nightly=22)
def standings_body(job: JobContext) -> dict[str, Any]:
    """Body of the nightly job: terms that begin or end today reach lists and headers."""
    return {"accounts": refresh_key_account_standings()}
