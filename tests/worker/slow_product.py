"""The product's Celery app, but a recomputation stands still in the middle while a file is there.

Only for tests that kill a worker: ``celery -A tests.worker.slow_product worker``.
"""

import os
import time
from pathlib import Path
from typing import Any

from celery.signals import worker_process_init

from ka_crm.celery import app

__all__ = ["app"]


@worker_process_init.connect
def stand_still_in_the_middle(**kwargs: Any) -> None:
    from ka_crm.jobs.context import JobContext
    from segmentation.operations import recomputing as operations

    operations._CHUNK = 1
    tell = JobContext.progress

    def progress(self: JobContext, done: int, total: int, phase: str = "") -> None:
        tell(self, done, total, phase)
        while phase == "writing results" and Path(os.environ["STAND_STILL_WHILE"]).exists():
            time.sleep(0.05)

    JobContext.progress = progress  # type: ignore[method-assign]
