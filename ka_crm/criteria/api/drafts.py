"""Drafts of the KA criteria over HTTP: write, send, send back, publish."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.criteria import operations
from ka_crm.criteria.api.serializers import CriteriaSerializer, DraftSerializer, checked
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.models.version import OPEN_STATES
from ka_crm.criteria.permissions import may_publish_criteria, may_read_drafts
from ka_crm.people.models import User
from ka_crm.records.api.mixins import answer_once
from ka_crm.records.api.problems import Problem
from ka_crm.records.api.views import NumberedEndpoint


class DraftStepSerializer(serializers.Serializer[Any]):
    """The version that was read, and for sending back what should change."""

    version = serializers.IntegerField(min_value=1)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)


class DraftViewSet(NumberedEndpoint):
    """Drafts of the criteria; directors and administrators write them, somebody else publishes them."""

    queryset = CriteriaVersion.objects.none()
    serializer_class = DraftSerializer
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    idempotent_actions: ClassVar[dict[str, bool]] = {
        "create": True, "submit": True, "return_": True, "publish": True,
    }  # fmt: skip
    ordering_fields: ClassVar[list[str]] = ["id"]
    ordering = "-id"

    def get_queryset(self) -> Any:
        if not may_read_drafts(self.request.user):  # type: ignore[arg-type]
            return CriteriaVersion.objects.none()
        rows = CriteriaVersion.objects.filter(state__in=OPEN_STATES, archived_at__isnull=True)
        return rows.select_related("author", "changed_by", "based_on")

    def may_write(self, user: User) -> bool:
        return may_publish_criteria(user)

    def create_by(self, by: User, values: dict[str, Any]) -> Any:
        with_reason = {"reason": values.get("reason", ""), "scope": values.get("scope", "")}
        return checked(
            lambda: operations.create_draft(values=values.get("settings", {}), by=by, **with_reason)
        )

    def change_by(self, by: User, record: CriteriaVersion, version: int, changes: dict[str, Any]) -> Any:
        return checked(
            lambda: operations.change_draft(
                draft=record,
                version=version,
                values={**record.settings, **changes.get("settings", {})},
                reason=changes.get("reason", record.reason),
                effective_from=changes.get("effective_from", record.effective_from),
                by=by,
            )
        )

    def archive_by(self, by: User, record: CriteriaVersion) -> None:
        operations.remove_draft(draft=record, version=record.version, by=by)

    @extend_schema(request=DraftStepSerializer, responses=DraftSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Ask for approval."""
        return self._step(request, operations.submit_draft)

    @extend_schema(request=DraftStepSerializer, responses=DraftSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def return_(self, request: Request, pk: str) -> Response:
        """Send the draft back with what should change (``note``)."""
        return self._step(request, operations.return_draft, with_note=True)

    @extend_schema(request=DraftStepSerializer, responses=CriteriaSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Approve and publish; the author may not, unless nobody else could."""
        return self._step(request, operations.publish_draft)

    def _step(self, request: Request, operation: Callable[..., Any], with_note: bool = False) -> Response:
        return answer_once(request, lambda: self._stepped(request, operation, with_note))

    def _stepped(self, request: Request, operation: Callable[..., Any], with_note: bool) -> Response:
        draft = self.get_object()
        asked = DraftStepSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        more = {"note": asked.validated_data["note"]} if with_note else {}
        version = asked.validated_data["version"]
        try:
            done = checked(lambda: operation(draft=draft, version=version, by=request.user, **more))
        except operations.ApproverNeeded as error:
            raise Problem(403, "Somebody other than the author has to publish these criteria.") from error
        kind = DraftSerializer if done.is_open else CriteriaSerializer
        return Response(kind(done, context=self.get_serializer_context()).data)
