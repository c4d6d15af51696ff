"""Errors as problem details (RFC 9457)."""

from typing import Any

from django.http import JsonResponse
from rest_framework.response import Response
from rest_framework.views import exception_handler


def problem_details(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception into ``application/problem+json`` with title, status, detail and errors."""
    response = exception_handler(exception, context)
    if response is None:
        return None
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": response.status_text,
        "status": response.status_code,
        "detail": str(detail) if detail else response.status_text,
    }
    if detail is None:
        body["errors"] = response.data
    response.data = body
    response.content_type = "application/problem+json"
    return response


def problem(status: int, detail: str, **extra: Any) -> JsonResponse:
    """Return a problem outside the framework's views."""
    return JsonResponse(
        {"type": "about:blank", "status": status, "detail": detail, **extra},
        status=status,
        content_type="application/problem+json",
    )
