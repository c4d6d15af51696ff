"""``export_results customers|stores|comparison [--run N] [-o FILE.csv]``."""

import csv
import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from segmentation.exports import EXPORTS
from segmentation.models import RunState, SegmentationRun


class Command(BaseCommand):
    help = "Write the results of a run (the current one) as CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=sorted(EXPORTS))
        parser.add_argument("--run", type=int, default=None)
        parser.add_argument("-o", "--output", type=Path, default=None)

    def handle(self, *args: Any, what: str, run: int | None, output: Path | None, **options: Any) -> None:
        complete = SegmentationRun.objects.filter(state=RunState.COMPLETE)
        chosen = complete.filter(pk=run).first() if run else complete.filter(is_current=True).first()
        if chosen is None:
            raise CommandError("There is no such run." if run else "Nothing was computed yet.")
        rows = 0
        with output.open("w", newline="", encoding="utf-8") if output else nullcontext(sys.stdout) as file:
            writer = csv.writer(file)
            for row in EXPORTS[what](chosen):
                writer.writerow(row)
                rows += 1
        if output:
            self.stdout.write(json.dumps({"run": chosen.pk, "rows": rows - 1, "file": str(output)}))
