"""Runs over HTTP: the list, and starting the next one."""

import datetime as dt
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.jobs.api.views import JobSerializer, job_answer
from ka_crm.jobs.operations import start_job
from ka_crm.people.models import User
from ka_crm.records.api.mixins import answer_once
from ka_crm.records.api.views import ReadOnlyEndpoint
from segmentation import access
from segmentation.api.dashboards import ReadsResults
from segmentation.api.serializers import RecomputeSerializer, RunSerializer
from segmentation.models import SegmentationRun
from segmentation.queries import complete_runs

EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2100, 12, 31)


class RunViewSet(ReadOnlyEndpoint):
    """Complete runs, the newest first."""

    http_method_names = ["get", "post", "head", "options"]
    permission_classes = [*ReadOnlyEndpoint.permission_classes, ReadsResults]
    queryset = SegmentationRun.objects.none()
    serializer_class = RunSerializer
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True}
    ordering_fields: ClassVar[list[str]] = ["id"]
    ordering = "-id"

    def get_queryset(self) -> Any:
        return complete_runs()

    def may_write(self, user: User) -> bool:
        return access.may_recompute(user)

    @extend_schema(request=RecomputeSerializer, responses={202: JobSerializer})
    def create(self, request: Request) -> Response:
        """Start a recomputation; one that waits or runs already is returned instead of a second one."""
        return answer_once(request, lambda: self._create(request))

    def _create(self, request: Request) -> Response:
        asked = RecomputeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        as_of = asked.validated_data.get("as_of")
        if as_of and not EARLIEST <= as_of <= LATEST:
            raise serializers.ValidationError({"as_of": ["A day from 1990 to 2100."]})
        params = {"as_of": as_of.isoformat()} if as_of else {}
        job = start_job(kind="recompute", params=params, by=request.user)  # type: ignore[arg-type]
        return job_answer(job, request)
