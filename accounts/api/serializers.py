"""Shapes of customers, stores and the words by which they are sorted."""

from typing import Any

from rest_framework import serializers

from accounts.api.fields import CustomerCode
from accounts.forms import checked_code
from accounts.models import Channel, Customer, Format, Region, Store
from accounts.queries import people_who_may_own
from ka_crm.people.models import Territory
from ka_crm.records.api.fields import FiniteField, RelatedByCode, VersionField, set_once

_STAMPS = ("archived_at", "created_at", "updated_at")


def named(model: Any) -> RelatedByCode:
    """Return the field of a word or territory, named by its name."""
    return RelatedByCode("name", queryset=model.objects.all(), allow_null=True, required=False)


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A company that we sell to."""

    parent_code = CustomerCode(
        source="parent", allow_null=True, required=False, help_text="Code of the group or chain."
    )
    channel = named(Channel)
    format = named(Format)
    region = named(Region)
    territory = named(Territory)
    kam_email = RelatedByCode(
        "email",
        source="kam",
        queryset=people_who_may_own(),
        allow_null=True,
        required=False,
        help_text="Mail address of the key account manager.",
    )
    version = VersionField()

    class Meta:
        model = Customer
        fields = (
            "code", "name", "parent_code", "channel", "format", "region", "territory", "kam_email",
            "headcount", "website", *_STAMPS, "version",
        )  # fmt: skip
        read_only_fields = _STAMPS
        extra_kwargs = {"code": {"validators": [checked_code]}}

    def validate_code(self, code: str) -> str:
        return str(set_once(self, "code", code.strip()))


class StoreSerializer(serializers.ModelSerializer[Store]):
    """A point of sale of a customer."""

    customer_code = CustomerCode()
    format = named(Format)
    region = named(Region)
    territory = named(Territory)
    latitude = FiniteField(min_value=-90, max_value=90, allow_null=True, required=False)
    longitude = FiniteField(min_value=-180, max_value=180, allow_null=True, required=False)
    version = VersionField()

    class Meta:
        model = Store
        fields = (
            "code", "name", "customer_code", "format", "region", "territory", "city", "address", "latitude",
            "longitude", "delivery_mode", *_STAMPS, "version",
        )  # fmt: skip
        read_only_fields = _STAMPS
        extra_kwargs = {"code": {"validators": [checked_code]}}

    def validate_code(self, code: str) -> str:
        return str(set_once(self, "code", code.strip()))


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    class Meta:
        model = Channel
        fields = ("id", "name")
        extra_kwargs: dict[str, Any] = {"name": {"validators": []}}


class FormatSerializer(serializers.ModelSerializer[Format]):
    class Meta:
        model = Format
        fields = ("id", "name")
        extra_kwargs: dict[str, Any] = {"name": {"validators": []}}


class RegionSerializer(serializers.ModelSerializer[Region]):
    class Meta:
        model = Region
        fields = ("id", "name")
        extra_kwargs: dict[str, Any] = {"name": {"validators": []}}


class TerritorySerializer(serializers.ModelSerializer[Territory]):
    """A part of the market that somebody answers for."""

    parent = RelatedByCode(  # type: ignore[assignment]
        "name", queryset=Territory.objects.all(), allow_null=True, required=False,
        help_text="Name of the territory above.",
    )  # fmt: skip

    class Meta:
        model = Territory
        fields = ("id", "name", "parent")
