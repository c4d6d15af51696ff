"""Who works with price control, diversion, delivery and supply routes, and which rows they see."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.permissions import may_edit_accounts, may_edit_terms, may_organise
from accounts.visibility import customer_scope, store_scope
from ka_crm.people.models import Role, User
from ka_crm.people.queries import territory_ids_below
from visits.models import DiversionCase


def sees_control(user: User) -> bool:
    """Return whether the pages of control concern this user: KAMs read them for their own accounts."""
    return may_edit_accounts(user)


def may_edit_price_list(user: User) -> bool:
    """Return whether the role keeps the list of shelf prices."""
    return may_edit_terms(user)


def may_trace(user: User) -> bool:
    """Return whether the role notes down shipments of lots and works on case files."""
    return may_organise(user)


def shelf_price_scope(viewer: User) -> Q:
    """Return the condition on shelf prices: the general ones, those of regions, and of one's customers."""
    if not sees_control(viewer):
        return Q(pk__in=[])
    of_customers = Q(customer__isnull=False) & customer_scope(viewer, "customer__")
    return Q(customer__isnull=True) | of_customers  # an empty scope alone would leave the first side only


def lot_shipment_scope(viewer: User) -> Q:
    """Return the condition on shipments: to one's customers; a supervisor's also to their territory."""
    whose = Q(customer__isnull=False) & customer_scope(viewer, "customer__")
    if viewer.role in (Role.DIRECTOR, Role.ADMIN):
        return Q()
    if viewer.role == Role.SUPERVISOR and viewer.territory_id:
        return whose | Q(territory__in=territory_ids_below(viewer.territory_id))
    return whose


def case_scope(viewer: User) -> Q:
    """Return the condition on case files. KAMs see none."""
    if not may_trace(viewer):
        return Q(pk__in=[])
    if viewer.role in (Role.DIRECTOR, Role.ADMIN):
        return Q()
    of_customers = Q(customer__isnull=False) & customer_scope(viewer, "customer__")
    return of_customers | Q(pk__in=_cases_of_stores(viewer)) | Q(customer__isnull=True, opened_by=viewer.pk)


def _cases_of_stores(viewer: User) -> "QuerySet[Any]":
    return DiversionCase.sightings.through.objects.filter(store_scope(viewer, "lotsighting__store__")).values(
        "diversioncase"
    )
