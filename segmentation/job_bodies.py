"""Work in the background: previews, proposals, comparisons of runs, and what the night brings up to date."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ka_crm.jobs.operations import JobContext, job_body
from segmentation.models import SelectionRound
from segmentation.operations.reassigning import carry_out_due_handovers
from segmentation.operations.register import refresh_key_account_standings
from segmentation.operations.rounds import KIND as ROUND_KIND
from segmentation.operations.rounds import propose
from segmentation.operations.strategies import VISIT_RHYTHMS
from segmentation.preview import preview
from segmentation.preview_job import KIND
from segmentation.queries import complete_runs, current_run
from segmentation.rhythms import refresh_rhythms
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
