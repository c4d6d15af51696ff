"""What a running job may do: report progress, write its log, notice that it should stop."""

import datetime as dt
import time
from typing import Any

from django.conf import settings
from django.utils import timezone

from ka_crm.jobs.models import JobRun, JobState
from ka_crm.lib import clock

#: A process that shows no sign of life for this long has lost its job to whoever comes next.
LEASE = dt.timedelta(seconds=settings.KA_JOB_LEASE_SECONDS)
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
        self.reached = (0, 0)
        self._written = 0.0

    def progress(self, done: int, total: int, phase: str = "") -> None:
        """Tell how far the work is; cheap enough to call for every chunk."""
        self.reached = (done, total)
        moment = time.monotonic()
        is_new_phase = phase != self.job.phase
        if moment - self._written < _WRITE_EVERY and not is_new_phase:
            return
        self._written = moment
        now = clock.now()
        values: dict[str, Any] = {"done": done, "total": total, "lease_until": now + LEASE}
        if is_new_phase:
            self.job.phase = phase
            values |= {"phase": phase, "phase_at": now}
        held = JobRun.objects.filter(
            pk=self.job.pk, lease_token=self.job.lease_token, state=JobState.RUNNING, cancel_requested=False
        ).update(**values)
        if not held:
            self._stop()

    def _stop(self) -> None:
        is_ours = JobRun.objects.filter(
            pk=self.job.pk, lease_token=self.job.lease_token, state=JobState.RUNNING
        ).exists()
        raise JobCancelled(str(self.job)) if is_ours else LeaseLost(str(self.job))

    def log(self, text: str) -> None:
        """Add a line to the job's log, with the time."""
        self.job.log += f"{timezone.localtime(clock.now()):%H:%M:%S} {text.rstrip()}\n"
        JobRun.objects.filter(pk=self.job.pk, lease_token=self.job.lease_token).update(log=self.job.log)
