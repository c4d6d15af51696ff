"""Which facts of the dossier somebody may see: those of their customers, stores and people."""

from django.db.models import Q, QuerySet

from accounts.permissions import may_edit_accounts
from accounts.visibility import customer_scope, store_scope
from ka_crm.people.models import Role, User
from ka_crm.people.queries import territory_ids_below
from purchases.models import AccountCost, OrderLine, PriceTerm, Receivable, Target


def kam_scope(viewer: User, prefix: str = "") -> Q:
    """Return the condition on people whose targets ``viewer`` may see: oneself, a supervisor those of the
    territory, director and administrator all; ``prefix`` is the path to the person."""
    if viewer.role in (Role.DIRECTOR, Role.ADMIN):
        return Q()
    if viewer.role == Role.SUPERVISOR and viewer.territory_id:
        below = territory_ids_below(viewer.territory_id)
        return Q(**{f"{prefix}territory__in": below}) | Q(**{f"{prefix}pk": viewer.pk})
    if viewer.role in (Role.KAM, Role.SUPERVISOR):
        return Q(**{f"{prefix}pk": viewer.pk})
    return Q(pk__in=[])


def target_scope(viewer: User) -> Q:
    """Return the condition on targets that ``viewer`` may see."""
    of_customers = Q(customer__isnull=False) & customer_scope(viewer, "customer__")
    return of_customers | (Q(kam__isnull=False) & kam_scope(viewer, "kam__"))


def price_term_scope(viewer: User) -> Q:
    """Return the condition on price terms that ``viewer`` may see: those of their customers and stores, and
    for everybody who works with accounts those of regions and the general list."""
    of_customers = Q(customer__isnull=False) & customer_scope(viewer, "customer__")
    of_stores = Q(store__isnull=False) & store_scope(viewer, "store__")
    for_all = Q(customer__isnull=True, store__isnull=True)
    return of_customers | of_stores | for_all if may_edit_accounts(viewer) else Q(pk__in=[])


def targets_seen_by(viewer: User) -> "QuerySet[Target]":
    """Return the targets that ``viewer`` may see, archived ones included."""
    return Target.objects.loaded().filter(target_scope(viewer))


def receivables_seen_by(viewer: User) -> "QuerySet[Receivable]":
    """Return what the customers of ``viewer`` owe or owed, archived rows included."""
    return Receivable.objects.loaded().filter(customer_scope(viewer, "customer__"))


def order_lines_seen_by(viewer: User) -> "QuerySet[OrderLine]":
    """Return the order lines of customers that ``viewer`` may see, archived ones included."""
    return OrderLine.objects.loaded().filter(customer_scope(viewer, "customer__"))


def price_terms_seen_by(viewer: User) -> "QuerySet[PriceTerm]":
    """Return the price terms that ``viewer`` may see, archived ones included."""
    return PriceTerm.objects.loaded().filter(price_term_scope(viewer))


def account_costs_seen_by(viewer: User) -> "QuerySet[AccountCost]":
    """Return the costs to serve of customers that ``viewer`` may see, archived ones included."""
    return AccountCost.objects.loaded().filter(customer_scope(viewer, "customer__"))
