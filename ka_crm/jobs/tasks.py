"""The bells: Celery tasks that only say which job to look at."""

from typing import Any

from celery import shared_task
from celery.signals import beat_init

from ka_crm.jobs import nightly, operations, schedule

__all__ = ["nightly"]  # imported for the bodies that it registers


@shared_task(name="jobs.run")
def run_job_task(job_id: int) -> None:
    """Run one job if nobody else is at it."""
    operations.run_job(job_id)


@shared_task(name="jobs.ring_again")
def ring_again_task() -> None:
    """Ring for jobs that were forgotten: lost messages, dead workers."""
    operations.ring_again()


@shared_task(name="jobs.start")
def start_job_task(kind: str, key: str = "", params: dict[str, Any] | None = None) -> None:
    """Start a job by the schedule."""
    operations.start_job(kind=kind, key=key, params=params or {})


@shared_task(name="jobs.start_night")
def start_night_task() -> None:
    """Start the work of the night, once per date."""
    schedule.start_night()


@beat_init.connect
def prepare_schedule(**kwargs: Any) -> None:
    """Before the first tick of a scheduler: put back what is missing, follow the time zone."""
    schedule.ensure_schedule()
