"""Flags, inspections and measures over HTTP; every step is an action of its own."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.people.models import User
from ka_crm.records.api.filters import SwitchFilter
from ka_crm.records.api.views import NumberedEndpoint, ReadOnlyEndpoint
from ka_crm.records.files import file_response
from ka_crm.records.queries import business_today
from visits.api import flag_shapes as shapes
from visits.api.filters import OfStores
from visits.api.photos import (
    PHOTO_NUMBER,
    FindingPhotoSerializer,
    FindingPhotoShownSerializer,
    photo_content,
    refuse_too_large,
)
from visits.models import FindingPhoto, Flag, FlagState, Inspection, Measure
from visits.operations import flags as flag_operations
from visits.operations import measures as measure_operations
from visits.operations.inspections import Found, add_finding_photo, record_inspection
from visits.permissions import may_move_flags, may_read_flags
from visits.queries.flag_lists import FlagFilter, flag_rows
from visits.queries.flags import flags_seen_by, inspections_seen_by, measures_seen_by


class FlagFilters(OfStores):
    """Open and closed flags; ``state`` and ``open`` narrow it."""

    state = django_filters.ChoiceFilter(choices=FlagState.choices)
    open = SwitchFilter(method="only_open")
    supervisor = django_filters.CharFilter(
        field_name="supervisor__email", lookup_expr="iexact", help_text="Mail address."
    )
    opened_from = django_filters.DateFilter(field_name="opened_on", lookup_expr="gte")
    opened_to = django_filters.DateFilter(field_name="opened_on", lookup_expr="lte")

    class Meta:
        model = Flag
        fields: list[str] = []

    def only_open(self, rows: "QuerySet[Flag]", name: str, value: str) -> "QuerySet[Flag]":
        closed = {"state": FlagState.CLOSED}
        return rows.exclude(**closed) if value == "true" else rows.filter(**closed)


class FlagViewSet(ReadOnlyEndpoint):
    """Stores that are surely below market share, the largest gap first. Flags open by themselves."""

    queryset = Flag.objects.none()
    serializer_class = shapes.FlagSerializer
    filterset_class = FlagFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    http_method_names = ["get", "post", "head", "options"]
    ordering_fields: ClassVar[list[str]] = ["gap", "opened_on", "updated_at"]
    ordering = "-gap"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        rows = flag_rows(self.request.user, FlagFilter({}), business_today())  # type: ignore[arg-type]
        return rows.select_related("store__customer", "category", "supervisor", "effect")

    def may_write(self, user: User) -> bool:
        return may_move_flags(user)

    def _stepped(self, asked: Any, work: Any) -> Response:
        """Read a step's body, do it, and answer with the flag as it is now."""
        flag = self.get_object()
        body = asked(data=self.request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        work(self.request.user, flag, body.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=shapes.FlagAssignSerializer, responses=shapes.FlagSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Say who answers for a flag."""
        return self._stepped(
            shapes.FlagAssignSerializer,
            lambda by, flag, values: flag_operations.assign_flag(by=by, flag=flag, **values),
        )

    @extend_schema(request=shapes.FlagInspectSerializer, responses=shapes.FlagSerializer)
    @action(detail=True, methods=["post"])
    def inspect(self, request: Request, pk: str) -> Response:
        """Plan an inspection; a flagged store goes to inspecting."""
        return self._stepped(
            shapes.FlagInspectSerializer,
            lambda by, flag, values: flag_operations.plan_inspection(by=by, flag=flag, **values),
        )

    @extend_schema(request=shapes.FlagMoveSerializer, responses=shapes.FlagSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Take a flag a step on or back."""
        return self._stepped(
            shapes.FlagMoveSerializer,
            lambda by, flag, values: flag_operations.move_flag(by=by, flag=flag, **values),
        )

    @extend_schema(request=shapes.FlagCloseSerializer, responses=shapes.FlagSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """End a flag's life with an outcome."""
        return self._stepped(
            shapes.FlagCloseSerializer,
            lambda by, flag, values: flag_operations.close_flag(by=by, flag=flag, **values),
        )

    @extend_schema(request=shapes.FlagStepSerializer, responses=shapes.FlagSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Open a closed flag again."""
        return self._stepped(
            shapes.FlagStepSerializer,
            lambda by, flag, values: flag_operations.reopen_flag(by=by, flag=flag, **values),
        )

    @extend_schema(request=shapes.FlagRoundSerializer, responses=shapes.FlagRoundPlannedSerializer)
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def round(self, request: Request) -> Response:
        """Plan one round of inspections for many flags."""
        body = shapes.FlagRoundSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        values = body.validated_data
        versions = {line["id"]: line["version"] for line in values.pop("flags")}
        seen = list(flags_seen_by(request.user).filter(pk__in=list(versions)[:1000]))  # type: ignore[arg-type]
        if len(seen) != len(versions):
            raise Http404
        pairs = [(flag, versions[flag.pk]) for flag in seen]
        planned = flag_operations.plan_round(by=request.user, flags=pairs, **values)  # type: ignore[arg-type]
        return Response({"planned": planned})


class InspectionFilters(FilterSet):
    flag = django_filters.NumberFilter(field_name="flag_id", min_value=1, max_value=2**62)
    inspector = django_filters.CharFilter(
        field_name="by__email", lookup_expr="iexact", help_text="Mail address."
    )
    done = SwitchFilter(method="only_done")
    planned_from = django_filters.DateFilter(field_name="planned_on", lookup_expr="gte")
    planned_to = django_filters.DateFilter(field_name="planned_on", lookup_expr="lte")

    class Meta:
        model = Inspection
        fields: list[str] = []

    def only_done(self, rows: "QuerySet[Inspection]", name: str, value: str) -> "QuerySet[Inspection]":
        return rows.filter(done_on__isnull=value != "true")


class InspectionViewSet(ReadOnlyEndpoint):
    """Inspections of flagged stores; PATCH with ``version`` keeps what was found."""

    queryset = Inspection.objects.none()
    serializer_class = shapes.InspectionSerializer
    filterset_class = InspectionFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    http_method_names = ["get", "post", "patch", "head", "options"]
    ordering_fields: ClassVar[list[str]] = ["id", "planned_on"]
    ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return inspections_seen_by(self.request.user)  # type: ignore[arg-type]

    def may_write(self, user: User) -> bool:
        return may_move_flags(user)

    @extend_schema(request=shapes.InspectionSerializer, responses=shapes.InspectionSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Keep what was found; with all three parts the inspection is done."""
        inspection = self.get_object()
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        if "version" not in values:
            raise ValidationError({"version": ["Send the version that you read, a whole number."]})
        found = {one["part"]: Found(one["is_ok"], one.get("text", "")) for one in values["findings"]}
        record_inspection(
            by=request.user,  # type: ignore[arg-type]
            inspection=inspection,
            version=values["version"],
            found=found,
            note=values.get("note", inspection.note),
        )
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        request={"multipart/form-data": FindingPhotoSerializer},
        responses={201: FindingPhotoShownSerializer, 200: FindingPhotoShownSerializer},
    )
    @action(
        detail=True,
        methods=["post"],
        parser_classes=[MultiPartParser],
        pagination_class=None,
        filterset_class=None,
    )
    def photos(self, request: Request, pk: str) -> Response:
        """Keep a photo of one part of an inspection; the same photo again is kept once (200)."""
        refuse_too_large(request)
        inspection = self.get_object()
        asked = FindingPhotoSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        photo, is_new = add_finding_photo(
            by=request.user,  # type: ignore[arg-type]
            inspection=inspection,
            part=values["part"],
            upload=values["file"],
        )
        return Response(FindingPhotoShownSerializer(photo).data, status=201 if is_new else 200)

    @extend_schema(responses=FindingPhotoShownSerializer(many=True))
    @photos.mapping.get
    def list_photos(self, request: Request, pk: str) -> Response:
        """The photos of an inspection, part by part."""
        rows = FindingPhoto.objects.filter(finding__inspection=self.get_object())
        rows = rows.select_related("file", "finding").order_by("finding__part", "pk")
        return Response(FindingPhotoShownSerializer(rows, many=True).data)

    @photo_content
    @action(detail=True, methods=["get"], url_path=PHOTO_NUMBER, pagination_class=None, filterset_class=None)
    def photo(self, request: Request, pk: str, number: str) -> FileResponse:
        """The content of one photo."""
        rows = FindingPhoto.objects.filter(finding__inspection=self.get_object()).select_related("file")
        return file_response(get_object_or_404(rows, pk=int(number)).file)


class MeasureFilters(FilterSet):
    flag = django_filters.NumberFilter(field_name="flag_id", min_value=1, max_value=2**62)
    kind = django_filters.ChoiceFilter(choices=Measure._meta.get_field("kind").choices)
    owner = django_filters.CharFilter(
        field_name="owner__email", lookup_expr="iexact", help_text="Mail address."
    )
    done = SwitchFilter(method="only_done")
    due_to = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")

    class Meta:
        model = Measure
        fields: list[str] = []

    def only_done(self, rows: "QuerySet[Measure]", name: str, value: str) -> "QuerySet[Measure]":
        return rows.filter(done_on__isnull=value != "true")


class MeasureViewSet(NumberedEndpoint):
    """Measures of flags. DELETE cancels; the owner of a measure, too, may say that it is done."""

    queryset = Measure.objects.none()
    serializer_class = shapes.MeasureSerializer
    filterset_class = MeasureFilters
    ordering_fields: ClassVar[list[str]] = ["id", "due_on"]
    ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return measures_seen_by(self.request.user)  # type: ignore[arg-type]

    def may_write(self, user: User) -> bool:
        # Whoever owns a measure may finish it; the operation looks at the single record.
        return may_read_flags(user) if self.action == "done" else may_move_flags(user)

    def create_by(self, by: User, values: dict[str, Any]) -> Measure:
        return measure_operations.add_measure(by=by, flag=values.pop("flag"), values=values)

    def change_by(self, by: User, record: Measure, version: int, changes: dict[str, Any]) -> Measure:
        return measure_operations.change_measure(by=by, measure=record, version=version, changes=changes)

    def archive_by(self, by: User, record: Measure) -> None:
        measure_operations.cancel_measure(by=by, measure=record, version=record.version)

    @extend_schema(request=shapes.MeasureDoneSerializer, responses=shapes.MeasureSerializer)
    @action(detail=True, methods=["post"])
    def done(self, request: Request, pk: str) -> Response:
        """Say that a measure was done; its effect is followed from that day."""
        measure = self.get_object()
        body = shapes.MeasureDoneSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        measure_operations.finish_measure(by=request.user, measure=measure, **body.validated_data)  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)
