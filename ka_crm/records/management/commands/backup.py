"""``backup FILE``."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ka_crm.records.backup import BackupRefused, backup_to


class Command(BaseCommand):
    help = "Write the whole state (database and files) to one file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = backup_to(file)
        except (BackupRefused, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(json.dumps({"file": str(file), "tables": len(manifest["tables"]), "rows": rows}))
