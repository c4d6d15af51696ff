"""Who may say what was counted, and for whom."""

from django.db.models import QuerySet

from ka_crm.people.models import Role, User

MAY_COUNT = (Role.ADMIN, Role.DIRECTOR, Role.SUPERVISOR, Role.KAM, Role.REP)
#: May keep counts that somebody else made.
COUNT_FOR_OTHERS = (Role.ADMIN, Role.DIRECTOR, Role.SUPERVISOR)


def may_count(user: User) -> bool:
    """Return whether the role keeps counts at all."""
    return user.role in MAY_COUNT


def people_counted_for(user: User) -> "QuerySet[User]":
    """Return whose counts ``user`` may keep: their own, and everybody's by role."""
    people = User.objects.filter(is_active=True)
    return people if user.role in COUNT_FOR_OTHERS else people.filter(pk=user.pk)


#: May draw samples, and make the visits that judge others.
MAY_DRAW = (Role.ADMIN, Role.DIRECTOR, Role.SUPERVISOR)


def may_draw(user: User) -> bool:
    """Return whether the role draws stores for control visits."""
    return user.role in MAY_DRAW


def may_read_samples(user: User) -> bool:
    """Return whether the role reads results of samples: account managers their own."""
    return user.role in (*MAY_DRAW, Role.KAM)
