"""Who may change which customers and stores. Whoever may not see a record may not change it either."""

from accounts.models import Customer, ResourceRequest, Store
from ka_crm.people.models import Role, User

EDITORS = (Role.ADMIN, Role.DIRECTOR, Role.SUPERVISOR, Role.KAM)
#: May say who answers for a customer and where it belongs, and put records away.
ORGANISERS = (Role.ADMIN, Role.DIRECTOR, Role.SUPERVISOR)
#: May change what everybody shares: channels, formats, regions, products, market data.
STEWARDS = (Role.ADMIN, Role.DIRECTOR)


def may_edit_accounts(user: User) -> bool:
    """Return whether the role edits customers and stores at all."""
    return user.role in EDITORS


def may_organise(user: User) -> bool:
    """Return whether the role hands customers over, moves and archives them."""
    return user.role in ORGANISERS


def may_edit_terms(user: User) -> bool:
    """Return whether the role edits what everybody shares."""
    return user.role in STEWARDS


def may_edit_customer(user: User, customer: Customer) -> bool:
    """Return whether ``user`` may change this customer's facts."""
    return may_edit_accounts(user) and Customer.objects.visible_to(user).filter(pk=customer.pk).exists()


def may_edit_store(user: User, store: Store) -> bool:
    """Return whether ``user`` may change this store's facts."""
    return may_edit_accounts(user) and Store.objects.visible_to(user).filter(pk=store.pk).exists()


def may_answer(user: User, request: ResourceRequest) -> bool:
    """Return whether ``user`` may answer a request: the person asked, or who may edit the customer."""
    return request.asked_of_id == user.pk or may_edit_customer(user, request.customer)


def may_edit_standards(user: User) -> bool:
    """Return whether the role sets how fast which tier is served."""
    return user.role == Role.ADMIN
