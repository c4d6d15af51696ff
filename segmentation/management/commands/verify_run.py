"""``verify_run [--run N]``: compute a stored run again and compare it bit by bit."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from segmentation.queries import complete_runs, current_run
from segmentation.verification import EQUAL, verify_run


class Command(BaseCommand):
    help = "Compute a run (the current one) again from its inputs and compare every row; nothing is written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--run", type=int, default=None)

    def handle(self, *args: Any, run: int | None, **options: Any) -> None:
        chosen = complete_runs().filter(pk=run).first() if run else current_run()
        if chosen is None:
            raise CommandError("There is no such run." if run else "Nothing was computed yet.")
        found = verify_run(chosen)
        self.stdout.write(json.dumps(found))
        if found["verdict"] != EQUAL:
            sys.exit(1)
