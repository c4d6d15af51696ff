"""KA criteria over HTTP: every version that was ever published, and publishing the next one."""

import dataclasses
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.models.version import OPEN_STATES
from ka_crm.criteria.operations import ApproverNeeded, PublishedMeanwhile, publish_at_once
from ka_crm.criteria.permissions import may_publish_criteria
from ka_crm.criteria.queries import published_criteria
from ka_crm.criteria.rules.settings import CriteriaSettings, InvalidSettings
from ka_crm.people.models import User
from ka_crm.records.api.mixins import IdempotentCreateMixin
from ka_crm.records.api.problems import Problem
from ka_crm.records.api.views import ReadOnlyEndpoint


def _settings_schema() -> dict[str, Any]:
    defaults = CriteriaSettings().as_json()
    names = [field.name for field in dataclasses.fields(CriteriaSettings)]
    properties = {name: {"default": defaults[name], **_type_of(defaults[name])} for name in names}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _type_of(value: Any) -> dict[str, Any]:
    if value is None:
        return {"type": "integer", "nullable": True}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer"}
    if isinstance(value, float):
        return {"type": "number"}
    if isinstance(value, dict):
        return {"type": "object", "additionalProperties": {"type": "number"}}
    if isinstance(value, list):
        kind = {str: "string", float: "number", int: "number"}.get(type(next(iter(value), None)), "object")
        return {"type": "array", "items": {"type": kind}}
    return {"type": "string"}


@extend_schema_field(_settings_schema())
class SettingsField(serializers.DictField):
    """The settings, documented in the formula pages; a missing one takes its default."""


class CriteriaSerializer(serializers.ModelSerializer[CriteriaVersion]):
    """One version of the KA criteria; frozen once published."""

    settings = SettingsField()
    reason = serializers.CharField(max_length=2000, help_text="Why it changes; kept for good.")
    author = serializers.SlugRelatedField[Any](slug_field="name", read_only=True, allow_null=True)

    approver = serializers.SlugRelatedField[Any](slug_field="name", read_only=True, allow_null=True)

    class Meta:
        model = CriteriaVersion
        fields = (
            "number", "state", "settings", "reason", "effective_from", "effective_to", "author",
            "approver", "published_at",
        )  # fmt: skip
        read_only_fields = ("number", "state", "effective_to", "published_at")


@extend_schema_view(
    create=extend_schema(description="Publish the next version at once, where nobody else could approve it.")
)
class CriteriaViewSet(IdempotentCreateMixin, mixins.CreateModelMixin, ReadOnlyEndpoint):
    """Versions of the KA criteria, the newest first. Everybody may know by what accounts are judged."""

    http_method_names = ["get", "post", "head", "options"]
    queryset = (
        CriteriaVersion.objects.filter(scope="")
        .exclude(state__in=OPEN_STATES)
        .select_related("author", "approver")
    )
    serializer_class = CriteriaSerializer
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True}
    ordering_fields: ClassVar[list[str]] = ["number"]
    ordering = "-number"

    def may_write(self, user: User) -> bool:
        return may_publish_criteria(user)

    def perform_create(self, serializer: Any) -> None:
        values = serializer.validated_data
        try:
            serializer.instance = publish_at_once(
                values=values["settings"],
                reason=values["reason"],
                by=self.request.user,  # type: ignore[arg-type]
                effective_from=values.get("effective_from"),
            )
        except InvalidSettings as error:
            raise serializers.ValidationError({"settings": error.errors}) from error
        except ApproverNeeded as error:
            raise Problem(
                409, "Somebody else has to approve: make a draft and let them publish it."
            ) from error
        except PublishedMeanwhile as error:
            raise Problem(409, "Somebody else published at the same moment; look at theirs first.") from error

    def get_success_headers(self, data: Any) -> dict[str, str]:
        return {"Location": self.request.build_absolute_uri(f"{self.request.path}{data['number']}/")}

    @extend_schema(responses=CriteriaSerializer)
    @action(detail=False, pagination_class=None, filterset_class=None)
    def current(self, request: Request) -> Response:
        """The version published now."""
        version = published_criteria()
        if version is None:
            raise Http404
        return Response(self.get_serializer(version).data)
