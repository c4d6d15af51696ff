"""The first administrator of an empty installation."""

import getpass
import json
import sys
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ka_crm.people.operations import create_first_admin


class Command(BaseCommand):
    help = "Create the first administrator; asks for what is not given, if there is a terminal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email")
        parser.add_argument("--name")
        parser.add_argument("--password", help="better left out: then it is asked for and not shown")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"] or self._asked("Mail address: ", "--email")
        name = options["name"] or self._asked("Name: ", "--name")
        password = options["password"] or self._asked("Password: ", "--password", is_secret=True)
        try:
            user = create_first_admin(email=email, name=name, password=password)
        except (ValidationError, PermissionDenied) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        self.stderr.write(f"{user.email} can log in now.")
        self.stdout.write(json.dumps({"email": user.email, "role": user.role}))

    def _asked(self, question: str, option: str, *, is_secret: bool = False) -> str:
        if not sys.stdin.isatty():
            raise CommandError(f"Give {option}: there is no terminal to ask on.")
        # Questions go to stderr: the last line of stdout is for programs.
        if is_secret:
            return getpass.getpass(question)
        self.stderr.write(question, ending="")
        self.stderr.flush()
        return input().strip()
