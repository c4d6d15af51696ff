"""What the addresses of the criteria share: settings, versions and drafts as JSON, and what is refused."""

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ka_crm.criteria import operations
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.rules.settings import CriteriaSettings, InvalidSettings
from ka_crm.records.api.problems import Problem


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
            "number", "scope", "state", "settings", "reason", "effective_from", "effective_to", "author",
            "approver", "published_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = ("number", "scope", "state", "effective_to", "published_at")
        validators: ClassVar[list[Any]] = []


class DraftSerializer(serializers.ModelSerializer[CriteriaVersion]):
    """One draft. A PATCH names the ``version`` that it starts from; missing settings keep their values."""

    settings = SettingsField(required=False)
    author = serializers.SlugRelatedField[Any](slug_field="name", read_only=True, allow_null=True)
    changed_by = serializers.SlugRelatedField[Any](slug_field="name", read_only=True, allow_null=True)
    based_on = serializers.SlugRelatedField[Any](slug_field="number", read_only=True, allow_null=True)
    version = serializers.IntegerField(required=False)

    class Meta:
        model = CriteriaVersion
        fields = (
            "id", "number", "scope", "state", "settings", "reason", "note", "effective_from", "author",
            "changed_by", "changed_at", "based_on", "version",
        )  # fmt: skip
        read_only_fields = ("number", "state", "note", "changed_at")
        validators: ClassVar[list[Any]] = []


def checked(work: Callable[[], Any]) -> Any:
    """Run an operation; what it refuses is told beside the fields or as a conflict."""
    try:
        return work()
    except InvalidSettings as error:
        own = {"reason", "note", "scope", "effective_from", "approver"}
        fields: dict[str, Any] = {name: [text] for name, text in error.errors.items() if name in own}
        settings = {name: text for name, text in error.errors.items() if name not in own}
        raise serializers.ValidationError(
            {**fields, **({"settings": settings} if settings else {})}
        ) from error
    except operations.PublishedMeanwhile as error:
        raise Problem(409, "Another version came into force meanwhile; compare and save again.") from error
