"""Background jobs over HTTP: how far they are, how they ended, stopping them."""

from typing import Any, ClassVar

import django_filters
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.jobs.models import JobRun, JobState
from ka_crm.jobs.operations import cancel_job
from ka_crm.jobs.queries import jobs_visible_to, may_control, result_for
from ka_crm.people.models import User
from ka_crm.records.api.views import ReadOnlyEndpoint


class JobSerializer(serializers.ModelSerializer[JobRun]):
    """One piece of background work."""

    actor = serializers.SlugRelatedField[Any](slug_field="name", read_only=True, allow_null=True)
    url = serializers.SerializerMethodField(help_text="Ask here how far it is.")
    result = serializers.SerializerMethodField(help_text="Empty where it concerns its starter only.")

    class Meta:
        model = JobRun
        fields = (
            "id", "url", "kind", "key", "state", "phase", "done", "total", "cancel_requested", "result",
            "error", "actor", "created_at", "started_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_result(self, job: JobRun) -> dict[str, Any]:
        request = self.context.get("request")
        return result_for(request.user, job) if request else {}

    def get_url(self, job: JobRun) -> str:
        path = f"/api/v1/jobs/{job.pk}/"
        request = self.context.get("request")
        return request.build_absolute_uri(path) if request else path


class JobFilters(FilterSet):
    state = django_filters.ChoiceFilter(choices=JobState.choices)
    kind = django_filters.CharFilter(field_name="kind")

    class Meta:
        model = JobRun
        fields: list[str] = []


class JobViewSet(ReadOnlyEndpoint):
    """Jobs that the caller may see, the newest first."""

    http_method_names = ["get", "post", "head", "options"]
    queryset = JobRun.objects.none()
    serializer_class = JobSerializer
    filterset_class = JobFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    ordering_fields: ClassVar[list[str]] = ["id"]
    ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return jobs_visible_to(self.request.user).defer("log", "params")  # type: ignore[arg-type]

    def may_write(self, user: User) -> bool:
        return True  # the single job decides

    @extend_schema(request=None, responses=JobSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Ask the job to stop: at once while it waits, at its next step while it runs."""
        job = self.get_object()
        if not may_control(request.user, job):  # type: ignore[arg-type]
            self.permission_denied(request, message="This is somebody else's job.")
        cancel_job(job=job, by=request.user)  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)


def job_answer(job: JobRun, request: Request) -> Response:
    """Return 202 with a job that was started, and where to ask how far it is."""
    data = JobSerializer(job, context={"request": request}).data
    return Response(data, status=202, headers={"Location": data["url"]})
