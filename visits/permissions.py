"""Who may say what was counted, and for whom."""

from django.db.models import Q, QuerySet

from accounts.models import Store
from ka_crm.people.models import Role, User
from ka_crm.people.queries import territory_chain

MAY_COUNT = (Role.ADMIN, Role.DIRECTOR, Role.SUPERVISOR, Role.KAM, Role.REP)
#: May keep counts that somebody else made.
COUNT_FOR_OTHERS = (Role.ADMIN, Role.DIRECTOR, Role.SUPERVISOR)

#: Have flags to look at; which ones is decided by ``accounts.visibility``.
READ_FLAGS = (Role.ADMIN, Role.DIRECTOR, Role.SUPERVISOR, Role.KAM)
#: Take flags from step to step.
MOVE_FLAGS = (Role.ADMIN, Role.DIRECTOR, Role.SUPERVISOR)
#: Set what everybody's list of flags leaves out.
SET_FLAGS = (Role.ADMIN,)


def may_count(user: User) -> bool:
    """Return whether the role keeps counts at all."""
    return user.role in MAY_COUNT


def people_counted_for(user: User) -> "QuerySet[User]":
    """Return whose counts ``user`` may keep: their own, and everybody's by role."""
    people = User.objects.filter(is_active=True)
    return people if user.role in COUNT_FOR_OTHERS else people.filter(pk=user.pk)


def may_read_flags(user: User) -> bool:
    """Return whether flags concern the role at all."""
    return user.role in READ_FLAGS


def may_move_flags(user: User) -> bool:
    """Return whether the role takes flags from step to step."""
    return user.role in MOVE_FLAGS


def may_set_flags(user: User) -> bool:
    """Return whether the role sets which flags the first list shows."""
    return user.role in SET_FLAGS


def may_set_field_work(user: User) -> bool:
    """Return whether the role sets how routes are planned and what is looked at on a visit."""
    return user.role in SET_FLAGS


def people_who_see(store: Store) -> "QuerySet[User]":
    """Return who may work on a store's flag: KAM, supervisors above, directors, administrators."""
    seers = Q(role__in=(Role.DIRECTOR, Role.ADMIN)) | Q(role=Role.KAM, pk=store.customer.kam_id)
    territory = store.territory_id or store.customer.territory_id
    if territory:
        seers |= Q(role=Role.SUPERVISOR, territory__in=territory_chain(territory))
    return User.objects.filter(seers, is_active=True).order_by("name", "pk")


#: May draw samples, and make the visits that judge others.
MAY_DRAW = (Role.ADMIN, Role.DIRECTOR, Role.SUPERVISOR)


def may_draw(user: User) -> bool:
    """Return whether the role draws stores for control visits."""
    return user.role in MAY_DRAW


def may_read_samples(user: User) -> bool:
    """Return whether the role reads results of samples: account managers their own."""
    return user.role in (*MAY_DRAW, Role.KAM)
