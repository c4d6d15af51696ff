"""The plan of the year, the team, value and service; over HTTP."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import plan_serializers as shapes
from accounts.api.entries import EntryEndpoint, EntryFilters
from accounts.api.standards import StandardViewSet
from accounts.dossier_records import RecordKind
from accounts.kinds.plans import KINDS
from accounts.models import (
    AccountPlan,
    MirroredFunction,
    PlanAction,
    PlanGoal,
    PlanItem,
    PlanState,
    RequestAnswer,
    ResourceRequest,
    ServiceCase,
    TeamMember,
    ValueCase,
)
from accounts.operations.plan_parts import tick_action
from accounts.operations.plans import agree_plan, close_plan, copy_plan_forward, reopen_plan, revise_plan
from accounts.operations.requests import answer_request, reopen_request
from ka_crm.people.models import User
from ka_crm.records.api.mixins import answer_once

_KINDS: dict[str, RecordKind] = {kind.key: kind for kind in KINDS}


class PlanFilters(EntryFilters):
    year = django_filters.NumberFilter()
    state = django_filters.ChoiceFilter(choices=PlanState.choices)


class PartFilters(EntryFilters):
    plan = django_filters.NumberFilter(field_name="plan_id")


class RequestFilters(EntryFilters):
    answer = django_filters.ChoiceFilter(choices=RequestAnswer.choices)
    asked_of = django_filters.CharFilter(
        field_name="asked_of__email", lookup_expr="iexact", help_text="Mail address."
    )


class PlanViewSet(EntryEndpoint):
    """Plans, one a customer and year, with their goals, actions and items. DELETE puts one away."""

    kind = _KINDS["plan"]
    queryset = AccountPlan.objects.select_related("customer").prefetch_related(
        Prefetch("goals", PlanGoal.objects.kept().select_related("customer")),
        Prefetch("actions", PlanAction.objects.kept().select_related("customer", "owner")),
        Prefetch("items", PlanItem.objects.kept().select_related("customer")),
    )
    serializer_class = shapes.PlanSerializer
    filterset_class = PlanFilters
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True, "copy": True}
    steps: ClassVar[dict[str, Any]] = {"agree": agree_plan, "revise": revise_plan, "reopen": reopen_plan}

    def change_by(self, by: User, record: Any, version: int, changes: dict[str, Any]) -> Any:
        changed = super().change_by(by, record, version, changes)
        return self.get_queryset().get(pk=changed.pk)

    def _stepped(self, request: Request) -> Response:
        record = self.get_object()
        asked = shapes.StepSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        self.steps[self.action](by=request.user, plan=record, version=asked.validated_data["version"])
        return self.shown()

    @extend_schema(request=shapes.StepSerializer)
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, pk: str) -> Response:
        """Say that a draft holds."""
        return self._stepped(request)

    @extend_schema(request=shapes.StepSerializer)
    @action(detail=True, methods=["post"])
    def revise(self, request: Request, pk: str) -> Response:
        """Make an agreed plan a draft again."""
        return self._stepped(request)

    @extend_schema(request=shapes.StepSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Open a closed plan again."""
        return self._stepped(request)

    @extend_schema(request=shapes.CloseSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close an agreed plan with how the year went."""
        record = self.get_object()
        asked = shapes.CloseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        close_plan(by=request.user, plan=record, **asked.validated_data)  # type: ignore[arg-type]
        return self.shown()

    @extend_schema(request=None, responses={201: shapes.PlanSerializer})
    @action(detail=True, methods=["post"])
    def copy(self, request: Request, pk: str) -> Response:
        """Start next year's plan from this one."""

        def work() -> Response:
            copied = copy_plan_forward(by=request.user, plan=self.get_object())  # type: ignore[arg-type]
            return Response(self.get_serializer(self.get_queryset().get(pk=copied.pk)).data, status=201)

        return answer_once(request, work)


class PartEndpoint(EntryEndpoint):
    """Parts of plans that the caller may see; those of a closed plan do not change."""

    filterset_class = PartFilters

    def create_by(self, by: User, values: dict[str, Any]) -> Any:
        return super().create_by(by, {**values, "customer": values["plan"].customer})


class GoalViewSet(PartEndpoint):
    """Goals of plans."""

    kind = _KINDS["goal"]
    queryset = PlanGoal.objects.select_related("customer", "plan")
    serializer_class = shapes.GoalSerializer


class ActionViewSet(PartEndpoint):
    """Actions of plans: who does what by when."""

    kind = _KINDS["action"]
    queryset = PlanAction.objects.select_related("customer", "plan", "owner")
    serializer_class = shapes.ActionSerializer
    ordering_fields = ("id", "updated_at", "due_on")

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def tick(self, request: Request, pk: str) -> Response:
        """Say that it is done today."""
        tick_action(by=request.user, action=self.get_object(), is_done=True)  # type: ignore[arg-type]
        return self.shown()

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def untick(self, request: Request, pk: str) -> Response:
        """Say that it is not done after all."""
        tick_action(by=request.user, action=self.get_object(), is_done=False)  # type: ignore[arg-type]
        return self.shown()


class ItemViewSet(PartEndpoint):
    """Value-added services and entitlements."""

    kind = _KINDS["item"]
    queryset = PlanItem.objects.select_related("customer", "plan")
    serializer_class = shapes.ItemSerializer


class MemberViewSet(EntryEndpoint):
    """Who of us works for a customer; a new sponsor replaces the old one."""

    kind = _KINDS["member"]
    queryset = TeamMember.objects.select_related("customer", "user")
    serializer_class = shapes.MemberSerializer
    filterset_class = EntryFilters


class RequestViewSet(EntryEndpoint):
    """What teams ask of other departments, and the answers."""

    kind = _KINDS["request"]
    queryset = ResourceRequest.objects.select_related("customer", "asked_of")
    serializer_class = shapes.RequestSerializer
    filterset_class = RequestFilters

    @extend_schema(request=shapes.AnswerSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Grant, partly grant or refuse."""
        record = self.get_object()
        asked = shapes.AnswerSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        answer_request(
            by=request.user,  # type: ignore[arg-type]
            request=record,
            version=values["version"],
            answer=values["answer"],
            text=values.get("answer_text", ""),
        )
        return self.shown()

    @extend_schema(request=shapes.StepSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Take an answer back."""
        record = self.get_object()
        asked = shapes.StepSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        reopen_request(by=request.user, request=record, version=asked.validated_data["version"])  # type: ignore[arg-type]
        return self.shown()


class MirrorViewSet(EntryEndpoint):
    """Which function of theirs stands opposite which of ours."""

    kind = _KINDS["mirror"]
    queryset = MirroredFunction.objects.select_related("customer", "user", "contact")
    serializer_class = shapes.MirrorSerializer
    filterset_class = EntryFilters


class ValueCaseViewSet(EntryEndpoint):
    """What a year with us brings a customer."""

    kind = _KINDS["value-case"]
    queryset = ValueCase.objects.select_related("customer")
    serializer_class = shapes.ValueCaseSerializer
    filterset_class = EntryFilters


class ServiceCaseViewSet(EntryEndpoint):
    """What customers asked for, with the hours promised when it began."""

    kind = _KINDS["service-case"]
    queryset = ServiceCase.objects.select_related("customer", "contact")
    serializer_class = shapes.ServiceCaseSerializer
    filterset_class = EntryFilters


#: Address and view set of every list.
ENDPOINTS: tuple[tuple[str, Any], ...] = (
    ("plans", PlanViewSet),
    ("goals", GoalViewSet),
    ("actions", ActionViewSet),
    ("plan-items", ItemViewSet),
    ("team-members", MemberViewSet),
    ("resource-requests", RequestViewSet),
    ("value-cases", ValueCaseViewSet),
    ("mirrored-functions", MirrorViewSet),
    ("service-cases", ServiceCaseViewSet),
    ("service-standards", StandardViewSet),
)
