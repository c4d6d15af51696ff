"""What follows from a role."""

#: Roles that log in with a second factor.
SECOND_FACTOR_ROLES = frozenset({"admin", "director", "finance"})
#: Roles that see nothing without a territory.
TERRITORY_ROLES = frozenset({"supervisor"})


def needs_second_factor(role: str) -> bool:
    """Return whether somebody in this role may work only with a second factor."""
    return role in SECOND_FACTOR_ROLES


def needs_territory(role: str) -> bool:
    """Return whether this role is blind without a territory."""
    return role in TERRITORY_ROLES
