"""Samples over HTTP: rounds of control and joint visits, and how counts stand to the control's."""

from typing import Any, ClassVar

import django_filters
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.people.models import Role, User
from ka_crm.records.api.mixins import answer_once
from ka_crm.records.api.views import ReadOnlyEndpoint
from ka_crm.records.queries import business_today
from visits.api import sample_serializers as shapes
from visits.models import SampleKind, SampleRound
from visits.operations import cancel_round, draw_round
from visits.permissions import may_draw
from visits.queries.deviations import numbers_to_judge_by, pairs_seen_by
from visits.queries.samples import kams_to_control, rounds_seen_by, tasks_of_round
from visits.sample_rows import people_rows


class SampleFilters(FilterSet):
    kind = django_filters.ChoiceFilter(choices=SampleKind.choices)
    visitor = django_filters.CharFilter(
        field_name="visitor__email", lookup_expr="iexact", help_text="Mail address."
    )
    drawn_from = django_filters.DateFilter(field_name="drawn_on", lookup_expr="gte")
    drawn_to = django_filters.DateFilter(field_name="drawn_on", lookup_expr="lte")

    class Meta:
        model = SampleRound
        fields: list[str] = []


class SampleViewSet(ReadOnlyEndpoint):
    """Rounds with stores that the caller may see; account managers see closed ones. POST draws one."""

    queryset = SampleRound.objects.none()
    serializer_class = shapes.SampleSerializer
    filterset_class = SampleFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    http_method_names = ["get", "post", "head", "options"]
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True}
    ordering_fields: ClassVar[list[str]] = ["id", "drawn_on"]
    ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return rounds_seen_by(self.request.user).order_by()  # type: ignore[arg-type]

    def may_write(self, user: User) -> bool:
        return may_draw(user)

    @extend_schema(request=shapes.DrawSerializer, responses={201: shapes.SampleSerializer})
    def create(self, request: Request) -> Response:
        """Draw stores at random and plan a visit in each; which ones nobody knows before."""
        return answer_once(request, lambda: self._draw(request))

    def _draw(self, request: Request) -> Response:
        asked = shapes.DrawSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        sample = draw_round(by=request.user, **asked.validated_data)  # type: ignore[arg-type]
        shown = self.get_serializer(self.get_queryset().get(pk=sample.pk)).data
        where = request.build_absolute_uri(f"{request.path}{sample.pk}/")
        return Response(shown, status=status.HTTP_201_CREATED, headers={"Location": where})

    @extend_schema(request=shapes.CancelSampleSerializer, responses=shapes.SampleSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Leave out what is still open, with the reason; what was counted stays."""
        sample = self.get_object()
        asked = shapes.CancelSampleSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        cancel_round(by=request.user, sample=sample, **asked.validated_data)  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=shapes.SampleVisitSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def visits(self, request: Request, pk: str) -> Response:
        """The stores of a round, by day."""
        tasks = tasks_of_round(request.user, self.get_object())  # type: ignore[arg-type]
        return Response(shapes.SampleVisitSerializer(tasks, many=True).data)

    @extend_schema(responses=shapes.PersonDeviationSerializer(many=True))
    @action(detail=False, methods=["get"], pagination_class=None, filterset_class=None)
    def deviations(self, request: Request) -> Response:
        """Everybody's own counts against drawn control counts, those who differ surely first.

        Account managers get themselves, from closed rounds; nobody else is told about them.
        """
        viewer: User = request.user  # type: ignore[assignment]
        today = business_today()
        kams = [viewer] if viewer.role == Role.KAM else list(kams_to_control(viewer))
        judged = numbers_to_judge_by(viewer, kams, today)
        people = [
            {
                "person_email": row.person.email,
                "pairs": row.deviation.pairs,
                "visits": row.deviation.visits,
                "total": row.deviation.total,
                "share": row.deviation.share,
                "numbers": judged.get(row.person.pk),
            }
            for row in people_rows(pairs_seen_by(viewer, today))
        ]
        return Response(shapes.PersonDeviationSerializer(people, many=True).data)
