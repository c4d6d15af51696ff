"""Reads of customers and stores, narrowed to what the viewer may see."""

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Customer, Ownership, Store
from accounts.queries.merges import kept_id
from ka_crm.people.models import Role, Territory, User
from ka_crm.people.queries import territory_ids_below


def customer_by_code(viewer: User, code: str) -> Customer:
    """Return a customer that ``viewer`` may see; 404 for all others alike. The code of a customer that was
    made one with another leads to that one."""
    record = find_customer(viewer, code)
    if record is None:
        raise Http404
    return record


def find_customer(viewer: User, code: str) -> Customer | None:
    """Like ``customer_by_code``, with ``None`` instead of 404."""
    found = Customer.objects.visible_to(viewer).select_related(
        "kam", "territory", "region", "channel", "format", "parent"
    )
    record: Customer | None = found.filter(code=code).first()
    if record is not None and record.archived_at is None:
        return record
    pk = Customer.objects.filter(code=code, archived_at__isnull=False).values_list("pk", flat=True).first()
    stands_for_it = kept_id(pk) if pk is not None else None
    return (found.filter(pk=stands_for_it).first() if stands_for_it is not None else None) or record


def store_by_code(viewer: User, code: str) -> Store:
    """Return a store that ``viewer`` may see; 404 for all others alike."""
    found = Store.objects.visible_to(viewer).select_related(
        "customer", "customer__kam", "territory", "region", "format"
    )
    record: Store = get_object_or_404(found, code=code)
    return record


def customer_text(text: str, prefix: str = "") -> Q:
    """Return the condition for a text within a customer's name, imported name or code."""
    return (
        Q(**{f"{prefix}name__icontains": text})
        | Q(**{f"{prefix}imported_name__icontains": text})
        | Q(**{f"{prefix}code__icontains": text})
    )


def store_text(text: str) -> Q:
    """Return the condition for a text within a store's name, imported name, code, city or address."""
    return (
        Q(name__icontains=text)
        | Q(imported_name__icontains=text)
        | Q(code__icontains=text)
        | Q(city__icontains=text)
        | Q(address__icontains=text)
    )


def kams_seen_by(viewer: User) -> "QuerySet[User]":
    """Return the people who answer for the customers that ``viewer`` may see."""
    owners = Customer.objects.visible_to(viewer).filter(kam__isnull=False).values("kam")
    return User.objects.filter(pk__in=owners)


def territories_seen_by(viewer: User) -> "QuerySet[Territory]":
    """Return the territories that ``viewer`` may choose: a supervisor the subtree, others all."""
    if viewer.role == Role.SUPERVISOR:
        ids = territory_ids_below(viewer.territory_id) if viewer.territory_id else []
        below: QuerySet[Territory] = Territory.objects.filter(pk__in=ids)
        return below
    everywhere: QuerySet[Territory] = Territory.objects.all()
    return everywhere


def people_who_may_own() -> "QuerySet[User]":
    """Return who can answer for a customer."""
    return User.objects.filter(is_active=True, role__in=(Role.KAM, Role.SUPERVISOR, Role.DIRECTOR))


def owners_of(customer: Customer) -> "QuerySet[Ownership]":
    """Return who answered for a customer, newest first."""
    return customer.ownerships.select_related("kam")
