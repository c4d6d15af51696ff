"""Reads about people and territories."""

from allauth.mfa.models import Authenticator
from django.db.models import Count, Q, QuerySet

from ka_crm.people.models import ApiToken, Territory, User


def territory_ids_below(territory_id: int) -> list[int]:
    """Return the ids of a territory and of everything below it."""
    return list(Territory.objects.descendants(territory_id, include_self=True).values_list("pk", flat=True))


def territory_tree() -> "QuerySet[Territory]":
    """Return all territories, parents before their children, with ``tree_depth`` and ``user_count``."""
    tree: QuerySet[Territory] = Territory.objects.with_tree_fields().annotate(user_count=Count("users"))
    return tree


def users_matching(*, text: str = "", role: str = "", state: str = "") -> "QuerySet[User]":
    """Return users by part of name or mail address, role, and state (``active``, ``inactive`` or all)."""
    users = User.objects.select_related("territory")
    if text:
        users = users.filter(Q(name__icontains=text) | Q(email__icontains=text))
    if role:
        users = users.filter(role=role)
    if state in ("active", "inactive"):
        users = users.filter(is_active=state == "active")
    return users


def tokens_of(user: User) -> "QuerySet[ApiToken]":
    """Return a user's tokens, newest first, revoked ones included."""
    return user.api_tokens.all()


def has_second_factor(user: User) -> bool:
    """Return whether an authenticator app is set up; recovery codes alone do not count."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def user_ids_with_second_factor(user_ids: list[int]) -> set[int]:
    """Return which of these users have an authenticator app set up."""
    rows = Authenticator.objects.filter(user__in=user_ids, type=Authenticator.Type.TOTP)
    return set(rows.values_list("user_id", flat=True))


def is_set_up() -> bool:
    """Return whether anybody can log in yet."""
    return User.objects.exists()
