"""A token for a machine, without a browser."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ka_crm.people.models import User
from ka_crm.people.operations import create_token


class Command(BaseCommand):
    help = "Create an API token for a user and print it; it cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="mail address of the user for whom the token acts")
        parser.add_argument("--days", type=int, default=None, help="until it expires; never without it")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"].strip()).first()
        if user is None:
            raise CommandError(f"There is no user {options['email']}.")
        try:
            _token, secret = create_token(by=None, user=user, name="command line", days=options["days"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stderr.write(f"A token for {user.email}; keep it, it is not shown again.")
        self.stdout.write(json.dumps({"token": secret}))
