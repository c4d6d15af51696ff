"""Keyset pages of the API: no COUNT, and the thousandth page is as fast as the first."""

from typing import Any
from urllib.parse import urlencode

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.lib.keyset import keyset_page


class KeysetPagination(BasePagination):
    """Pages by cursor, ``page_size`` up to 1,000.

    A view declares ``ordering_fields`` (names that ``?ordering=`` may use, ``-`` before it turns it round,
    several with commas) and ``ordering`` (what it is without). The primary key always ends the order.
    A name may stand for a path: ``ordering_fields = {"customer": "customer__name"}``.
    """

    page_size = 50
    max_page_size = 1000

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.page = keyset_page(
            queryset,
            order=self._order(request, view),
            size=self._size(request),
            after=request.query_params.get("after", ""),
            before=request.query_params.get("before", ""),
        )
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._link(after=self.page.after),
                "previous": self._link(before=self.page.before),
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        names = list(getattr(view, "ordering_fields", None) or [])
        parameters = [
            ("after", {"type": "string"}, "Cursor of the next page, as given in `next`."),
            ("before", {"type": "string"}, "Cursor of the page before, as given in `previous`."),
            (
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": self.max_page_size},
                "Rows of a page.",
            ),
        ]
        if names:
            text = f"Order by: {', '.join(names)}; `-` before a name turns it round."
            parameters.append(("ordering", {"type": "string"}, text))
        return [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
            for name, schema, text in parameters
        ]

    def _order(self, request: Request, view: Any) -> list[str]:
        declared = getattr(view, "ordering_fields", None) or []
        allowed = declared if isinstance(declared, dict) else {name: name for name in declared}
        wanted = [
            name.strip() for name in request.query_params.get("ordering", "").split(",") if name.strip()
        ]
        unknown = [name for name in wanted if name.lstrip("-") not in allowed or name.startswith("--")]
        if unknown:
            choice = ", ".join(allowed) or "–"
            raise ValidationError(
                {"ordering": [f"Cannot order by {', '.join(unknown)}. Choose from: {choice}."]}
            )
        if wanted:
            return [("-" if name.startswith("-") else "") + allowed[name.lstrip("-")] for name in wanted]
        default = getattr(view, "ordering", None) or "id"
        return [default] if isinstance(default, str) else list(default)

    def _size(self, request: Request) -> int:
        text = request.query_params.get("page_size", "")
        if not text:
            return self.page_size
        if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= self.max_page_size):
            raise ValidationError({"page_size": [f"A whole number from 1 to {self.max_page_size}."]})
        return int(text)

    def _link(self, **cursor: str | None) -> str | None:
        (name, value) = next(iter(cursor.items()))
        if value is None:
            return None
        query = [
            (key, item)
            for key, items in self.request.query_params.lists()
            if key not in ("after", "before")
            for item in items
        ]
        address = self.request.build_absolute_uri(self.request.path)
        return f"{address}?{urlencode([*query, (name, value)])}"
