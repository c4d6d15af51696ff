"""Background work of purchases: where all accounts stand today, brought up to date every night."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from accounts.operations.standing import refresh_standing
from ka_crm.jobs.bodies import job_body
from ka_crm.jobs.context import JobContext
from purchases.operations.standing import STANDINGS, refresh_all_purchase_standings


@job_body(STANDINGS, label=_("Where accounts stand"), nightly=15)
def refresh_standings(job: JobContext) -> dict[str, Any]:
    """Bring all standings up to date: what dossiers say first, then what purchases say."""
    job.progress(0, 2, "dossiers")
    refresh_standing(customers=Customer.objects.order_by("pk").values_list("pk", flat=True).iterator(2_000))
    job.progress(1, 2, "purchases")
    return {"customers": refresh_all_purchase_standings()}
