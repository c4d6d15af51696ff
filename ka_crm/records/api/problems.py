"""Errors as problem details (RFC 9457), whatever goes wrong below ``/api/``."""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError
from django.http import HttpRequest, JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from ka_crm.lib.keyset import BadCursor
from ka_crm.lib.versions import StaleVersion

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)


class Problem(exceptions.APIException):
    """An answer that a view gives by raising it: status, detail, further members."""

    def __init__(self, status_code: int, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.status_code = status_code
        self.extra = extra


def problem_details(exception: Exception, context: dict[str, Any]) -> Response:
    """Turn any exception into ``application/problem+json``: title, status, detail, errors.

    Validation errors come as ``errors``: field → list of texts. Stale versions come as ``differences``:
    field, label, stored, yours. What nobody foresaw is logged and answered with 500, without details.
    """
    exception = _as_api_exception(exception, context)
    response = exception_handler(exception, context)
    if response is None:
        _log.error("Unhandled error in the API", exc_info=exception)
        response = Response(
            status=status.HTTP_500_INTERNAL_SERVER_ERROR, data={"detail": "Something went wrong."}
        )
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": response.status_text,
        "status": response.status_code,
        "detail": str(detail) if detail else "Some values cannot be accepted.",
    }
    if detail is None:
        body["errors"] = response.data
    body.update(getattr(exception, "extra", {}))
    response.data = body
    response.content_type = MEDIA_TYPE
    return response


def _as_api_exception(exception: Exception, context: dict[str, Any]) -> Exception:
    if isinstance(exception, StaleVersion):
        return Problem(
            409,
            str(exception),
            version=exception.version,
            differences=[
                {
                    "field": item.field,
                    "label": item.label,
                    "stored": _plain(item.stored),
                    "yours": _plain(item.yours),
                }
                for item in exception.differences
            ],
        )
    if isinstance(exception, ValidationError):
        if hasattr(exception, "error_dict"):
            return exceptions.ValidationError(exception.message_dict)
        return exceptions.ValidationError({"non_field_errors": exception.messages})
    if isinstance(exception, BadCursor):
        return Problem(400, str(exception))
    if isinstance(exception, ProtectedError):
        return Problem(409, "Other records belong to this one.")
    if isinstance(exception, IntegrityError):
        _log.warning("Refused by a constraint of the database", exc_info=exception)
        return Problem(409, "This contradicts what is stored already.")
    if isinstance(exception, OperationalError | InterfaceError):
        _log.error("The database cannot be reached", exc_info=exception)
        return Problem(503, "The database cannot be reached. Please try again.")
    return exception


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)


def problem(status_code: int, detail: str, **extra: Any) -> JsonResponse:
    """Return a problem outside the framework's views."""
    title = Response(status=status_code).status_text
    return JsonResponse(
        {"type": "about:blank", "title": title, "status": status_code, "detail": detail, **extra},
        status=status_code,
        content_type=MEDIA_TYPE,
    )


def unknown_endpoint(request: HttpRequest, **_parts: Any) -> JsonResponse:
    """Answer 404 for addresses below ``/api/`` that there are none of."""
    return problem(404, "There is no such address.")
