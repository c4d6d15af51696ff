"""What the entries of a dossier have in common over HTTP: whose, by code; version; archived by DELETE."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.fields import CustomerCode
from accounts.models import DossierEntry
from accounts.operations.entries import add_entry, bring_back_entry, change_entry, remove_entry
from accounts.permissions import may_edit_accounts
from ka_crm.people.models import User
from ka_crm.records.api.fields import VersionField, set_once
from ka_crm.records.api.mixins import VisibleQuerysetMixin
from ka_crm.records.api.views import RecordEndpoint

_STAMPS = ("archived_at", "created_at", "updated_at")


class EntrySerializer(serializers.ModelSerializer[Any]):
    """An entry of a customer's dossier; the customer is stated once."""

    customer_code = CustomerCode()
    version = VersionField()

    class Meta:
        model: Any = DossierEntry
        fields: tuple[str, ...] = ()
        read_only_fields = _STAMPS
        #: The operations say what contradicts another entry.
        validators: ClassVar[list[Any]] = []

    @staticmethod
    def fields_with(*names: str) -> tuple[str, ...]:
        """Return the fields of an entry with what is its own between."""
        return ("id", "customer_code", *names, *_STAMPS, "version")

    def validate_customer_code(self, customer: Any) -> Any:
        return set_once(self, "customer", customer)


class EntryEndpoint(VisibleQuerysetMixin, RecordEndpoint):
    """Entries of the dossiers that the caller may see; ``add`` and ``change`` are their operations."""

    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    ordering_fields: ClassVar[list[str]] = ["id", "updated_at"]
    ordering = "-id"
    add: ClassVar[Callable[..., Any]] = staticmethod(add_entry)
    change: ClassVar[Callable[..., Any]] = staticmethod(change_entry)

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def create_by(self, by: User, values: dict[str, Any]) -> Any:
        customer = values.pop("customer")
        model = self.get_queryset().model
        return self.add(by=by, customer=customer, model=model, values=values)

    def change_by(self, by: User, record: Any, version: int, changes: dict[str, Any]) -> Any:
        return self.change(by=by, entry=record, version=version, changes=changes)

    def archive_by(self, by: User, record: Any) -> None:
        remove_entry(by=by, entry=record)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Bring an archived entry back."""
        bring_back_entry(by=request.user, entry=self.get_object())  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)
