"""What the lists of dossier entries have in common over HTTP; their writing goes through ``RecordKind``."""

from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.fields import CustomerCode
from accounts.dossier_records import RecordKind
from accounts.models import DossierEntry
from accounts.permissions import may_edit_accounts
from ka_crm.people.models import User
from ka_crm.records.api.fields import RelatedByCode, VersionField, set_once
from ka_crm.records.api.filters import ArchivedFilterSet
from ka_crm.records.api.mixins import VisibleQuerysetMixin
from ka_crm.records.api.views import RecordEndpoint

STAMPS = ("archived_at", "created_at", "updated_at")


class RelatedById(serializers.PrimaryKeyRelatedField):
    """Another entry by its id. What the caller may not see, or what was put away, does not exist."""

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        request = self.context.get("request")
        if rows is None or request is None:
            return rows
        return rows.visible_to(request.user).kept()  # type: ignore[attr-defined]

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or (isinstance(data, int) and not 0 < data < 2**63):
            self.fail("does_not_exist", pk_value=data)
        if not isinstance(data, int):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


def person(source: str, *, required: bool = False) -> RelatedByCode:
    """Return the field of a user, named by mail address."""
    return RelatedByCode(
        "email",
        source=source,
        queryset=User.objects.filter(is_active=True),
        required=required,
        allow_null=not required,
        help_text="Mail address.",
    )


class EntrySerializer(serializers.ModelSerializer[Any]):
    """Ground of the shapes of entries: whose dossier, stamps, version."""

    customer_code = CustomerCode(help_text="Code of the customer; it cannot be changed later.")
    version = VersionField()

    class Meta:
        model: Any = DossierEntry
        fields: tuple[str, ...] = ()
        read_only_fields = STAMPS
        #: The operations say what contradicts another entry.
        validators: ClassVar[list[Any]] = []

    @staticmethod
    def fields_with(*names: str) -> tuple[str, ...]:
        """Return the fields of an entry with what is its own between."""
        return ("id", "customer_code", *names, *STAMPS, "version")

    def validate_customer_code(self, customer: Any) -> Any:
        return set_once(self, "customer", customer)


class EntryFilters(ArchivedFilterSet):
    customer = django_filters.CharFilter(field_name="customer__code", help_text="Code of the customer.")
    updated_from = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")


class EntryEndpoint(VisibleQuerysetMixin, RecordEndpoint):
    """Entries of dossiers that the caller may see. DELETE takes one out; ``restore`` brings it back."""

    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    ordering_fields: Any = ["id", "updated_at"]
    ordering = "-id"
    kind: ClassVar[RecordKind]

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def create_by(self, by: User, values: dict[str, Any]) -> Any:
        customer = values.pop("customer")
        return self.kind.create(by=by, customer=customer, model=self.kind.model, values=values)

    def change_by(self, by: User, record: Any, version: int, changes: dict[str, Any]) -> Any:
        return self.kind.change(by=by, entry=record, version=version, changes=changes)

    def archive_by(self, by: User, record: Any) -> None:
        if self.kind.remove is None:
            raise MethodNotAllowed("DELETE")
        self.kind.remove(by=by, entry=record)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Bring an entry back that was taken out."""
        self.kind.restore(by=request.user, entry=self.get_object())
        return self.shown()

    def shown(self) -> Response:
        """Return the record of the address as it is now."""
        return Response(self.get_serializer(self.get_object()).data)
