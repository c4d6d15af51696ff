"""How people get in: administrators create users, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Login without sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
