"""``publish_criteria FILE.json --reason TEXT``."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ka_crm.criteria.operations import publish_criteria
from ka_crm.criteria.rules.settings import InvalidSettings


class Command(BaseCommand):
    help = "Publish criteria from a JSON file; a missing key takes its default, an unknown one is refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, file: Path, reason: str, **options: Any) -> None:
        try:
            values = json.loads(file.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        if not isinstance(values, dict):
            raise CommandError("The file has to hold one JSON object.")
        if not reason.strip():
            raise CommandError("A reason is needed.")
        try:
            version = publish_criteria(values=values, reason=reason.strip(), by=None)
        except InvalidSettings as error:
            raise CommandError(f"Not published. {error}") from error
        self.stdout.write(json.dumps({"version": version.number, "settings": version.settings}))
