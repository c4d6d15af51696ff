"""``recompute [--as-of YYYY-MM-DD]``: run the job in this process and print its figures."""

import datetime as dt
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ka_crm.jobs.operations import run_in_process


class Command(BaseCommand):
    help = "Compute all classes with the criteria published now; the run becomes the current one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=dt.date.fromisoformat, default=None)

    def handle(self, *args: Any, as_of: dt.date | None, **options: Any) -> None:
        sys.stderr.write("Recomputing …\n")
        params = {"as_of": as_of.isoformat()} if as_of else {}
        try:
            job = run_in_process(kind="recompute", params=params, is_patient=True)
        except RuntimeError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(job.result))
