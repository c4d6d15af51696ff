"""Who works with results at all. What they see of them is decided by ``accounts.visibility``."""

from ka_crm.people.models import Role, User

#: Roles that have accounts to look at.
READERS = (Role.KAM, Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN)
#: Roles that see every account, so that the company's ranks are theirs.
SEE_ALL = (Role.DIRECTOR, Role.ADMIN)
#: Roles that may start a recomputation.
MAY_RECOMPUTE = (Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN)


def reads_results(user: User) -> bool:
    """Return whether results concern this user at all."""
    return user.role in READERS


def may_recompute(user: User) -> bool:
    """Return whether this user may start a recomputation."""
    return user.role in MAY_RECOMPUTE


def may_edit_strategies(user: User) -> bool:
    """Return whether this user decides the service of cells and quadrants, and everybody's hours."""
    return user.role == Role.ADMIN


def may_reassign(user: User) -> bool:
    """Return whether this user hands accounts over and sets the hours of their team."""
    return user.role in MAY_RECOMPUTE
