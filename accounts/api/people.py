"""Part 3: people and decision chains; over HTTP."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import Prefetch, Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.people_shapes import ContactSerializer, DecisionChainSerializer, ReadingSerializer
from accounts.models import ChainRole, Contact, DecisionChain, DecisionRole
from accounts.operations.entries import add_entry, bring_back_entry, change_entry, remove_entry
from accounts.operations.people import change_contact, create_contact, remove_contact, restore_contact
from accounts.permissions import may_edit_accounts
from accounts.queries.decision_map import decision_map
from accounts.queries.people import chains_of, contact_text
from ka_crm.people.models import User
from ka_crm.records.api.filters import ArchivedFilterSet
from ka_crm.records.api.mixins import VisibleQuerysetMixin
from ka_crm.records.api.views import RecordEndpoint
from ka_crm.records.queries import business_today


class ContactFilters(ArchivedFilterSet):
    q = django_filters.CharFilter(method="with_text", help_text="Part of name, title, mail or phone.")
    customer = django_filters.CharFilter(field_name="customer__code")
    role = django_filters.ChoiceFilter(
        field_name="chain_roles__role", choices=DecisionRole.choices, distinct=True
    )
    updated_from = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Contact
        fields: list[str] = []

    def with_text(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(contact_text(value))


class DecisionChainFilters(ArchivedFilterSet):
    q = django_filters.CharFilter(method="with_text", help_text="Part of the name.")
    customer = django_filters.CharFilter(field_name="customer__code")

    class Meta:
        model = DecisionChain
        fields: list[str] = []

    def with_text(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(Q(name__icontains=value))


class ContactViewSet(VisibleQuerysetMixin, RecordEndpoint):
    """People at customers that the caller may see. DELETE takes a person out; reports move up."""

    queryset = Contact.objects.select_related("customer", "covered_by").prefetch_related(
        Prefetch("chain_roles", ChainRole.objects.filter(chain__archived_at=None))
    )
    serializer_class = ContactSerializer
    filterset_class = ContactFilters
    lookup_field = "pk"
    ordering_fields: ClassVar[list[str]] = ["name", "updated_at"]
    ordering = "name"

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def create_by(self, by: User, values: dict[str, Any]) -> Contact:
        customer = values.pop("customer")
        roles = _by_chain([], values.pop("chain_roles", []))
        return create_contact(by=by, customer=customer, values=values, roles=roles)

    def change_by(self, by: User, record: Contact, version: int, changes: dict[str, Any]) -> Contact:
        roles = None
        if "chain_roles" in changes:
            roles = _by_chain(chains_of(record.customer), changes.pop("chain_roles"))
        changed = change_contact(by=by, contact=record, version=version, changes=changes, roles=roles)
        return self.get_queryset().get(pk=changed.pk)  # type: ignore[no-any-return]

    def archive_by(self, by: User, record: Contact) -> None:
        remove_contact(by=by, contact=record)

    @extend_schema(request=None, responses=ContactSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Bring a person back who was taken out."""
        restore_contact(by=request.user, contact=self.get_object())  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)


class DecisionChainViewSet(VisibleQuerysetMixin, RecordEndpoint):
    """Decision chains of customers that the caller may see. DELETE archives."""

    queryset = DecisionChain.objects.select_related("customer")
    serializer_class = DecisionChainSerializer
    filterset_class = DecisionChainFilters
    lookup_field = "pk"
    ordering_fields: ClassVar[list[str]] = ["name", "updated_at"]
    ordering = "name"

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def create_by(self, by: User, values: dict[str, Any]) -> DecisionChain:
        return add_entry(by=by, customer=values.pop("customer"), model=DecisionChain, values=values)

    def change_by(
        self, by: User, record: DecisionChain, version: int, changes: dict[str, Any]
    ) -> DecisionChain:
        return change_entry(by=by, entry=record, version=version, changes=changes)

    def archive_by(self, by: User, record: DecisionChain) -> None:
        remove_entry(by=by, entry=record)

    @extend_schema(request=None, responses=DecisionChainSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Bring an archived decision chain back."""
        bring_back_entry(by=request.user, entry=self.get_object())  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=ReadingSerializer)
    @action(detail=True, methods=["get"])
    def reading(self, request: Request, pk: str) -> Response:
        """Tell how well we know who decides: coverage, support, risk, missing roles, what to do next."""
        chain = self.get_object()
        found = decision_map(chain.customer, request.user, chain, business_today())  # type: ignore[arg-type]
        reading = found.reading
        steps = [
            {"key": step.key, "person": _number(step.person), "to": _number(step.to), "days": step.days}
            for step in found.steps
        ]
        return Response(
            {
                "people": reading.of,
                "met": reading.met,
                "decider_met": reading.decider_met,
                "coverage": reading.coverage,
                "coverage_shown": reading.coverage_capped,
                "support": reading.support,
                "effective_contacts": reading.spread.effective,
                "top_share": reading.spread.top_share,
                "single_thread_risk": reading.spread.risk,
                "missing_roles": list(reading.missing_roles),
                "insiders": [int(key) for key in reading.insiders],
                "next_steps": steps,
            }
        )


def _number(key: str | None) -> int | None:
    return int(key) if key else None


def _by_chain(chains: list[DecisionChain], rows: list[Mapping[str, Any]]) -> dict[int | None, list[str]]:
    """Return roles by chain; chains that are not named lose theirs."""
    found: dict[int | None, list[str]] = {chain.pk: [] for chain in chains}
    for row in rows:
        found.setdefault(row["chain"].pk, []).append(row["role"])
    return found


#: Address and view set of every list.
ENDPOINTS: tuple[tuple[str, Any], ...] = (
    ("contacts", ContactViewSet),
    ("decision-chains", DecisionChainViewSet),
)
