"""Reads of the team: its members, who stands opposite whom, and what was asked of other departments."""

from django.db.models import F, Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import Customer, MirroredFunction, RequestAnswer, ResourceRequest, TeamMember
from accounts.visibility import customer_scope
from ka_crm.people.models import User


def team_of(customer: Customer) -> list[TeamMember]:
    """Return who works for a customer, the sponsor first."""
    return list(TeamMember.objects.kept().filter(customer=customer).select_related("user"))


def mirrors_of(customer: Customer) -> list[MirroredFunction]:
    """Return which function of theirs stands opposite which of ours."""
    rows = MirroredFunction.objects.kept().filter(customer=customer)
    return list(rows.select_related("user", "contact"))


def requests_of(customer: Customer, limit: int) -> list[ResourceRequest]:
    """Return what the team asked for: open ones first, then the newest."""
    rows = ResourceRequest.objects.kept().filter(customer=customer).select_related("asked_of", "created_by")
    return list(rows.order_by(F("answered_on").desc(nulls_first=True), "-asked_on", "-pk")[:limit])


def requests_open(viewer: User, limit: int) -> "QuerySet[ResourceRequest]":
    """Return open requests that ``viewer`` was asked or that belong to customers they see, oldest first."""
    rows = _seen_by(viewer).filter(answer=RequestAnswer.OPEN, customer__archived_at__isnull=True)
    return rows.order_by("needed_by", "asked_on", "pk")[:limit]


def request_by_id(viewer: User, code: str, pk: int) -> ResourceRequest:
    """Return a request that ``viewer`` was asked or whose customer they see; 404 for all others."""
    found: ResourceRequest = get_object_or_404(_seen_by(viewer), customer__code=code, pk=pk)
    return found


def _seen_by(viewer: User) -> "QuerySet[ResourceRequest]":
    # An empty scope (the director's) beside the first side would say nothing: it is everything here.
    of_customers = Q(customer__isnull=False) & customer_scope(viewer, "customer__")
    rows: QuerySet[ResourceRequest] = ResourceRequest.objects.kept().filter(Q(asked_of=viewer) | of_customers)
    return rows.select_related("customer", "asked_of", "created_by")
