"""The one place where passwords are checked: login page, reauthentication and Django's own admin alike."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from ka_crm.people import operations


class PasswordBackend(AuthenticationBackend):
    """Mail address and password, at most 15 tries per user in 15 minutes."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        email = credentials.get("email") or credentials.get("username")
        if not email or not credentials.get("password"):
            return None
        check_id = operations.take_password_check(email=str(email))
        if check_id is None:
            if request is not None:
                # Read by the lockout middleware, which answers 429.
                request.axes_locked_out = True  # type: ignore[attr-defined]
            raise PermissionDenied
        user = super().authenticate(request, **credentials)
        if user is not None:
            operations.release_password_check(check_id=check_id)
        return user


def password_is_right(request: HttpRequest, user: Any, password: str) -> bool:
    """Check a logged-in user's own password, counted like every other try."""
    check_id = operations.take_password_check(email=user.email)
    if check_id is None:
        request.axes_locked_out = True  # type: ignore[attr-defined]
        return False
    if not user.check_password(password):
        return False
    operations.release_password_check(check_id=check_id)
    return True


def mail_address_tried(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """Return the mail address of a try, one spelling for all, for the lockout per user and address."""
    source: Any = credentials or (getattr(request, "POST", None) or {})
    value = source.get("email") or source.get("username") or source.get("login") or ""
    return str(value).strip().casefold()[:255]
