"""People as talks, promises and rhythms name them over HTTP."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Contact
from ka_crm.people.models import User
from ka_crm.records.api.fields import RelatedByCode

_LARGEST_ID = 2**63


@extend_schema_field(OpenApiTypes.INT)
class ContactId(serializers.PrimaryKeyRelatedField[Contact]):
    """A person at a customer by number, if the caller may see the customer."""

    default_error_messages = {
        "does_not_exist": _("There is no such person."),
        "incorrect_type": _("A whole number is expected."),
    }

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Contact.objects.all())
        super().__init__(**kwargs)

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        rows = Contact.objects.kept()
        return rows.visible_to(request.user) if request is not None else rows

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("incorrect_type")
        if not 0 < data < _LARGEST_ID:
            self.fail("does_not_exist")
        return super().to_internal_value(data)  # type: ignore[arg-type]


class OwnerEmail(RelatedByCode):
    """Who of us, by mail address."""

    default_error_messages = {"does_not_exist": _("There is no such person.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            "email",
            source="owner",
            queryset=User.objects.filter(is_active=True),
            allow_null=True,
            required=False,
            **kwargs,
        )
