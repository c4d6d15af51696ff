"""Who may change the KA criteria."""

from ka_crm.people.models import Role, User

PUBLISHERS = (Role.ADMIN, Role.DIRECTOR)


def may_publish_criteria(user: User) -> bool:
    """Return whether the role publishes criteria."""
    return user.role in PUBLISHERS
