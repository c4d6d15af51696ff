"""Nominations and vetoes over HTTP."""

from typing import Any, ClassVar

import django_filters
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import may_edit_accounts
from ka_crm.people.models import User
from ka_crm.records.api.filters import SwitchFilter
from ka_crm.records.api.mixins import IdempotentCreateMixin, VisibleQuerysetMixin
from segmentation.api import selection_shapes as shapes
from segmentation.api.selection import (
    KeyAccountViewSet,
    ProposalViewSet,
    SelectionEndpoint,
    SelectionRoundViewSet,
)
from segmentation.models import Nomination, NominationKind, NominationState, Veto
from segmentation.operations import nominating, register


class NominationFilters(FilterSet):
    state = django_filters.ChoiceFilter(choices=NominationState.choices)
    kind = django_filters.ChoiceFilter(choices=NominationKind.choices)
    customer = django_filters.CharFilter(field_name="customer__code", help_text="Code of the customer.")

    class Meta:
        model = Nomination
        fields: list[str] = []


class NominationViewSet(
    VisibleQuerysetMixin, IdempotentCreateMixin, mixins.CreateModelMixin, SelectionEndpoint
):
    """Accounts put forward: image, expert, or a prospect with an approved budget."""

    queryset = Nomination.objects.select_related("customer", "nominated_by", "decided_by")
    serializer_class = shapes.NominationSerializer
    filterset_class = NominationFilters
    http_method_names = ["get", "post", "head", "options"]
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True}

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def perform_create(self, serializer: Any) -> None:
        values = dict(serializer.validated_data)
        serializer.instance = nominating.nominate(by=self.request.user, **values)  # type: ignore[arg-type]

    @extend_schema(request=shapes.SelectionStepSerializer, responses=shapes.NominationSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Approve somebody else's nomination."""
        return self._stepped(
            shapes.SelectionStepSerializer,
            lambda record, values: nominating.decide_nomination(
                by=request.user,  # type: ignore[arg-type]
                nomination=record,
                approve=True,
                **values,
            ),
        )

    @extend_schema(request=shapes.SelectionStepSerializer, responses=shapes.NominationSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Reject somebody else's nomination, with the reason."""
        return self._stepped(
            shapes.SelectionStepSerializer,
            lambda record, values: nominating.decide_nomination(
                by=request.user,  # type: ignore[arg-type]
                nomination=record,
                approve=False,
                **values,
            ),
        )

    @extend_schema(request=shapes.SelectionStepSerializer, responses=shapes.NominationSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take a nomination back."""
        return self._stepped(
            shapes.SelectionStepSerializer,
            lambda record, values: nominating.withdraw_nomination(
                by=request.user,  # type: ignore[arg-type]
                nomination=record,
                **values,
            ),
        )


class VetoFilters(FilterSet):
    open = SwitchFilter(field_name="lifted_on", lookup_expr="isnull")
    customer = django_filters.CharFilter(field_name="customer__code", help_text="Code of the customer.")

    class Meta:
        model = Veto
        fields: list[str] = []


class VetoViewSet(VisibleQuerysetMixin, IdempotentCreateMixin, mixins.CreateModelMixin, SelectionEndpoint):
    """Vetoes for insolvency or fraud; POST takes the account off the list at once."""

    queryset = Veto.objects.select_related("customer", "by", "lifted_by")
    serializer_class = shapes.VetoSerializer
    filterset_class = VetoFilters
    http_method_names = ["get", "post", "head", "options"]
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True}

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = register.say_veto(by=self.request.user, **serializer.validated_data)  # type: ignore[arg-type]

    @extend_schema(request=shapes.ReasonSerializer, responses=shapes.VetoSerializer)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str) -> Response:
        """Lift a veto, with the reason."""
        return self._stepped(
            shapes.ReasonSerializer,
            lambda record, values: register.lift_veto(by=request.user, veto=record, **values),  # type: ignore[arg-type]
        )


ENDPOINTS = (
    ("key-accounts", KeyAccountViewSet),
    ("selection-rounds", SelectionRoundViewSet),
    ("selection-proposals", ProposalViewSet),
    ("nominations", NominationViewSet),
    ("vetoes", VetoViewSet),
)
