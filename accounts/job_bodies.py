"""Work in the background that concerns customers and the people there."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.operations.duplicates import find_duplicates
from accounts.queries.merges import CONTACT, CUSTOMER
from ka_crm.jobs.bodies import job_body
from ka_crm.jobs.context import JobContext

FIND_DUPLICATES = "find_duplicates"


@job_body(FIND_DUPLICATES, label=_("Search for duplicates"), nightly=40)
def search_for_duplicates(job: JobContext) -> dict[str, Any]:
    """Propose customers and contacts that are probably stored twice."""
    counts = {}
    for done, record_type in enumerate((CUSTOMER, CONTACT)):

        def heard(found: int, done: int = done) -> None:
            if found % 100 == 0:
                job.progress(done, 2, job.job.phase)

        job.progress(done, 2, "comparing")
        counts[record_type] = find_duplicates(record_type=record_type, found=heard)
    return counts
