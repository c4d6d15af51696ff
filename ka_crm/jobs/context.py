"""What a running job may do: report progress, write its log, notice that it should stop."""

import datetime as dt
import time
from typing import Any

from ka_crm.jobs.models import JobRun, JobState
from ka_crm.lib import clock

LEASE = dt.timedelta(seconds=120)
_WRITE_EVERY = 0.5


class JobCancelled(Exception):
    """Somebody asked the job to stop."""


class LeaseLost(Exception):
    """Another process took the job over; this one must not write any more."""


class JobContext:
    """Handed to the body of a job. Progress is written at most twice a second, renews the lease, and
    raises ``JobCancelled`` or ``LeaseLost`` where the job has to end."""

    def __init__(self, job: JobRun) -> None:
        self.job = job
        self.params: dict[str, Any] = job.params
        self._written = 0.0

    def progress(self, done: int, total: int, phase: str = "") -> None:
        """Tell how far the work is; cheap enough to call for every chunk."""
        moment = time.monotonic()
        if moment - self._written < _WRITE_EVERY and phase == self.job.phase:
            return
        self._written = moment
        self.job.phase = phase
        held = JobRun.objects.filter(
            pk=self.job.pk, lease_token=self.job.lease_token, state=JobState.RUNNING
        ).update(done=done, total=total, phase=phase, lease_until=clock.now() + LEASE)
        if not held:
            raise LeaseLost(str(self.job))
        if JobRun.objects.filter(pk=self.job.pk, cancel_requested=True).exists():
            raise JobCancelled(str(self.job))

    def log(self, text: str) -> None:
        """Add a line to the job's log."""
        self.job.log += text.rstrip() + "\n"
        JobRun.objects.filter(pk=self.job.pk).update(log=self.job.log)
