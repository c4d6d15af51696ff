"""Customers and stores over HTTP."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import CustomerFilters, StoreFilters
from accounts.api.serializers import CustomerSerializer, StoreSerializer
from accounts.models import Customer, Store
from accounts.operations import (
    archive_customer,
    archive_store,
    change_customer,
    change_store,
    create_customer,
    create_store,
    restore_customer,
    restore_store,
)
from accounts.permissions import may_edit_accounts
from accounts.queries import find_customer
from accounts.queries.merges import is_merged
from ka_crm.people.models import User
from ka_crm.records.api.mixins import VisibleQuerysetMixin
from ka_crm.records.api.problems import Problem
from ka_crm.records.api.views import RecordEndpoint


class CustomerViewSet(VisibleQuerysetMixin, RecordEndpoint):
    """Customers that the caller may see. DELETE archives."""

    queryset = Customer.objects.select_related("parent", "channel", "format", "region", "territory", "kam")
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilters
    ordering_fields: ClassVar[list[str]] = ["name", "code", "updated_at"]
    ordering = "name"

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def get_object(self) -> Any:
        """Return the customer; reading by the code of one made one with another leads to that one."""
        code = str(self.kwargs["code"])
        if self.request.method in SAFE_METHODS and code.isprintable():
            found = find_customer(self.request.user, code)  # type: ignore[arg-type]
            if found is not None:
                return found
        record = super().get_object()
        if is_merged(record):
            raise Problem(409, "This customer was made one with another; read it to see which.")
        return record

    def create_by(self, by: User, values: dict[str, Any]) -> Customer:
        return create_customer(by=by, values=values)

    def change_by(self, by: User, record: Customer, version: int, changes: dict[str, Any]) -> Customer:
        return change_customer(by=by, customer=record, version=version, changes=changes)

    def archive_by(self, by: User, record: Customer) -> None:
        archive_customer(by=by, customer=record)

    @extend_schema(request=None, responses=CustomerSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, code: str) -> Response:
        """Bring an archived customer back."""
        restore_customer(by=request.user, customer=self.get_object())  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)


class StoreViewSet(VisibleQuerysetMixin, RecordEndpoint):
    """Stores that the caller may see. DELETE archives."""

    queryset = Store.objects.select_related("customer", "format", "region", "territory")
    serializer_class = StoreSerializer
    filterset_class = StoreFilters
    ordering_fields: ClassVar[list[str]] = ["name", "code", "city", "updated_at"]
    ordering = "name"

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def create_by(self, by: User, values: dict[str, Any]) -> Store:
        return create_store(by=by, values=values)

    def change_by(self, by: User, record: Store, version: int, changes: dict[str, Any]) -> Store:
        return change_store(by=by, store=record, version=version, changes=changes)

    def archive_by(self, by: User, record: Store) -> None:
        archive_store(by=by, store=record)

    @extend_schema(request=None, responses=StoreSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, code: str) -> Response:
        """Bring an archived store back."""
        restore_store(by=request.user, store=self.get_object())  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)
