"""Filters of the API: declared ones only, so that a misspelt one is an error and never "everything"."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

#: What every list understands besides its filters.
ALWAYS = {"after", "before", "page_size", "ordering", "format"}
_SWITCH = [("true", "true"), ("false", "false")]


class DeclaredFilters(DjangoFilterBackend):
    """The view's ``filterset_class``; parameters that nobody declared are answered with 400.

    ``extra_parameters`` of the view names what it reads from the address by itself.
    """

    def filter_queryset(self, request: Request, queryset: "QuerySet[Any]", view: Any) -> "QuerySet[Any]":
        known = {*ALWAYS, *getattr(view, "extra_parameters", ())}
        declared = getattr(view, "filterset_class", None)
        if declared is not None:
            known |= set(declared.base_filters)
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            choice = ", ".join(sorted(known - {"format"}))
            raise ValidationError(
                {name: [f"There is no such filter. Choose from: {choice}."] for name in unknown}
            )
        return super().filter_queryset(request, queryset, view)  # type: ignore[no-any-return]


@extend_schema_field(OpenApiTypes.BOOL)
class SwitchFilter(django_filters.ChoiceFilter):
    """``true`` or ``false``; anything else is an error."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices=_SWITCH, **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        if value not in ("true", "false"):
            return qs
        if self._method:
            return super().filter(qs, value)
        return self.get_method(qs)(**{f"{self.field_name}__{self.lookup_expr}": value == "true"})


class ArchivedFilterSet(FilterSet):
    """Lists leave out what was archived, unless ``archived=true`` asks for it alone."""

    archived = SwitchFilter(field_name="archived_at", lookup_expr="isnull", method="no_filter")

    def no_filter(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows

    def filter_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        wants_archived = self.form.cleaned_data.get("archived") == "true"
        return super().filter_queryset(queryset).filter(archived_at__isnull=not wants_archived)  # type: ignore[no-any-return]
