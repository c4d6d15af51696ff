"""Files over HTTP: load one in the background, read its report, take it back."""

import json
import secrets
from pathlib import Path
from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.operations import undo_import
from ka_crm.imports.preparing import LOAD, errors_path, start_undo
from ka_crm.imports.queries import batches_for, kinds_for, may_import
from ka_crm.imports.registry import importer_of, kinds
from ka_crm.imports.rules.mapping import mapping_from
from ka_crm.imports.uploads import keep_upload
from ka_crm.jobs.api.views import JobSerializer, job_answer
from ka_crm.jobs.operations import start_job
from ka_crm.lib.money import plain
from ka_crm.lib.spreadsheets import FileRefused
from ka_crm.people.models import User
from ka_crm.records.api.mixins import answer_once
from ka_crm.records.api.problems import Problem
from ka_crm.records.api.views import ReadOnlyEndpoint

#: Lines of an import that is taken back while the caller waits.
MOST_AT_ONCE = 20_000
_SHOWN = ("groups", "errors", "warnings", "questions", "made", "touches", "error", "is_committed")


class BatchSerializer(serializers.ModelSerializer[ImportBatch]):
    """One loaded or checked file. Counts are lines of the file."""

    by = serializers.SlugRelatedField[Any](slug_field="name", read_only=True, allow_null=True)
    value_rejected = serializers.SerializerMethodField(help_text="Signed value of the rejected lines.")

    class Meta:
        model = ImportBatch
        fields = (
            "id", "kind", "source", "file_name", "state", "rows", "created", "updated", "unchanged",
            "rejected", "skipped", "value_rejected", "by", "created_at", "committed_at", "undone_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_value_rejected(self, batch: ImportBatch) -> str:
        return plain(batch.report.get("value_rejected_scaled") or 0)


class BatchReportSerializer(BatchSerializer):
    """A file with everything that was found in it."""

    report = serializers.SerializerMethodField()

    class Meta(BatchSerializer.Meta):
        fields = (*BatchSerializer.Meta.fields, "report")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]

    def get_report(self, batch: ImportBatch) -> dict[str, Any]:
        return {name: batch.report[name] for name in _SHOWN if name in batch.report}


class MappingField(serializers.JSONField):
    """The mapping file's content, as JSON."""


class UploadSerializer(serializers.Serializer[Any]):
    """A file to load."""

    kind = serializers.CharField(max_length=30, help_text="customers, stores, products, sales …")
    file = serializers.FileField(help_text="CSV, CSV.GZ or XLSX.")
    mapping = MappingField(required=False, help_text="How its columns are understood, as JSON.")
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Check it, store nothing.")

    def validate_kind(self, kind: str) -> str:
        if kind not in kinds():
            raise serializers.ValidationError(f"Choose from: {', '.join(kinds())}.")
        return kind

    def validate_mapping(self, mapping: Any) -> dict[str, Any]:
        if isinstance(mapping, str):
            try:
                mapping = json.loads(mapping)
            except ValueError as error:
                raise serializers.ValidationError("This is no JSON.") from error
        if not isinstance(mapping, dict):
            raise serializers.ValidationError("An object is expected.")
        return mapping

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            mapping_from(attrs.get("mapping"), importer_of(attrs["kind"]).fields)
        except FileRefused as error:
            raise serializers.ValidationError({"mapping": [error.reason]}) from error
        return attrs


class StartedSerializer(serializers.Serializer[Any]):
    """The batch that was made of a file, and the job that loads it."""

    batch = BatchSerializer()
    job = JobSerializer()


class UndoneSerializer(serializers.Serializer[Any]):
    """What was taken back, by kind of record."""

    batch = BatchSerializer()
    removed = serializers.DictField(child=serializers.IntegerField())


class ImportFilters(FilterSet):
    kind = django_filters.CharFilter(field_name="kind")
    state = django_filters.ChoiceFilter(choices=BatchState.choices)
    source = django_filters.CharFilter(field_name="source")

    class Meta:
        model = ImportBatch
        fields: list[str] = []


class ImportViewSet(ReadOnlyEndpoint):
    """Imports that the caller may see (their own; directors and administrators all), newest first."""

    http_method_names = ["get", "post", "head", "options"]
    parser_classes = [MultiPartParser, JSONParser]
    queryset = ImportBatch.objects.none()
    serializer_class = BatchSerializer
    filterset_class = ImportFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True}
    ordering_fields: ClassVar[list[str]] = ["id"]
    ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return batches_for(self.request.user)  # type: ignore[arg-type]

    def get_serializer_class(self) -> Any:
        return BatchReportSerializer if self.action == "retrieve" else BatchSerializer

    def may_write(self, user: User) -> bool:
        return bool(kinds_for(user))

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={202: StartedSerializer})
    def create(self, request: Request) -> Response:
        """Load a file in the background, all or nothing; ``dry_run`` only checks it."""
        return answer_once(request, lambda: self._create(request))

    def _create(self, request: Request) -> Response:
        asked = UploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values, by = asked.validated_data, request.user
        if not may_import(by, values["kind"]):  # type: ignore[arg-type]
            self.permission_denied(request, message="Your role may not import this kind.")
        if values["file"].size > settings.KA_IMPORT_MAX_BYTES:
            raise Problem(413, "This file is too large.")
        folder = Path(settings.DATA_DIR) / "uploads" / secrets.token_hex(12)
        batch = keep_upload(
            kind=values["kind"],
            upload=values["file"],
            folder=folder,
            by=by,  # type: ignore[arg-type]
            source="api",
        )
        params = {
            "kind": batch.kind,
            "path": batch.path,
            "mapping": values.get("mapping") or {},
            "dry_run": values["dry_run"],
            "errors": str(errors_path(batch)),
            "source": "api",
            "file_name": batch.file_name,
            "batch": batch.pk,
        }
        job = start_job(kind=LOAD, key=str(batch.pk), params=params, by=by)  # type: ignore[arg-type]
        context = {"request": request}
        body = {
            "batch": BatchSerializer(batch, context=context).data,
            "job": JobSerializer(job, context=context).data,
        }
        location = request.build_absolute_uri(f"{request.path}{batch.pk}/")
        return Response(body, status=202, headers={"Location": location})

    @extend_schema(request=None, responses={200: UndoneSerializer, 202: JobSerializer})
    @action(detail=True, methods=["post"], parser_classes=[JSONParser])
    def undo(self, request: Request, pk: str) -> Response:
        """Take a loaded file back: what it brought no longer counts, what it replaced counts again.

        One of more than 20,000 lines is taken back in the background: 202 with its job.
        """
        batch = self.get_object()
        if not may_import(request.user, batch.kind):  # type: ignore[arg-type]
            self.permission_denied(request, message="Your role may not do this.")
        if batch.state == BatchState.COMMITTED and batch.rows > MOST_AT_ONCE:
            return job_answer(start_undo(batch=batch, by=request.user), request)  # type: ignore[arg-type]
        try:
            removed = undo_import(batch=batch, by=request.user)  # type: ignore[arg-type]
        except UndoRefused as error:
            raise Problem(409, error.reason) from error
        batch = self.get_object()
        return Response(
            {"batch": BatchSerializer(batch, context={"request": request}).data, "removed": removed}
        )
