"""Counts of visit days over HTTP: one by one, or as a phone brings them after a day without network."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Store
from ka_crm.imports.api.lines import bulk_body
from ka_crm.lib.money import plain
from ka_crm.people.models import User
from ka_crm.records.api.mixins import answer_once
from ka_crm.records.api.problems import Problem
from ka_crm.records.api.views import ReadOnlyEndpoint
from purchases.models import Category
from visits.api.filters import ObservationFilters
from visits.api.serializers import CountsSerializer, KeptCountsSerializer, ObservationSerializer
from visits.models import Observation
from visits.operations import Count, CountsRefused, Implausible, record_observation, record_observations
from visits.permissions import may_count, people_counted_for
from visits.queries import observations_seen_by

_REASONS = {
    "store_code": "There is no such store.",
    "category_code": "There is no such category.",
    "rep_email": "There is no such person.",
}
_API_NAMES = {"store": "store_code", "category": "category_code", "rep": "rep_email"}


@extend_schema_view(
    create=extend_schema(
        responses={
            201: ObservationSerializer,
            200: OpenApiResponse(ObservationSerializer, description="This count was kept before."),
        }
    )
)
class ObservationViewSet(mixins.CreateModelMixin, ReadOnlyEndpoint):
    """Counts of visit days in stores that the caller visits, newest first. A correction is another
    count of the same day; the older one no longer counts and is not listed."""

    http_method_names = ["get", "post", "head", "options"]
    serializer_class = ObservationSerializer
    filterset_class = ObservationFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True, "bulk": False}
    ordering_fields: ClassVar[list[str]] = ["id", "date"]
    ordering = "-id"
    queryset = Observation.objects.none()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return observations_seen_by(self.request.user).select_related("store", "category", "rep")  # type: ignore[arg-type]

    def may_write(self, user: User) -> bool:
        return may_count(user)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Keep one count. A number far above the usual is asked about (409): send ``is_certain``."""
        return answer_once(request, lambda: self._create(request))

    def _create(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            kept = record_observation(by=request.user, **serializer.validated_data)  # type: ignore[arg-type]
        except Implausible as doubt:
            raise Problem(409, _doubt(doubt), **_usual(doubt)) from doubt
        code = status.HTTP_201_CREATED if kept.is_new else status.HTTP_200_OK
        headers = {"Location": request.build_absolute_uri(f"{request.path}{kept.observation.pk}/")}
        return Response(self.get_serializer(kept.observation).data, status=code, headers=headers)

    @extend_schema(
        request=CountsSerializer,
        responses={
            201: KeptCountsSerializer,
            200: OpenApiResponse(KeptCountsSerializer, description="All were kept before."),
        },
    )
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def bulk(self, request: Request) -> Response:
        """Keep up to 5,000 counts, all or none."""
        return answer_once(request, lambda: self._bulk(request), is_required=False)

    def _bulk(self, request: Request) -> Response:
        asked = CountsSerializer(data=bulk_body(request.data), context=self.get_serializer_context())
        if not asked.is_valid():
            errors = _shape_errors(asked.errors)
            raise Problem(400, "Some counts have the wrong shape; nothing was stored.", errors=errors)
        lines = resolved(request.user, asked.validated_data["lines"])  # type: ignore[arg-type]
        try:
            kept = record_observations(by=request.user, counts=[Count(**line) for line in lines])  # type: ignore[arg-type]
        except CountsRefused as refusal:
            raise _refused(refusal) from refusal
        created = sum(item.is_new for item in kept)
        body = {
            "rows": len(kept),
            "created": created,
            "unchanged": len(kept) - created,
            "observations": [item.observation.pk for item in kept],
        }
        return Response(body, status=status.HTTP_201_CREATED if created else status.HTTP_200_OK)


def resolved(by: User, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines with their stores, categories and people; a few queries for all of them.

    Raises ``Problem`` 400 for codes that there are none of, or where the caller does not count.
    """
    found: dict[str, dict[str, Any]] = {
        "store_code": _by_key(Store.objects.visited_by(by), "code", lines, "store_code"),
        "category_code": _by_key(Category.objects.all(), "code", lines, "category_code"),
        "rep_email": _by_key(people_counted_for(by), "email", lines, "rep_email"),
    }
    errors, result = [], []
    for number, line in enumerate(lines, start=1):
        values = dict(line)
        for name, field in (("store_code", "store"), ("category_code", "category"), ("rep_email", "rep")):
            if name not in values:
                continue
            text = values.pop(name)
            values[field] = found[name].get(text)
            if values[field] is None:
                errors.append({"line": number, "field": name, "value": text, "reason": _REASONS[name]})
        result.append(values)
    if errors:
        raise Problem(400, "Some counts cannot be accepted; nothing was stored.", errors=errors)
    return result


def _refused(refusal: CountsRefused) -> Problem:
    errors: list[dict[str, Any]] = []
    for index, error in refusal.errors:
        if isinstance(error, Implausible):
            doubt = {"line": index + 1, "field": "total_units", "reason": _doubt(error), **_usual(error)}
            errors.append(doubt)
        else:
            errors += _line_errors(index + 1, error)
    unsure = all(isinstance(error, Implausible) for _index, error in refusal.errors)
    detail = "Some counts cannot be accepted; nothing was stored."
    return Problem(409 if unsure else 400, detail, errors=errors[:200])


def _by_key(rows: Any, field: str, lines: list[dict[str, Any]], name: str) -> dict[str, Any]:
    wanted = {line[name] for line in lines if name in line}
    return {getattr(row, field): row for row in rows.filter(**{f"{field}__in": wanted})} if wanted else {}


def _line_errors(number: int, error: ValidationError) -> list[dict[str, Any]]:
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return [
        {"line": number, "field": _API_NAMES.get(field, field), "reason": text}
        for field, texts in by_field.items()
        for text in texts
    ]


def _shape_errors(errors: Any) -> Any:
    """Name lines by number, from 1; what is wrong with the whole stays by field."""
    lines = errors.get("lines")
    if not isinstance(lines, dict):
        return errors
    return [
        {"line": int(index) + 1, "field": field, "reason": str(text)}
        for index, found in lines.items()
        for field, texts in (found if isinstance(found, dict) else {"": found}).items()
        for text in texts
    ][:200]


def _doubt(doubt: Implausible) -> str:
    return f"{plain(doubt.total_units)} is far above what this store usually sells; confirm it by is_certain."


def _usual(doubt: Implausible) -> dict[str, str]:
    return {
        "usual_units": plain(doubt.usual_units),
        "smallest_units": plain(doubt.smallest),
        "largest_units": plain(doubt.largest),
    }
