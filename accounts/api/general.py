"""Part 1: what the customer is, documents, value and service; over HTTP."""

from typing import Any, ClassVar

import django_filters
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request

from accounts.api.entries import EntryEndpoint, EntryFilters, EntrySerializer
from accounts.kinds.general import KINDS
from accounts.models import Document, DocumentKind, Profile
from ka_crm.records.files import file_response

_KINDS = {kind.key: kind for kind in KINDS}


class ProfileSerializer(EntrySerializer):
    """The general part of a dossier, one per customer; an empty text is unknown."""

    class Meta(EntrySerializer.Meta):
        model = Profile
        fields = (
            "customer_code", "description", "history", "ownership", "organisation", "environment",
            "market_notes", "who_decides", "delivery", "buying_habits", "concerns", "bargaining_power",
            "fiscal_year_month", "confirmed_on", "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("confirmed_on", "created_at", "updated_at")


class ProfileFilters(django_filters.FilterSet):
    customer = django_filters.CharFilter(field_name="customer__code")

    class Meta:
        model = Profile
        fields: ClassVar[list[str]] = []


class ProfileViewSet(EntryEndpoint):
    """General parts of the dossiers that the caller may see, by the customer's code."""

    queryset = Profile.objects.select_related("customer")
    serializer_class = ProfileSerializer
    filterset_class = ProfileFilters
    lookup_field = "customer__code"
    lookup_url_kwarg = "code"
    lookup_value_regex = "[^/]+"
    http_method_names = ["get", "post", "put", "patch", "head", "options"]
    ordering_fields: Any = ["id", "updated_at"]
    kind = _KINDS["profile"]
    restore = None  # type: ignore[assignment]  # a general part is never put away

    def get_success_headers(self, data: Any) -> dict[str, str]:
        return super().get_success_headers({self.lookup_field: data["customer_code"]})


class DocumentSerializer(EntrySerializer):
    """A paper of a dossier. The file is sent once, with the new document."""

    file = serializers.FileField(
        source="upload",
        write_only=True,
        required=False,
        help_text="Needed for a new one: PDF, Office without macros, pictures or plain text, up to 20 MB.",
    )
    title = serializers.CharField(max_length=200, required=False, help_text="Default: as the file is called.")
    file_name = serializers.CharField(source="file.name", read_only=True)
    size = serializers.IntegerField(source="file.size", read_only=True, help_text="Bytes.")
    content_type = serializers.CharField(source="file.content_type", read_only=True)

    class Meta(EntrySerializer.Meta):
        model = Document
        fields = EntrySerializer.fields_with(
            "title", "kind", "dated_on", "note", "file", "file_name", "size", "content_type"
        )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is not None and "upload" in attrs:
            raise serializers.ValidationError({"file": "It cannot be changed later; add another document."})
        return attrs


class DocumentFilters(EntryFilters):
    kind = django_filters.ChoiceFilter(choices=DocumentKind.choices)

    class Meta:
        model = Document
        fields: ClassVar[list[str]] = []


@extend_schema_view(create=extend_schema(request={"multipart/form-data": DocumentSerializer}))
class DocumentViewSet(EntryEndpoint):
    """Papers of the dossiers that the caller may see. POST is multipart; DELETE archives, the file stays."""

    queryset = Document.objects.select_related("customer", "file")
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilters
    parser_classes = [MultiPartParser, JSONParser]
    kind = _KINDS["document"]

    @extend_schema(
        request=None,
        filters=False,
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    @action(detail=True, methods=["get"])
    def download(self, request: Request, pk: str) -> HttpResponse:
        """Hand out the file as an attachment; that of an archived document is not there."""
        document = self.get_object()
        if document.archived_at is not None:
            raise NotFound
        return file_response(document.file)  # type: ignore[return-value]


#: Address and view set of every list.
ENDPOINTS: tuple[tuple[str, Any], ...] = (("profiles", ProfileViewSet), ("documents", DocumentViewSet))
