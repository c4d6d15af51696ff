"""A preview of criteria now, or as a job where there are many customers."""

import hashlib
import json
from typing import Any

from ka_crm.criteria.queries import criteria_in_force, values_of
from ka_crm.jobs.models import JobRun
from ka_crm.jobs.operations import start_job
from ka_crm.people.models import User
from segmentation.models import SegmentationRun
from segmentation.preview import LIVE_LIMIT, preview

KIND = "preview_criteria"


def preview_or_job(*, run: SegmentationRun, values: dict[str, Any], viewer: User) -> dict[str, Any] | JobRun:
    """Return the report, or the unfinished job that makes it; a job that is done is used again."""
    if run.customers <= LIVE_LIMIT:
        return preview(run=run, values=values, viewer=viewer)
    present = values_of(criteria_in_force())
    text = json.dumps([run.pk, viewer.pk, values, present], sort_keys=True)
    key = hashlib.sha256(text.encode()).hexdigest()[:40]
    done = JobRun.objects.filter(kind=KIND, key=key, state="done", actor=viewer).order_by("-pk").first()
    if done is not None:
        return dict(done.result)
    return start_job(kind=KIND, key=key, params={"values": values}, by=viewer)
