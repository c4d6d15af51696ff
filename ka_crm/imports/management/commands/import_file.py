"""``manage.py import_file KIND PATH``: check and load one file, in this process."""

import hashlib
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from ka_crm.imports.engine import digest_of
from ka_crm.imports.registry import kinds
from ka_crm.imports.rules.report import Report
from ka_crm.jobs.operations import run_in_process


class Command(BaseCommand):
    help = "Loads a file of one kind, all or nothing, and prints one JSON object on the last line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help=", ".join(kinds()))
        parser.add_argument("path", type=Path, help=".csv, .csv.gz or .xlsx")
        parser.add_argument("--mapping", type=Path, help="JSON file: whose columns are which fields")
        parser.add_argument("--dry-run", action="store_true", help="check only")
        parser.add_argument("--errors", type=Path, help="CSV file for rejected lines, with the reasons")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, path = options["kind"], options["path"]
        if kind not in kinds():
            self._refuse(kind, f"There is no kind {kind!r}; there are {', '.join(kinds())}.")
        if not path.is_file():
            self._refuse(kind, f"There is no file {path}.")
        mapping = self._mapping(kind, options["mapping"])
        params = {
            "kind": kind,
            "path": str(path.resolve()),
            "mapping": mapping,
            "dry_run": options["dry_run"],
            "errors": str(options["errors"].resolve()) if options["errors"] else "",
            "file_name": path.name,
            "source": "cli",
        }
        same = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()
        try:
            result = run_in_process(
                kind="import",
                key=f"{kind}:{digest_of(path)[:32]}:{same[:32]}",
                params=params,
                is_patient=True,
            ).result
        except Exception as error:  # whatever happened, the last line is JSON; the job's log has it all
            self._refuse(kind, f"{type(error).__name__}: {error}")
        if not result or "error" in result:
            self._refuse(kind, result.get("error", "The import was stopped."))
        self._tell(result)
        counts = {name: result.get(name) for name in Report(kind).counts()}
        counts["value_rejected"] = result["value_rejected_scaled"] / 10_000
        counts["batch"] = None if options["dry_run"] else result["batch"]
        self.stdout.write(json.dumps(counts))
        if not result["is_loadable"]:
            sys.exit(1)

    def _mapping(self, kind: str, path: Path | None) -> dict[str, Any] | None:
        if path is None:
            return None
        try:
            mapping = json.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            self._refuse(kind, f"The mapping file cannot be read: {error}")
        if not isinstance(mapping, dict):
            self._refuse(kind, "The mapping file must hold one JSON object.")
        return mapping

    def _refuse(self, kind: str, reason: str) -> NoReturn:
        self.stderr.write(reason)
        self.stdout.write(json.dumps({**Report(kind).counts(), "error": reason}))
        sys.exit(1)

    def _tell(self, result: dict[str, Any]) -> None:
        say = self.stderr.write
        for group in result["groups"]:
            value = f", value {group['value_scaled'] / 10_000:,.2f}" if group["value_scaled"] else ""
            say(f"rejected: {group['count']} lines{value}: {group['column']}: {group['reason']}")
        for error in result["errors"][:10]:
            say(f"  line {error['line']}, {error['column']}: {error['value']!r}: {error['reason']}")
        for note in result["warnings"]:
            say(f"note: {note['text']} ({note['count']})")
        for question in result["questions"]:
            options = " or ".join(json.dumps(option) for option in question["options"])
            say(f"question: {question['text']} {', '.join(question['values'][:12])} {options}".rstrip())
        if result["is_known_already"]:
            say(f"This file with this mapping is loaded already (import {result['batch']}).")
        if not result["is_loadable"]:
            say('Nothing was stored. Correct the file, or say "skip_rejected": true in the mapping.')
