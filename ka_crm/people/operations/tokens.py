"""Tokens by which other systems act for a user."""

import datetime as dt
import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ka_crm.lib import clock
from ka_crm.lib.audit import write_change
from ka_crm.people.models import ApiToken, Role, User
from ka_crm.people.rules.secrets import token_digest


@transaction.atomic
def create_token(
    *, by: User | None, user: User, name: str = "", days: int | None = None
) -> tuple[ApiToken, str]:
    """Create a token and return (row, secret); the secret cannot be read again.

    ``days`` until it expires, ``None`` for never. Everybody for themselves, administrators for all.
    Raises ``PermissionDenied``, ``ValidationError``.
    """
    _check_may_handle(by, user)
    if not user.is_active:
        raise ValidationError(_("This user may not log in."))
    if days is not None and not 0 < days <= 3660:
        raise ValidationError(_("A token lives between one day and ten years."))
    secret = f"ka_{secrets.token_urlsafe(32)}"
    expires_at = clock.now() + dt.timedelta(days=days) if days else None
    token = ApiToken.objects.create(
        user=user, name=name.strip()[:80], digest=token_digest(secret), expires_at=expires_at
    )
    write_change(
        by=by,
        action="create_token",
        record=user,
        after={"token": token.pk, "name": token.name, "expires_at": expires_at},
    )
    return token, secret


@transaction.atomic
def revoke_token(*, by: User | None, token: ApiToken) -> None:
    """End a token at once; the second time nothing happens."""
    _check_may_handle(by, token.user)
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
        write_change(
            by=by, action="revoke_token", record=token.user, after={"token": token.pk, "name": token.name}
        )


def _check_may_handle(by: User | None, user: User) -> None:
    if by is not None and by.pk != user.pk and by.role != Role.ADMIN:
        raise PermissionDenied
