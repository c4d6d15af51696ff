"""``restore FILE``."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ka_crm.records.backup import BackupRefused, restore_from


class Command(BaseCommand):
    help = "Replace the whole state by that of a backup, all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = restore_from(file)
        except (BackupRefused, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(json.dumps({"file": str(file), "tables": len(manifest["tables"]), "rows": rows}))
