"""``export_criteria``: the settings published now, as ``publish_criteria`` reads them."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from ka_crm.criteria.operations import ensure_published_criteria
from ka_crm.criteria.queries import values_of


class Command(BaseCommand):
    help = "Print the published criteria as one JSON object."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(values_of(ensure_published_criteria())))
