"""``load_demo [--if-empty] [--allow-production]``."""

import json
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Customer
from ka_crm.pages.demo.closed_flags import load_closed_flags
from ka_crm.pages.demo.field_work import begin_field_work
from ka_crm.pages.demo.loader import load_company
from ka_crm.pages.demo.people import LOGINS, PASSWORD
from ka_crm.pages.demo.results import bring_standings_up_to_date, compute_results
from ka_crm.pages.demo.sample_facts import load_sample_rounds
from ka_crm.pages.demo.selection import load_selection
from ka_crm.records.queries import demo_day


class Command(BaseCommand):
    help = "Load the demo company: real tequila purchases of Iowa's stores, invented people and visits."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where customers exist")
        parser.add_argument(
            "--allow-production", action="store_true", help="load even without KA_DEBUG, with known passwords"
        )

    def handle(self, *args: Any, if_empty: bool, allow_production: bool, **options: Any) -> None:
        self.began = time.monotonic()
        is_demo = demo_day() is not None
        has_customers = Customer.objects.exists()
        if has_customers and not is_demo:
            if not if_empty:
                raise CommandError("There are customers already; the demo company needs an empty database.")
            self.stdout.write(json.dumps({"logins": []}))
            return
        if not is_demo:
            self._require_permission(allow_production)
            self._say("Demo company …")
            load_company(report=self._report)
        load_sample_rounds(report=self._report)
        compute_results(report=self._report)
        begin_field_work(report=self._report)
        load_closed_flags(report=self._report)
        bring_standings_up_to_date(report=self._report)
        load_selection(report=self._report)
        self.stdout.write(json.dumps(self._answer()))

    def _require_permission(self, allow_production: bool) -> None:
        if not (settings.DEBUG or allow_production):
            raise CommandError(
                "The demo company has known passwords: set KA_DEBUG=1 on your own machine, "
                "or say --allow-production if that is meant."
            )

    def _report(self, what: str, count: int) -> None:
        seconds = time.monotonic() - self.began
        self._say(f"  {what} {count:,} … {seconds:.0f} s")

    def _say(self, text: str) -> None:
        self.stderr.write(text, style_func=str)  # progress is no error, so not in red
        self.stderr.flush()

    def _answer(self) -> dict[str, Any]:
        logins = [
            {"role": str(person.role.value), "email": person.email, "password": PASSWORD} for person in LOGINS
        ]
        return {"logins": logins, "seconds": round(time.monotonic() - self.began, 1)}
