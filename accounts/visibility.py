"""Who may see which customers and stores: the one place that decides it.

A KAM sees their own customers and these customers' stores, a supervisor the subtree of their
territory, director and administrator everything; sales representatives and finance approvers none.

Visiting is wider by one role: a sales representative visits the stores of their territory's subtree, and
sees of them the form of a visit, no dossier.
"""

from django.db.models import Q, QuerySet

from ka_crm.people.models import Role, User
from ka_crm.people.queries import territory_ids_below

_NOTHING = Q(pk__in=[])


def territories_of(viewer: User) -> list[int]:
    """Return the ids of the viewer's territory and all below it, asked once for every opened page."""
    kept: tuple[int, list[int]] | None = viewer.__dict__.get("_territories")
    if kept is None or kept[0] != viewer.territory_id:
        kept = viewer.territory_id or 0, territory_ids_below(viewer.territory_id or 0)
        viewer.__dict__["_territories"] = kept
    return kept[1]


def customer_scope(viewer: User, prefix: str = "") -> Q:
    """Return the condition on customers that ``viewer`` may see.

    ``prefix`` is the path to the customer, for example ``"customer__"``.
    """
    if viewer.role in (Role.DIRECTOR, Role.ADMIN):
        return Q()
    if viewer.role == Role.KAM:
        return Q(**{f"{prefix}kam": viewer.pk})
    if viewer.role == Role.SUPERVISOR and viewer.territory_id:
        return Q(**{f"{prefix}territory__in": territories_of(viewer)})
    return _NOTHING


def store_scope(viewer: User, prefix: str = "") -> Q:
    """Return the condition on stores that ``viewer`` may see; ``prefix`` is the path to the store."""
    if viewer.role == Role.SUPERVISOR and viewer.territory_id:
        return _stores_below(viewer, prefix)
    return customer_scope(viewer, f"{prefix}customer__")


def visited_scope(viewer: User, prefix: str = "") -> Q:
    """Return the condition on stores that ``viewer`` visits and counts in; ``prefix`` as above.

    Everybody visits the stores they see, and representatives those of their territory.
    """
    if viewer.role == Role.REP and viewer.territory_id:
        return _stores_below(viewer, prefix)
    return store_scope(viewer, prefix)


def _stores_below(viewer: User, prefix: str) -> Q:
    """Stores of the viewer's subtree: their own territory decides, else their customer's."""
    below = territories_of(viewer)
    own = Q(**{f"{prefix}territory__in": below})
    inherited = Q(**{f"{prefix}territory__isnull": True, f"{prefix}customer__territory__in": below})
    return own | inherited


class CustomerQuerySet(QuerySet["Customer"]):  # type: ignore[name-defined]  # noqa: F821
    """Customers, narrowed to what somebody may see."""

    def visible_to(self, viewer: User) -> "CustomerQuerySet":
        return self.filter(customer_scope(viewer))


class StoreQuerySet(QuerySet["Store"]):  # type: ignore[name-defined]  # noqa: F821
    """Stores, narrowed to what somebody may see."""

    def visible_to(self, viewer: User) -> "StoreQuerySet":
        return self.filter(store_scope(viewer))

    def visited_by(self, viewer: User) -> "StoreQuerySet":
        return self.filter(visited_scope(viewer))
