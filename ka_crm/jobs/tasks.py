"""The bells: Celery tasks that only say which job to look at."""

from celery import shared_task

from ka_crm.jobs import operations


@shared_task(name="jobs.run")
def run_job_task(job_id: int) -> None:
    """Run one job if nobody else is at it."""
    operations.run_job(job_id)


@shared_task(name="jobs.ring_again")
def ring_again_task() -> None:
    """Ring for jobs that were forgotten: lost messages, dead workers."""
    operations.ring_again()


@shared_task(name="jobs.start")
def start_job_task(kind: str, key: str = "", params: dict | None = None) -> None:
    """Start a job by the schedule."""
    operations.start_job(kind=kind, key=key, params=params or {})
