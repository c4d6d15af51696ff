"""The register of key accounts and the yearly selection over HTTP."""

from collections.abc import Callable
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.criteria.rules.settings import KA_TYPES
from ka_crm.jobs.api.views import JobSerializer, job_answer
from ka_crm.jobs.models import JobRun
from ka_crm.people.models import User
from ka_crm.records.api.mixins import IdempotentCreateMixin, VisibleQuerysetMixin, answer_once
from ka_crm.records.api.problems import Problem
from ka_crm.records.api.views import ReadOnlyEndpoint
from segmentation import access
from segmentation.api import selection_shapes as shapes
from segmentation.api.dashboards import ReadsResults
from segmentation.models import (
    KeyAccountTerm,
    Move,
    Proposal,
    RoundState,
    SelectionRound,
    Verdict,
)
from segmentation.operations import rounds
from segmentation.operations.register import ApproverNeeded, approve_round
from segmentation.queries.key_accounts import in_force_on, of_type
from segmentation.queries.selection import rounds_newest_first

_KINDS = [(name, name) for name in KA_TYPES]


class SelectionEndpoint(ReadOnlyEndpoint):
    """Ground of what follows: numbered, for readers of results, changed by steps."""

    permission_classes = [*ReadOnlyEndpoint.permission_classes, ReadsResults]
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    ordering_fields: Any = ["id"]
    ordering = "-id"

    def may_write(self, user: User) -> bool:
        return access.may_select(user)

    def _stepped(self, asked: Any, work: Callable[[Any, dict[str, Any]], Any]) -> Response:
        """Read a step's body, do it, and answer with the record as it is now."""
        record = self.get_object()
        body = asked(data=self.request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        try:
            done = work(record, body.validated_data)
        except ApproverNeeded as error:
            raise Problem(403, "Somebody other than who opened or proposed it has to approve.") from error
        except rounds.RoundRefused as error:
            raise Problem(409, " ".join(error.messages)) from error
        if isinstance(done, JobRun):
            return job_answer(done, self.request)
        return Response(self.get_serializer(self.get_object()).data)


class TermFilters(FilterSet):
    """The register on a day (``on``), by reason and customer; without ``on`` all of its history."""

    on = django_filters.DateFilter(method="on_day")
    type = django_filters.ChoiceFilter(choices=_KINDS, method="with_type")
    customer = django_filters.CharFilter(field_name="customer__code", help_text="Code of the customer.")
    kam = django_filters.CharFilter(
        field_name="customer__kam__email", lookup_expr="iexact", help_text="Mail address."
    )

    class Meta:
        model = KeyAccountTerm
        fields: list[str] = []

    def on_day(self, rows: "QuerySet[Any]", name: str, value: Any) -> "QuerySet[Any]":
        return rows.filter(in_force_on(value))

    def with_type(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return of_type(rows, value)


class KeyAccountViewSet(VisibleQuerysetMixin, SelectionEndpoint):
    """The register: who was a key account when, of which types, why, decided by whom."""

    queryset = KeyAccountTerm.objects.select_related("customer", "decided_by", "ended_by", "criteria")
    serializer_class = shapes.TermSerializer
    filterset_class = TermFilters
    ordering_fields: Any = ["id", "from_on"]


class RoundFilters(FilterSet):
    state = django_filters.ChoiceFilter(choices=RoundState.choices)
    scope = django_filters.CharFilter()

    class Meta:
        model = SelectionRound
        fields: list[str] = []


class SelectionRoundViewSet(IdempotentCreateMixin, mixins.CreateModelMixin, SelectionEndpoint):
    """Selections. POST begins one; then propose, accept or decide, approve."""

    queryset = SelectionRound.objects.none()
    serializer_class = shapes.RoundSerializer
    filterset_class = RoundFilters
    http_method_names = ["get", "post", "head", "options"]
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True, "propose": True, "approve": True}

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return rounds_newest_first()

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = rounds.open_round(by=self.request.user, **serializer.validated_data)  # type: ignore[arg-type]

    @extend_schema(
        request=shapes.SelectionStepSerializer, responses={200: shapes.RoundSerializer, 202: JobSerializer}
    )
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, pk: str) -> Response:
        """Compute what the criteria propose; on large data 202 with the job that does it."""
        return answer_once(request, lambda: self._stepped(shapes.SelectionStepSerializer, self._propose))

    def _propose(self, record: SelectionRound, values: dict[str, Any]) -> Any:
        return rounds.propose_or_job(by=self.request.user, round_=record, version=values["version"])  # type: ignore[arg-type]

    @extend_schema(request=shapes.SelectionStepSerializer, responses=shapes.RoundSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Approve: from the effective day the register says so. Not for who opened or proposed it."""
        return answer_once(request, lambda: self._stepped(shapes.SelectionStepSerializer, self._approve))

    def _approve(self, record: SelectionRound, values: dict[str, Any]) -> Any:
        return approve_round(by=self.request.user, round_=record, version=values["version"])  # type: ignore[arg-type]

    @extend_schema(request=shapes.SelectionStepSerializer, responses=shapes.RoundSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Give a selection up, with the reason."""
        return self._stepped(
            shapes.SelectionStepSerializer,
            lambda record, values: rounds.cancel_round(by=request.user, round_=record, **values),  # type: ignore[arg-type]
        )

    @extend_schema(request=shapes.AcceptManySerializer, responses=shapes.AcceptedSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Accept many proposals at once."""
        record = self.get_object()
        body = shapes.AcceptManySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        chosen = body.validated_data.get("proposals")
        try:
            accepted = rounds.accept_many(by=request.user, round_=record, proposals=chosen)  # type: ignore[arg-type]
        except rounds.RoundRefused as error:
            raise Problem(409, " ".join(error.messages)) from error
        return Response({"accepted": accepted})


class ProposalFilters(FilterSet):
    round = django_filters.NumberFilter(field_name="round_id")
    move = django_filters.ChoiceFilter(choices=Move.choices)
    verdict = django_filters.ChoiceFilter(choices=Verdict.choices)
    type = django_filters.ChoiceFilter(choices=_KINDS, method="with_type")
    customer = django_filters.CharFilter(field_name="customer__code", help_text="Code of the customer.")

    class Meta:
        model = Proposal
        fields: list[str] = []

    def with_type(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return of_type(rows, value)


class ProposalViewSet(VisibleQuerysetMixin, SelectionEndpoint):
    """What selections propose for the accounts that the caller may see; directors decide."""

    queryset = Proposal.objects.exclude(round__state=RoundState.COLLECT).select_related(
        "customer", "decided_by"
    )
    serializer_class = shapes.ProposalSerializer
    filterset_class = ProposalFilters
    http_method_names = ["get", "post", "head", "options"]
    ordering_fields: Any = ["id", "score", "potential"]

    @extend_schema(request=shapes.DecisionSerializer, responses=shapes.ProposalSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Accept a proposal, turn it round with a reason, or open the decision again."""
        return self._stepped(
            shapes.DecisionSerializer,
            lambda record, values: rounds.decide_proposal(by=request.user, proposal=record, **values),  # type: ignore[arg-type]
        )
