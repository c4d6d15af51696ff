"""Price list, prices and lots seen, case files and supply routes over HTTP. Monitoring only."""

from typing import Any, ClassVar

import django_filters
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import may_edit_accounts
from ka_crm.people.models import User
from ka_crm.records.api.filters import ArchivedFilterSet
from ka_crm.records.api.mixins import IdempotentCreateMixin, answer_once
from ka_crm.records.api.views import NumberedEndpoint, ReadOnlyEndpoint
from visits.api import control_serializers as shapes
from visits.control_access import may_edit_price_list, may_trace
from visits.models import (
    CaseState,
    DiversionCase,
    LotShipment,
    LotSighting,
    PriceSighting,
    ShelfPrice,
    SupplyStep,
)
from visits.operations import diversion_cases, shelf_prices, traces
from visits.permissions import may_count
from visits.queries import control as prices
from visits.queries import diversion as lots


class ShelfPriceFilters(ArchivedFilterSet):
    product = django_filters.CharFilter(field_name="product__code")
    customer = django_filters.CharFilter(field_name="customer__code")
    region = django_filters.CharFilter(field_name="region__name")

    class Meta:
        model = ShelfPrice
        fields: list[str] = []


class OfDays(FilterSet):
    store = django_filters.CharFilter(field_name="store__code")
    product = django_filters.CharFilter(field_name="product__code")
    date_from = django_filters.DateFilter(field_name="on", lookup_expr="gte")
    date_to = django_filters.DateFilter(field_name="on", lookup_expr="lte")


class LotFilters(OfDays):
    lot = django_filters.CharFilter(lookup_expr="iexact")


class ShipmentFilters(FilterSet):
    lot = django_filters.CharFilter(lookup_expr="iexact")
    territory = django_filters.CharFilter(field_name="territory__name", lookup_expr="iexact")


class CaseFilters(FilterSet):
    customer = django_filters.CharFilter(field_name="customer__code")
    state = django_filters.ChoiceFilter(choices=CaseState.choices)


class StepFilters(FilterSet):
    store = django_filters.CharFilter(field_name="store__code")


class Seen:
    """Only what the caller may see; ``seen_by`` is the room's query, ``related`` what rows name."""

    related: ClassVar[tuple[str, ...]] = ()

    @staticmethod
    def seen_by(viewer: User) -> Any:
        raise NotImplementedError

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset  # type: ignore[attr-defined]
        return self.seen_by(self.request.user).select_related(*self.related)  # type: ignore[attr-defined]


class Noted(Seen, IdempotentCreateMixin, mixins.CreateModelMixin, ReadOnlyEndpoint):
    """Things noted down once: created and read, never changed."""

    http_method_names = ["get", "post", "head", "options"]
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True}
    ordering_fields: ClassVar[list[str]] = ["id"]
    ordering = "-id"

    def judged(self, rows: list[Any]) -> dict[int, Any]:
        """Return what the rules say about rows, by id."""
        return {}

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        if args and args[0] is not None:
            rows = args[0] if kwargs.get("many") else [args[0]]
            kwargs["context"] = {**self.get_serializer_context(), "judged": self.judged(list(rows))}
        return super().get_serializer(*args, **kwargs)

    def record_by(self, by: User, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def perform_create(self, serializer: Any) -> None:
        made = self.record_by(self.request.user, dict(serializer.validated_data))  # type: ignore[arg-type]
        serializer.instance = self.get_queryset().filter(pk=made.pk).first() or made
        serializer.context["judged"] = self.judged([serializer.instance])


class ShelfPriceViewSet(Seen, NumberedEndpoint):
    """The list of shelf prices. Directors and administrators write; DELETE archives."""

    queryset = ShelfPrice.objects.none()
    serializer_class = shapes.ShelfPriceSerializer
    filterset_class = ShelfPriceFilters
    ordering_fields: ClassVar[list[str]] = ["id", "from_on", "updated_at"]
    ordering = "-id"
    related = ("product", "customer", "region")
    seen_by = staticmethod(prices.shelf_prices_seen_by)

    def may_write(self, user: User) -> bool:
        return may_edit_price_list(user)

    def create_by(self, by: User, values: dict[str, Any]) -> ShelfPrice:
        return shelf_prices.create_shelf_price(by=by, values=values)

    def change_by(self, by: User, record: ShelfPrice, version: int, changes: dict[str, Any]) -> ShelfPrice:
        return shelf_prices.change_shelf_price(by=by, shelf_price=record, version=version, changes=changes)

    def archive_by(self, by: User, record: ShelfPrice) -> None:
        shelf_prices.archive_shelf_price(by=by, shelf_price=record)


class PriceSightingViewSet(Noted):
    """Prices seen in stores that the caller may see, judged against the floor of their day."""

    queryset = PriceSighting.objects.none()
    serializer_class = shapes.PriceSightingSerializer
    filterset_class = OfDays
    related = ("store", "product")
    seen_by = staticmethod(prices.price_sightings_seen_by)

    def may_write(self, user: User) -> bool:
        return may_count(user)

    def judged(self, rows: list[Any]) -> dict[int, Any]:
        return prices.judge_sightings(self.request.user, rows)  # type: ignore[arg-type]

    def record_by(self, by: User, values: dict[str, Any]) -> PriceSighting:
        return traces.record_price_sighting(by=by, values=values)


class LotShipmentViewSet(Noted):
    """Where lots were shipped to; supervisors, directors and administrators write."""

    queryset = LotShipment.objects.none()
    serializer_class = shapes.LotShipmentSerializer
    filterset_class = ShipmentFilters
    related = ("territory", "customer", "product")
    seen_by = staticmethod(lots.lot_shipments_seen_by)

    def may_write(self, user: User) -> bool:
        return may_trace(user)

    def record_by(self, by: User, values: dict[str, Any]) -> LotShipment:
        return traces.ship_lot(by=by, values=values)


class LotSightingViewSet(Noted):
    """Lots seen in stores that the caller may see, compared with where they were shipped to."""

    queryset = LotSighting.objects.none()
    serializer_class = shapes.LotSightingSerializer
    filterset_class = LotFilters
    related = ("store__customer", "product")
    seen_by = staticmethod(lots.lot_sightings_seen_by)

    def may_write(self, user: User) -> bool:
        return may_count(user)

    def judged(self, rows: list[Any]) -> dict[int, Any]:
        return {one.sighting.pk: one for one in lots.judged_lots(rows)}

    def record_by(self, by: User, values: dict[str, Any]) -> LotSighting:
        return traces.record_lot_sighting(by=by, values=values)


class SupplyStepViewSet(Seen, NumberedEndpoint):
    """The levels between us and stores that the caller may see. DELETE takes one out."""

    queryset = SupplyStep.objects.none()
    serializer_class = shapes.SupplyStepSerializer
    filterset_class = StepFilters
    ordering_fields: ClassVar[list[str]] = ["id"]
    ordering = "-id"
    related = ("store",)
    seen_by = staticmethod(lots.supply_steps_seen_by)

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def create_by(self, by: User, values: dict[str, Any]) -> SupplyStep:
        return traces.create_supply_step(by=by, values=values)

    def change_by(self, by: User, record: SupplyStep, version: int, changes: dict[str, Any]) -> SupplyStep:
        return traces.change_supply_step(by=by, step=record, version=version, changes=changes)

    def archive_by(self, by: User, record: SupplyStep) -> None:
        traces.remove_supply_step(by=by, step=record)


class DiversionCaseViewSet(Seen, NumberedEndpoint):
    """Case files, with evidence and outcome; a person closes them. Nothing is deleted."""

    http_method_names = ["get", "post", "put", "patch", "head", "options"]
    queryset = DiversionCase.objects.none()
    serializer_class = shapes.DiversionCaseSerializer
    filterset_class = CaseFilters
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True, "evidence": True}
    ordering_fields: ClassVar[list[str]] = ["id", "opened_on"]
    ordering = "-id"
    related = ("customer",)
    seen_by = staticmethod(lots.cases_seen_by)

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("sightings", "evidence__file")

    def may_write(self, user: User) -> bool:
        return may_trace(user)

    def create_by(self, by: User, values: dict[str, Any]) -> DiversionCase:
        sightings = values.pop("sightings", [])
        return diversion_cases.open_case(by=by, values=values, sightings=sightings)

    def change_by(
        self, by: User, record: DiversionCase, version: int, changes: dict[str, Any]
    ) -> DiversionCase:
        changes.pop("sightings", None)
        return diversion_cases.change_case(by=by, case=record, version=version, changes=changes)

    def _shown(self, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(self.get_object()).data, status=code)

    @extend_schema(request=shapes.CaseEvidenceSerializer, responses={201: shapes.DiversionCaseSerializer})
    @action(detail=True, methods=["post"])
    def evidence(self, request: Request, pk: str) -> Response:
        """Add what speaks for or against the case."""
        return answer_once(request, lambda: self._add(request))

    def _add(self, request: Request) -> Response:
        case = self.get_object()
        asked = shapes.CaseEvidenceSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        diversion_cases.add_evidence(by=request.user, case=case, values=asked.validated_data)  # type: ignore[arg-type]
        return self._shown(status.HTTP_201_CREATED)

    @extend_schema(request=shapes.CloseCaseSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close the case as confirmed or dismissed."""
        case = self.get_object()
        asked = shapes.CloseCaseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        diversion_cases.close_case(by=request.user, case=case, **asked.validated_data)  # type: ignore[arg-type]
        return self._shown()

    @extend_schema(request=shapes.ReopenCaseSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Open a closed case again."""
        case = self.get_object()
        asked = shapes.ReopenCaseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        diversion_cases.reopen_case(by=request.user, case=case, **asked.validated_data)  # type: ignore[arg-type]
        return self._shown()


ENDPOINTS = (
    ("shelf-prices", ShelfPriceViewSet),
    ("price-sightings", PriceSightingViewSet),
    ("lot-shipments", LotShipmentViewSet),
    ("lot-sightings", LotSightingViewSet),
    ("diversion-cases", DiversionCaseViewSet),
    ("supply-steps", SupplyStepViewSet),
)
