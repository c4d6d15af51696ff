"""Full counts, market shares and estimates over HTTP."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import may_edit_accounts, may_edit_terms
from ka_crm.imports.api.lines import ImportedSerializer, bulk_body, load_lines, outcome
from ka_crm.imports.queries import may_import
from ka_crm.people.models import User
from ka_crm.records.api.mixins import answer_once
from ka_crm.records.api.views import NumberedEndpoint, ReadOnlyEndpoint
from visits.api.filters import CategoryTotalFilters, EstimateFilters, MarketShareFilters
from visits.api.serializers import (
    CategoryTotalSerializer,
    CategoryTotalsSerializer,
    EstimateSerializer,
    MarketShareSerializer,
)
from visits.models import CategoryTotal, MarketShare, PotentialEstimate
from visits.operations import (
    archive_estimate,
    archive_market_share,
    change_estimate,
    change_market_share,
    create_estimate,
    create_market_share,
)
from visits.queries import category_totals_seen_by, estimates_seen_by, market_shares


class CategoryTotalViewSet(ReadOnlyEndpoint):
    """Full counts by store, category and month that the caller may see, newest first."""

    http_method_names = ["get", "post", "head", "options"]
    serializer_class = CategoryTotalSerializer
    filterset_class = CategoryTotalFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    idempotent_actions: ClassVar[dict[str, bool]] = {"bulk": True}
    ordering_fields: ClassVar[list[str]] = ["id"]
    ordering = "-id"
    queryset = CategoryTotal.objects.none()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return category_totals_seen_by(self.request.user).select_related("store", "category")  # type: ignore[arg-type]

    def may_write(self, user: User) -> bool:
        return may_import(user, "category_totals")

    @extend_schema(request=CategoryTotalsSerializer, responses={201: ImportedSerializer})
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def bulk(self, request: Request) -> Response:
        """Add up to 5,000 lines, all or nothing; they replace what the same source said of the month."""
        return answer_once(request, lambda: self._bulk(request))

    def _bulk(self, request: Request) -> Response:
        asked = CategoryTotalsSerializer(data=bulk_body(request.data))
        asked.is_valid(raise_exception=True)
        mapping = {key: value for key, value in asked.validated_data.items() if key != "lines"}
        report = load_lines(request, "category_totals", asked.validated_data["lines"], mapping)
        return Response(outcome(report), status=status.HTTP_201_CREATED)


class MarketShareViewSet(NumberedEndpoint):
    """Stated market shares: everybody reads, directors and administrators write. DELETE archives."""

    queryset = market_shares().select_related("category", "region")
    serializer_class = MarketShareSerializer
    filterset_class = MarketShareFilters
    ordering_fields: ClassVar[list[str]] = ["id", "from_on", "updated_at"]
    ordering = "-id"

    def may_write(self, user: User) -> bool:
        return may_edit_terms(user)

    def create_by(self, by: User, values: dict[str, Any]) -> MarketShare:
        return create_market_share(by=by, values=values)

    def change_by(self, by: User, record: MarketShare, version: int, changes: dict[str, Any]) -> MarketShare:
        return change_market_share(by=by, market_share=record, version=version, changes=changes)

    def archive_by(self, by: User, record: MarketShare) -> None:
        archive_market_share(by=by, market_share=record)


class EstimateViewSet(NumberedEndpoint):
    """Desk estimates of customers and stores that the caller may see. DELETE archives."""

    queryset = PotentialEstimate.objects.none()
    serializer_class = EstimateSerializer
    filterset_class = EstimateFilters
    ordering_fields: ClassVar[list[str]] = ["id", "year", "updated_at"]
    ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return estimates_seen_by(self.request.user).select_related("customer", "store", "category")  # type: ignore[arg-type]

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def create_by(self, by: User, values: dict[str, Any]) -> PotentialEstimate:
        return create_estimate(by=by, values=values)

    def change_by(
        self, by: User, record: PotentialEstimate, version: int, changes: dict[str, Any]
    ) -> PotentialEstimate:
        return change_estimate(by=by, estimate=record, version=version, changes=changes)

    def archive_by(self, by: User, record: PotentialEstimate) -> None:
        archive_estimate(by=by, estimate=record)
