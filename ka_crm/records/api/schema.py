"""What the description of the API says besides what it can read from the code."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from ka_crm.records.api.mixins import HEADER
from ka_crm.records.idempotency import MAX_KEY_LENGTH

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"description": "What is wrong, by field; with imported lines by line."},
        "version": {"type": "integer", "description": "The version that is stored now (409)."},
        "differences": {
            "type": "array",
            "description": "What differs from the stored record (409).",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "label": {"type": "string"},
                    "stored": {},
                    "yours": {},
                },
            },
        },
    },
}
_TEXTS = {
    "400": "Something in the request cannot be accepted.",
    "401": "Say who you are.",
    "403": "Your role may not do this.",
    "404": "There is no such record, or you may not see it.",
    "406": "This form of answer is not offered.",
    "409": "Somebody else was faster, or it contradicts what is stored.",
    "415": "This form of request is not understood.",
    "422": "The key was used for another request, or a visit cannot be kept as it is.",
    "429": "Too many requests.",
}
_READING = ("400", "401", "403", "404", "406", "429")
_WRITING = (*_READING, "409", "415", "422")


class ApiSchema(AutoSchema):
    """Adds the ``Idempotency-Key`` to the actions that want one."""

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        actions = getattr(self.view, "idempotent_actions", {})
        action = getattr(self.view, "action", "")
        if action in actions:
            parameters.append(
                OpenApiParameter(
                    HEADER,
                    {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH, "pattern": "^[!-~]+$"},
                    OpenApiParameter.HEADER,
                    required=actions[action],
                    description="A value of your own, new for every new record: sent twice, it is done once.",
                )
            )
        return parameters


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: Any) -> dict[str, Any]:
    """Say of every operation how it answers when something is wrong."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result.get("paths", {}).values():
        for method, operation in operations.items():
            for status in _READING if method == "get" else _WRITING:
                operation["responses"].setdefault(status, {"description": _TEXTS[status], "content": content})
    return result
