"""How API callers say who they are: a session (pages) or a token (machines)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from ka_crm.lib import clock
from ka_crm.people.models import ApiToken, User
from ka_crm.people.rules.secrets import token_digest

__all__ = ["SessionAuthentication", "TokenAuthentication", "token_digest"]


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Token …``."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "token":
            return None
        row = (
            ApiToken.objects.select_related("user")
            .filter(digest=token_digest(token.strip()), revoked_at__isnull=True, user__is_active=True)
            .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()))
            .first()
        )
        if row is None:
            raise exceptions.AuthenticationFailed(_("This token is unknown, revoked or expired."))
        today = clock.today()
        if row.last_used_on != today:
            ApiToken.objects.filter(pk=row.pk).update(last_used_on=today)
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class SessionAuthentication(authentication.SessionAuthentication):
    """The login of the pages; strangers get 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Token"
