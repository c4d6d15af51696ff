"""Targets, receivables, order lines, price terms and costs to serve over HTTP."""

from typing import Any, ClassVar

from django.db.models import Prefetch, Q
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.imports.models import BatchState
from ka_crm.people.models import User
from ka_crm.records.api.views import NumberedEndpoint
from purchases import operations
from purchases.api.fact_filters import (
    AccountCostFilters,
    OrderLineFilters,
    PriceTermFilters,
    ReceivableFilters,
    TargetFilters,
)
from purchases.api.fact_serializers import (
    AccountCostSerializer,
    OrderLineSerializer,
    PriceTermSerializer,
    ReceivableSerializer,
    TargetSerializer,
)
from purchases.models import AccountCost, Delivery, OrderLine, PriceTerm, Receivable, Target
from purchases.permissions import may_keep_facts
from purchases.queries.scopes import (
    account_costs_seen_by,
    order_lines_seen_by,
    price_terms_seen_by,
    receivables_seen_by,
    targets_seen_by,
)

#: Deliveries of files that count.
_LOADED = Delivery.objects.filter(Q(batch__isnull=True) | Q(batch__state=BatchState.COMMITTED))


class FactEndpoint(NumberedEndpoint):
    """Facts of customers that the caller may see; who organises accounts writes them. DELETE archives."""

    ordering = "-id"
    queryset: Any = None

    def rows_for(self, viewer: User) -> Any:
        """Return what the caller may see."""
        raise NotImplementedError

    def restore_by(self, by: User, record: Any) -> Any:
        """Let an archived record count again."""
        raise NotImplementedError

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return self.rows_for(self.request.user)  # type: ignore[arg-type]

    def may_write(self, user: User) -> bool:
        return may_keep_facts(user)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Let an archived one count again."""
        self.restore_by(request.user, self.get_object())  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)


class TargetViewSet(FactEndpoint):
    """Targets by month, of customers and of key account managers."""

    queryset = Target.objects.none()
    serializer_class = TargetSerializer
    filterset_class = TargetFilters
    ordering_fields: ClassVar[list[str]] = ["id", "month", "updated_at"]

    def rows_for(self, viewer: User) -> Any:
        return targets_seen_by(viewer).select_related("customer", "kam", "category")

    def create_by(self, by: User, values: dict[str, Any]) -> Target:
        return operations.create_target(by=by, values=values)

    def change_by(self, by: User, record: Target, version: int, changes: dict[str, Any]) -> Target:
        return operations.change_target(by=by, target=record, version=version, changes=changes)

    def archive_by(self, by: User, record: Target) -> None:
        operations.archive_target(by=by, target=record)

    def restore_by(self, by: User, record: Target) -> Target:
        return operations.restore_target(by=by, target=record)


class ReceivableViewSet(FactEndpoint):
    """What customers owe: invoices and credit notes."""

    queryset = Receivable.objects.none()
    serializer_class = ReceivableSerializer
    filterset_class = ReceivableFilters
    ordering_fields: ClassVar[list[str]] = ["id", "due_on", "updated_at"]

    def rows_for(self, viewer: User) -> Any:
        return receivables_seen_by(viewer).select_related("customer")

    def create_by(self, by: User, values: dict[str, Any]) -> Receivable:
        return operations.create_receivable(by=by, values=values)

    def change_by(self, by: User, record: Receivable, version: int, changes: dict[str, Any]) -> Receivable:
        return operations.change_receivable(by=by, receivable=record, version=version, changes=changes)

    def archive_by(self, by: User, record: Receivable) -> None:
        operations.archive_receivable(by=by, receivable=record)

    def restore_by(self, by: User, record: Receivable) -> Receivable:
        return operations.restore_receivable(by=by, receivable=record)


class OrderLineViewSet(FactEndpoint):
    """Order lines with their deliveries."""

    queryset = OrderLine.objects.none()
    serializer_class = OrderLineSerializer
    filterset_class = OrderLineFilters
    ordering_fields: ClassVar[list[str]] = ["id", "requested_on", "updated_at"]

    def rows_for(self, viewer: User) -> Any:
        rows = order_lines_seen_by(viewer).select_related("customer", "store", "product")
        return rows.prefetch_related(Prefetch("deliveries", _LOADED))

    def create_by(self, by: User, values: dict[str, Any]) -> OrderLine:
        return operations.create_order_line(by=by, values=values)

    def change_by(self, by: User, record: OrderLine, version: int, changes: dict[str, Any]) -> OrderLine:
        return operations.change_order_line(by=by, order_line=record, version=version, changes=changes)

    def archive_by(self, by: User, record: OrderLine) -> None:
        operations.archive_order_line(by=by, order_line=record)

    def restore_by(self, by: User, record: OrderLine) -> OrderLine:
        return operations.restore_order_line(by=by, order_line=record)


class PriceTermViewSet(FactEndpoint):
    """Net prices; those of regions and the general list are written by directors and administrators."""

    queryset = PriceTerm.objects.none()
    serializer_class = PriceTermSerializer
    filterset_class = PriceTermFilters
    ordering_fields: ClassVar[list[str]] = ["id", "from_on", "updated_at"]

    def rows_for(self, viewer: User) -> Any:
        return price_terms_seen_by(viewer).select_related("customer", "store", "region", "product")

    def create_by(self, by: User, values: dict[str, Any]) -> PriceTerm:
        return operations.create_price_term(by=by, values=values)

    def change_by(self, by: User, record: PriceTerm, version: int, changes: dict[str, Any]) -> PriceTerm:
        return operations.change_price_term(by=by, price_term=record, version=version, changes=changes)

    def archive_by(self, by: User, record: PriceTerm) -> None:
        operations.archive_price_term(by=by, price_term=record)

    def restore_by(self, by: User, record: PriceTerm) -> PriceTerm:
        return operations.restore_price_term(by=by, price_term=record)


class AccountCostViewSet(FactEndpoint):
    """What serving customers costs, by month and kind."""

    queryset = AccountCost.objects.none()
    serializer_class = AccountCostSerializer
    filterset_class = AccountCostFilters
    ordering_fields: ClassVar[list[str]] = ["id", "month", "updated_at"]

    def rows_for(self, viewer: User) -> Any:
        return account_costs_seen_by(viewer).select_related("customer")

    def create_by(self, by: User, values: dict[str, Any]) -> AccountCost:
        return operations.create_account_cost(by=by, values=values)

    def change_by(self, by: User, record: AccountCost, version: int, changes: dict[str, Any]) -> AccountCost:
        return operations.change_account_cost(by=by, cost=record, version=version, changes=changes)

    def archive_by(self, by: User, record: AccountCost) -> None:
        operations.archive_account_cost(by=by, cost=record)

    def restore_by(self, by: User, record: AccountCost) -> AccountCost:
        return operations.restore_account_cost(by=by, cost=record)
