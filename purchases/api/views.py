"""Products, categories and sales lines over HTTP."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import may_edit_terms
from ka_crm.imports.api.lines import ImportedSerializer, bulk_body, line_schema, load_lines, outcome
from ka_crm.imports.queries import may_import
from ka_crm.people.models import User
from ka_crm.records.api.mixins import IdempotentCreateMixin, answer_once
from ka_crm.records.api.problems import Problem
from ka_crm.records.api.views import Endpoint, ReadOnlyEndpoint, RecordEndpoint
from purchases.api.filters import ProductFilters, SalesFilters
from purchases.api.serializers import (
    CategorySerializer,
    ProductSerializer,
    SalesLineSerializer,
    SalesLinesSerializer,
)
from purchases.importers import SalesImporter
from purchases.models import Category, Product, SalesLine
from purchases.operations import (
    archive_product,
    change_category,
    change_product,
    create_category,
    create_product,
    delete_category,
    restore_product,
)
from purchases.queries import products, sales_lines_seen_by


class ProductViewSet(RecordEndpoint):
    """Products: everybody reads, directors and administrators write. DELETE archives."""

    queryset = products().select_related("category")
    serializer_class = ProductSerializer
    filterset_class = ProductFilters
    ordering_fields: ClassVar[list[str]] = ["name", "code", "updated_at"]
    ordering = "name"

    def may_write(self, user: User) -> bool:
        return may_edit_terms(user)

    def create_by(self, by: User, values: dict[str, Any]) -> Product:
        return create_product(by=by, values=values)

    def change_by(self, by: User, record: Product, version: int, changes: dict[str, Any]) -> Product:
        return change_product(by=by, product=record, version=version, changes=changes)

    def archive_by(self, by: User, record: Product) -> None:
        archive_product(by=by, product=record)

    @extend_schema(request=None, responses=ProductSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, code: str) -> Response:
        """Bring an archived product back."""
        restore_product(by=request.user, product=self.get_object())  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)


class CategoryViewSet(
    IdempotentCreateMixin,
    mixins.CreateModelMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    Endpoint,
):
    """Categories: everybody reads, directors and administrators write; only unused ones can be deleted."""

    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    lookup_field = "code"
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True}
    ordering_fields: ClassVar[list[str]] = ["name", "code"]
    ordering = "name"

    def may_write(self, user: User) -> bool:
        return may_edit_terms(user)

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = create_category(by=self.request.user, values=serializer.validated_data)  # type: ignore[arg-type]

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = change_category(
            by=self.request.user,  # type: ignore[arg-type]
            category=serializer.instance,
            changes=serializer.validated_data,
        )

    def perform_destroy(self, instance: Category) -> None:
        delete_category(by=self.request.user, category=instance)  # type: ignore[arg-type]


@extend_schema_view(
    create=extend_schema(
        request={"application/json": line_schema(SalesImporter)},
        responses={
            201: SalesLineSerializer,
            200: OpenApiResponse(SalesLineSerializer, description="It was there already, unchanged."),
        },
    )
)
class SalesViewSet(mixins.CreateModelMixin, ReadOnlyEndpoint):
    """Sales lines of the caller's customers, newest first. They are corrected by sending the same
    document and line number again, and taken back with their import."""

    http_method_names = ["get", "post", "head", "options"]
    serializer_class = SalesLineSerializer
    filterset_class = SalesFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True, "bulk": True}
    ordering_fields: ClassVar[list[str]] = ["id"]
    ordering = "-id"
    queryset = SalesLine.objects.none()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        rows = sales_lines_seen_by(self.request.user)  # type: ignore[arg-type]
        return rows.select_related("customer", "store", "product", "category")

    def may_write(self, user: User) -> bool:
        return may_import(user, "sales")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add one line, or correct the one with the same document and line number."""
        return answer_once(request, lambda: self._create(request))

    def _create(self, request: Request) -> Response:
        if not isinstance(request.data, dict):
            raise Problem(400, "One line is expected, as an object; several go to bulk/.")
        report = load_lines(request, "sales", [request.data])
        line = self.get_queryset().filter(batch=report.batch).first()
        if line is None:  # the very same line was there before
            line = (
                self.get_queryset()
                .filter(
                    document_no=str(request.data.get("document_no", "")).strip(),
                    line_no=str(request.data.get("line_no", "")).strip(),
                )
                .first()
            )
        code = status.HTTP_201_CREATED if report.created or report.updated else status.HTTP_200_OK
        headers = {"Location": request.build_absolute_uri(f"{request.path}{line.pk}/")} if line else {}
        return Response(
            self.get_serializer(line).data if line else outcome(report), status=code, headers=headers
        )

    @extend_schema(request=SalesLinesSerializer, responses={201: ImportedSerializer})
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def bulk(self, request: Request) -> Response:
        """Add up to 5,000 lines, all or nothing."""
        return answer_once(request, lambda: self._bulk(request))

    def _bulk(self, request: Request) -> Response:
        asked = SalesLinesSerializer(data=bulk_body(request.data))
        asked.is_valid(raise_exception=True)
        mapping = {key: value for key, value in asked.validated_data.items() if key != "lines"}
        report = load_lines(request, "sales", asked.validated_data["lines"], mapping)
        return Response(outcome(report), status=status.HTTP_201_CREATED)
