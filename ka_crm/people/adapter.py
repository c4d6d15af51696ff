"""How people get in: administrators create users, nobody signs up."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from ka_crm.people.rules.roles import needs_second_factor


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Login without sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Tries are counted by the password backend, in the database and for all hosts together."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again only where the login is older than a few minutes."""
        records = get_authentication_records(context.request, context.request.user)
        fresh = [record for record in records if time.time() - record["at"] < REAUTHENTICATION_TIMEOUT]
        return not fresh and bool(super().is_reauthentication_required(app=app, **kwargs))


class SecondFactorAdapter(DefaultMFAAdapter):
    """A second factor that a role must have stays until a new one replaces it."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not (settings.KA_REQUIRE_MFA and needs_second_factor(authenticator.user.role))
