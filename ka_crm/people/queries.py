"""Reads about people and territories."""

from allauth.mfa.models import Authenticator
from django.db.models import Count, Q, QuerySet

from ka_crm.people.models import ApiToken, Role, Territory, User


def territory_ids_below(territory_id: int) -> list[int]:
    """Return the ids of a territory and of everything below it."""
    return list(Territory.objects.descendants(territory_id, include_self=True).values_list("pk", flat=True))


def territory_chain(territory_id: int) -> list[int]:
    """Return the ids of a territory and of everything above it, the nearest first."""
    parents = dict(Territory.objects.values_list("pk", "parent_id"))
    chain: list[int] = []
    current: int | None = territory_id
    while current is not None and current not in chain:
        chain.append(current)
        current = parents.get(current)
    return chain


def supervisors_by_territory() -> dict[int, int]:
    """Return for each territory the supervisor (id) nearest above it; territories without one are left out.

    Of two supervisors of one territory the one who has been here longer counts.
    """
    parents = dict(Territory.objects.values_list("pk", "parent_id"))
    own: dict[int, int] = {}
    for territory, user in (
        User.objects.filter(role=Role.SUPERVISOR, is_active=True, territory__isnull=False)
        .order_by("-pk")
        .values_list("territory_id", "pk")
    ):
        own[territory] = user
    nearest: dict[int, int] = {}
    for territory in parents:
        above: int | None = territory
        for _step in range(len(parents)):
            if above is None or above in own:
                break
            above = parents.get(above)
        if above in own:
            nearest[territory] = own[above]
    return nearest


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
