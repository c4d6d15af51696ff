"""Filters of talks, promises, contracts, tenders and offers, and rhythms of contact."""

from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet

from accounts.api.filters import BELOW_IT, in_territory
from accounts.models import (
    Bid,
    BidResult,
    Cadence,
    Commitment,
    CommitmentState,
    ContactChannel,
    Contract,
    ContractState,
    Interaction,
    InteractionState,
    Promiser,
    Purpose,
)
from ka_crm.records.api.filters import ArchivedFilterSet, SwitchFilter
from ka_crm.records.queries import business_today


class OfDossier(ArchivedFilterSet):
    """What entries of dossiers are narrowed by."""

    customer = django_filters.CharFilter(field_name="customer__code")
    kam = django_filters.CharFilter(
        field_name="customer__kam__email", lookup_expr="iexact", help_text="Mail address."
    )
    territory = django_filters.CharFilter(method="within", help_text=BELOW_IT)
    updated_from = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    def within(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(in_territory(value, "customer__"))


class OwnedInDossier(OfDossier):
    owner = django_filters.CharFilter(
        field_name="owner__email", lookup_expr="iexact", help_text="Mail address."
    )


class InteractionFilters(OwnedInDossier):
    channel = django_filters.ChoiceFilter(choices=ContactChannel.choices)
    purpose = django_filters.ChoiceFilter(choices=Purpose.choices)
    state = django_filters.ChoiceFilter(choices=InteractionState.choices)
    on_from = django_filters.DateFilter(field_name="on", lookup_expr="gte")
    on_to = django_filters.DateFilter(field_name="on", lookup_expr="lte")
    client_uuid = django_filters.UUIDFilter(field_name="client_uuid")

    class Meta:
        model = Interaction
        fields: list[str] = []


class CommitmentFilters(OwnedInDossier):
    promiser = django_filters.ChoiceFilter(choices=Promiser.choices)
    state = django_filters.ChoiceFilter(choices=CommitmentState.choices)
    due_from = django_filters.DateFilter(field_name="due_on", lookup_expr="gte")
    due_to = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")
    late = SwitchFilter(method="lateness", help_text="Open and past its day, or kept after its day.")

    class Meta:
        model = Commitment
        fields: list[str] = []

    def lateness(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        late = Q(state=CommitmentState.OPEN, due_on__lt=business_today()) | Q(
            state=CommitmentState.KEPT, settled_on__gt=F("due_on")
        )
        return rows.filter(late) if value == "true" else rows.exclude(late)


class ContractFilters(OfDossier):
    state = django_filters.ChoiceFilter(choices=ContractState.choices)
    ends_to = django_filters.DateFilter(field_name="end_on", lookup_expr="lte")

    class Meta:
        model = Contract
        fields: list[str] = []


class BidFilters(OfDossier):
    result = django_filters.ChoiceFilter(choices=BidResult.choices)
    submitted_from = django_filters.DateFilter(field_name="submitted_on", lookup_expr="gte")
    submitted_to = django_filters.DateFilter(field_name="submitted_on", lookup_expr="lte")
    competitor = django_filters.CharFilter(field_name="competitor__name", lookup_expr="iexact")

    class Meta:
        model = Bid
        fields: list[str] = []


class CadenceFilters(OwnedInDossier):
    class Meta:
        model = Cadence
        fields: list[str] = []
