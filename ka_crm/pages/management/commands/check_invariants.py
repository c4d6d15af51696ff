"""Counts what must never be; runs nightly and by hand."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from ka_crm.records.invariants import violations


class Command(BaseCommand):
    help = "Count violations of the rules about stored data; 0 expected."

    def handle(self, *args: Any, **options: Any) -> None:
        found = violations()
        for name, count in found.items():
            if count:
                self.stderr.write(f"{name}: {count}")
        total = sum(found.values())
        self.stdout.write(json.dumps({"violations": total, **found}))
        if total:
            raise SystemExit(1)
