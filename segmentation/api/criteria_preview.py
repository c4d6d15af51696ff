"""The preview of criteria over HTTP: nothing is stored, nothing is published."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.criteria.api.serializers import SettingsField
from ka_crm.criteria.rules.settings import InvalidSettings, settings_from
from ka_crm.criteria.scopes import known_scopes
from ka_crm.jobs.api.views import job_answer
from ka_crm.records.api.problems import Problem
from segmentation.api.dashboards import Dashboard
from segmentation.preview_job import preview_or_job
from segmentation.queries import current_run


class PreviewSerializer(serializers.Serializer[Any]):
    """The settings to preview; a missing one takes its default."""

    settings = SettingsField()
    scope = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=60, help_text="A region; empty: the company."
    )

    def validate_scope(self, name: str) -> str:
        if name and name not in known_scopes():
            raise serializers.ValidationError("not a known region")
        return name


class CriteriaPreview(Dashboard):
    """Who would enter and leave, what moves, load per KAM and coverage, for the caller's accounts."""

    @extend_schema(request=PreviewSerializer, responses={200: OpenApiTypes.OBJECT, 202: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Answer with the report, or on large data with 202 and the job whose result it will be.

        Once the job is done, the same POST answers with the report.
        """
        asked = PreviewSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        run = current_run()
        if run is None:
            raise Problem(409, "Nothing was computed yet; start a run first.")
        try:
            values = settings_from(asked.validated_data["settings"]).as_json()
        except InvalidSettings as error:
            raise serializers.ValidationError({"settings": error.errors}) from error
        scope = asked.validated_data["scope"]
        found = preview_or_job(run=run, values=values, viewer=self.viewer(), scope=scope)
        return job_answer(found, request) if not isinstance(found, dict) else Response(found)
