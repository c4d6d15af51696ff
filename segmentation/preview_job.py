"""A preview of criteria now, or as a job where there are many customers."""

import datetime as dt
import hashlib
import json
from typing import Any

from ka_crm.criteria.queries import values_in_force
from ka_crm.jobs.models import UNFINISHED, JobRun
from ka_crm.jobs.operations import cancel_job, start_job
from ka_crm.lib import clock
from ka_crm.people.models import User
from segmentation.models import SegmentationRun
from segmentation.preview import LIVE_LIMIT, preview
from segmentation.preview_people import ids_seen

KIND = "preview_criteria"
#: For so long a finished preview is shown again: facts about accounts change meanwhile.
KEPT_FOR = dt.timedelta(minutes=15)


def preview_or_job(
    *, run: SegmentationRun, values: dict[str, Any], viewer: User, scope: str = "", replaces: bool = False
) -> dict[str, Any] | JobRun:
    """Return the report, or the unfinished job that makes it; one that was just done is used again.

    ``replaces``: other previews of the viewer that wait or run are stopped, as somebody types on.
    """
    if run.customers <= LIVE_LIMIT:
        return preview(run=run, values=values, viewer=viewer, scope=scope)
    text = json.dumps([run.pk, viewer.pk, scope, values, values_in_force(scope)], sort_keys=True)
    key = hashlib.sha256(text.encode()).hexdigest()[:40]
    if replaces:
        for other in JobRun.objects.filter(kind=KIND, actor=viewer, state__in=UNFINISHED).exclude(key=key):
            cancel_job(job=other, by=viewer)
    since = clock.now() - KEPT_FOR
    done = JobRun.objects.filter(kind=KIND, key=key, state="done", actor=viewer, finished_at__gte=since)
    newest = done.order_by("-pk").first()
    if newest is not None:
        return report_for(newest.result, viewer)
    return start_job(kind=KIND, key=key, params={"values": values, "scope": scope}, by=viewer)


def report_for(report: dict[str, Any], viewer: User) -> dict[str, Any]:
    """Return a kept report without the accounts that its reader may not see any more."""
    own = ids_seen(viewer, report["level"])
    if own is None:
        return report
    ids = set(own.tolist())
    named = {part: [row for row in report[part] if row["id"] in ids] for part in ("enter", "leave", "movers")}
    return {**report, **named}
