"""``manage.py undo_import BATCH``: take a loaded file back."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.operations import undo_import


class Command(BaseCommand):
    help = "Takes a loaded import back and prints one JSON object on the last line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        number = options["batch"]
        batch = ImportBatch.objects.filter(pk=number).first()
        try:
            if batch is None:
                raise UndoRefused(f"There is no import {number}.")
            counts = undo_import(batch=batch, by=None)
        except UndoRefused as refusal:
            self.stderr.write(refusal.reason)
            self.stdout.write(json.dumps({"batch": number, "undone": False, "error": refusal.reason}))
            sys.exit(1)
        self.stdout.write(json.dumps({"batch": number, "undone": True, "counts": counts}))
