"""``manage.py undo_import BATCH``: take a loaded file back."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.undoing import UNDO
from ka_crm.jobs.operations import run_in_process


class Command(BaseCommand):
    help = (
        "Takes a loaded import back and prints one JSON object on the last line. Where it is killed, the "
        "workers finish it, or the same command does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        number = options["batch"]
        batch = ImportBatch.objects.filter(pk=number).first()
        try:
            counts = self._undo(number, batch)
        except UndoRefused as refusal:
            self.stderr.write(refusal.reason)
            self.stdout.write(json.dumps({"batch": number, "undone": False, "error": refusal.reason}))
            sys.exit(1)
        self.stdout.write(json.dumps({"batch": number, "undone": True, "counts": counts}))

    def _undo(self, number: int, batch: ImportBatch | None) -> dict[str, int]:
        if batch is None:
            raise UndoRefused(f"There is no import {number}.")
        if batch.state not in (BatchState.COMMITTED, BatchState.UNDOING):
            raise UndoRefused("Only a loaded import can be taken back.")
        try:
            result = run_in_process(kind=UNDO, key=str(number), params={"batch": number}).result
        except RuntimeError as error:
            raise UndoRefused("This import is being taken back by another process right now.") from error
        if "refused" in result:
            raise UndoRefused(result["refused"])
        records: dict[str, int] = result.get("records", {})
        return records
