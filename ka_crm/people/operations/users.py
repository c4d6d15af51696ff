"""Users: invited, changed, let in and kept out."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from ka_crm.lib.audit import write_change
from ka_crm.lib.locks import hold_until_commit
from ka_crm.lib.versions import apply_changes
from ka_crm.people.invitations import send_invitation
from ka_crm.people.models import Role, Territory, User
from ka_crm.people.rules.roles import needs_territory

_ADMINS = "people.administrators"


@transaction.atomic
def create_first_admin(*, email: str, name: str, password: str) -> User:
    """Create the administrator of an empty installation.

    Raises ``PermissionDenied`` where users exist already, ``ValidationError`` for a weak password.
    """
    hold_until_commit(_ADMINS)
    if User.objects.exists():
        raise PermissionDenied(_("There are users already; an administrator can add more."))
    user = User(email=_checked_email(email), name=_checked_name(name), role=Role.ADMIN)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    write_change(by=None, action="create", record=user, after=_facts(user))
    return user


@transaction.atomic
def create_user(
    *,
    by: User | None,
    email: str,
    name: str,
    role: str,
    territory: Territory | None = None,
    language: str = "",
    time_zone: str = "",
) -> User:
    """Create a user without a password; ``invite_user`` sends the link to set one.

    Raises ``ValidationError`` for a mail address already used, or a supervisor without a territory.
    """
    _check_admin(by)
    _check_role(role, territory)
    user = User(
        email=_checked_email(email),
        name=_checked_name(name),
        role=role,
        territory=territory,
        language=language,
        time_zone=time_zone,
    )
    user.set_unusable_password()
    user.save()
    write_change(by=by, action="create", record=user, after=_facts(user))
    return user


@transaction.atomic
def invite_user(*, by: User | None, user: User, site_url: str) -> None:
    """Send a user the link to set a password, after the transaction; ``site_url`` has scheme and host."""
    _check_admin(by)
    if not user.is_active:
        raise ValidationError(_("This user may not log in."))
    write_change(by=by, action="invite", record=user)
    transaction.on_commit(lambda: send_invitation(user, site_url), robust=True)


@transaction.atomic
def update_user(
    *,
    by: User | None,
    user: User,
    version: int,
    name: str,
    role: str,
    territory: Territory | None,
    language: str,
    time_zone: str,
) -> User:
    """Change what an administrator decides about a user.

    Raises ``StaleVersion``; ``ValidationError`` where no active administrator would be left.
    """
    _check_admin(by)
    _check_role(role, territory)
    hold_until_commit(_ADMINS)
    user = User.objects.select_related("territory").get(pk=user.pk)
    wanted = {
        "name": _checked_name(name),
        "role": role,
        "territory": territory,
        "language": language,
        "time_zone": time_zone,
    }
    if role != Role.ADMIN:
        _check_not_last_admin(user)
    _change(by, "update", user, version, wanted)
    return user


@transaction.atomic
def update_profile(*, by: User, version: int, name: str, language: str, time_zone: str) -> User:
    """Change what everybody decides about themselves. Raises ``StaleVersion``."""
    user = User.objects.get(pk=by.pk)
    wanted = {"name": _checked_name(name), "language": language, "time_zone": time_zone}
    _change(by, "update", user, version, wanted)
    return user


@transaction.atomic
def deactivate_user(*, by: User | None, user: User) -> User:
    """Keep a user out: sessions and tokens end at once, what they did stays.

    Raises ``ValidationError`` for the last active administrator.
    """
    _check_admin(by)
    hold_until_commit(_ADMINS)
    user = User.objects.get(pk=user.pk)
    _check_not_last_admin(user)
    if user.is_active:
        _change(by, "deactivate", user, user.version, {"is_active": False})
    return user


@transaction.atomic
def reactivate_user(*, by: User | None, user: User) -> User:
    """Let a user in again."""
    _check_admin(by)
    user = User.objects.get(pk=user.pk)
    if not user.is_active:
        _change(by, "reactivate", user, user.version, {"is_active": True})
    return user


@transaction.atomic
def reset_second_factor(*, by: User | None, user: User) -> None:
    """Take a lost second factor away; the role decides whether a new one is asked for at the next login."""
    _check_admin(by)
    deleted, _kinds = Authenticator.objects.filter(user=user).delete()
    if deleted:
        write_change(by=by, action="reset_second_factor", record=user)


@transaction.atomic
def record_own_change(*, user: User, action: str) -> None:
    """Write down what a user changed about their own safety: password, second factor."""
    write_change(by=user, action=action, record=user)


def _change(by: User | None, action: str, user: User, version: int, wanted: dict[str, Any]) -> None:
    before = {key: getattr(user, key) for key in wanted}
    changed = {key: value for key, value in wanted.items() if before[key] != value}
    if not changed and user.version == version:
        return
    apply_changes(user, version=version, changes=wanted)
    write_change(
        by=by,
        action=action,
        record=user,
        before={key: _readable(before[key]) for key in changed},
        after={key: _readable(value) for key, value in changed.items()},
    )


def _facts(user: User) -> dict[str, Any]:
    keys = ("email", "name", "role", "territory", "language", "time_zone")
    return {key: _readable(getattr(user, key)) for key in keys}


def _readable(value: Any) -> Any:
    return value.name if isinstance(value, Territory) else value


def _checked_email(email: str) -> str:
    email = email.strip().lower()
    validate_email(email)
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": _("There is a user with this mail address already.")})
    return email


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise ValidationError({"name": _("Give a name of at most 120 characters.")})
    return name


def _check_role(role: str, territory: Territory | None) -> None:
    if role not in Role.values:
        raise ValidationError({"role": _("There is no such role.")})
    if needs_territory(role) and territory is None:
        raise ValidationError({"territory": _("A supervisor sees the subtree of a territory: choose one.")})


def _check_not_last_admin(user: User) -> None:
    others = User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=user.pk)
    if user.role == Role.ADMIN and user.is_active and not others.exists():
        raise ValidationError(_("This is the last active administrator. Appoint another one first."))


def _check_admin(by: User | None) -> None:
    if by is not None and by.role != Role.ADMIN:
        raise PermissionDenied
