"""Who works with results at all. What they see of them is decided by ``accounts.visibility``."""

from accounts.models import Customer
from accounts.permissions import may_edit_customer
from ka_crm.people.models import Role, User
from segmentation.models import Nomination, SelectionRound

#: Roles that have accounts to look at.
READERS = (Role.KAM, Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN)
#: Roles that see every account, so that the company's ranks are theirs.
SEE_ALL = (Role.DIRECTOR, Role.ADMIN)
#: Roles that may start a recomputation.
MAY_RECOMPUTE = (Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN)
#: Roles that open a selection, review it and approve it, and that say a veto.
SELECTORS = (Role.DIRECTOR, Role.ADMIN)


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


def may_select(user: User) -> bool:
    """Return whether the role opens selections, reviews and approves them, and says a veto."""
    return user.role in SELECTORS


def has_second_selector(user: User) -> bool:
    """Return whether anybody else could approve what this user proposed."""
    return User.objects.filter(role__in=SELECTORS, is_active=True).exclude(pk=user.pk).exists()


def may_approve_round(user: User, round_: SelectionRound) -> bool:
    """Return whether this user may approve a round: one that others opened and proposed, unless nobody
    else could."""
    if not may_select(user):
        return False
    return user.pk not in (round_.opened_by_id, round_.proposed_by_id) or not has_second_selector(user)


def may_nominate(user: User, customer: Customer) -> bool:
    """Return whether this user may put an account forward: whoever may edit it."""
    return may_edit_customer(user, customer)


def may_decide_nomination(user: User, nomination: Nomination) -> bool:
    """Return whether this user may approve a nomination: a selector other than its author, always."""
    return may_select(user) and user.pk != nomination.nominated_by_id


def may_withdraw(user: User, nomination: Nomination) -> bool:
    """Return whether this user may take a nomination back: its author, or a selector."""
    return may_select(user) or user.pk == nomination.nominated_by_id
