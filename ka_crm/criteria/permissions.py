"""Who may change the KA criteria, and who may let a change come into force."""

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.people.models import Role, User

#: Roles that write drafts and approve those of others.
PUBLISHERS = (Role.ADMIN, Role.DIRECTOR)
#: Roles that read drafts and their preview.
DRAFT_READERS = (Role.KAM, Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN)


def may_publish_criteria(user: User) -> bool:
    """Return whether the role writes and publishes criteria."""
    return user.role in PUBLISHERS


def may_read_drafts(user: User) -> bool:
    """Return whether drafts and their preview concern this user."""
    return user.role in DRAFT_READERS


def has_second_person(user: User) -> bool:
    """Return whether anybody else could approve what this user wrote."""
    return User.objects.filter(role__in=PUBLISHERS, is_active=True).exclude(pk=user.pk).exists()


def may_be_named(approver: User, by: User) -> bool:
    """Return whether ``by`` may state that ``approver`` approved: administrators may, who could give anybody
    the role of approving as well; directors ask for it."""
    is_other = approver.is_active and approver.role in PUBLISHERS and approver.pk != by.pk
    return by.role == Role.ADMIN and is_other


def may_approve(user: User, draft: CriteriaVersion) -> bool:
    """Return whether this user may publish a draft: somebody else's, unless nobody else could."""
    if not may_publish_criteria(user):
        return False
    return user.pk not in (draft.author_id, draft.changed_by_id) or not has_second_person(user)
