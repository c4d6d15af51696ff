"""Shapes of counts, full counts, market shares and estimates."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.fields import CustomerCode, StoreCode
from accounts.models import Region, Store
from ka_crm.imports.api.lines import lines_serializer
from ka_crm.people.models import User
from ka_crm.records.api.fields import RelatedByCode, ScaledField, ShareField, VersionField
from purchases.models import Category
from visits.importers import CategoryTotalImporter
from visits.models import CategoryTotal, MarketShare, Observation, PotentialEstimate
from visits.models.observation import ObservationKind
from visits.permissions import people_counted_for

#: Counts of one bulk request.
MOST_COUNTS = 5_000


class CategoryCode(RelatedByCode):
    """A category by code."""

    default_error_messages = {"does_not_exist": _("There is no such category.")}

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Category.objects.all())
        super().__init__(**{"source": "category", **kwargs})


class VisitedStoreCode(StoreCode):
    """A store by code, if the caller visits it: representatives count where they see no dossier."""

    def get_queryset(self) -> Any:
        return Store.objects.visited_by(self.context["request"].user)


class RepEmail(RelatedByCode):
    """Who counted, by mail address; supervisors and above also name others."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("email", source="rep", queryset=User.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        return people_counted_for(self.context["request"].user)


class ObservationSerializer(serializers.ModelSerializer[Observation]):
    """What was counted in a store and category on one day: all brands and ours."""

    store_code = VisitedStoreCode()
    category_code = CategoryCode()
    client_uuid = serializers.UUIDField(
        default=uuid.uuid4, help_text="Your own number of this count: sent twice, it is kept once."
    )
    total_units = ScaledField(lowest=0)
    own_units = ScaledField(lowest=0)
    total_amount = ScaledField(lowest=0, required=False, allow_null=True)
    own_amount = ScaledField(lowest=0, required=False, allow_null=True)
    rep_email = RepEmail(required=False, allow_null=True)
    is_certain = serializers.BooleanField(
        write_only=True, required=False, default=False, help_text="An unusual number was confirmed."
    )

    class Meta:
        model = Observation
        fields = (
            "id", "store_code", "category_code", "date", "kind", "client_uuid", "total_units", "own_units",
            "total_amount", "own_amount", "rep_email", "is_certain", "is_generated", "version", "created_at",
        )  # fmt: skip
        read_only_fields = ("id", "is_generated", "version", "created_at")
        validators: list[Any] = []


class CountSerializer(serializers.Serializer[Any]):
    """One count of a bulk request; codes are looked up for all counts together."""

    store_code = serializers.CharField(max_length=60)
    category_code = serializers.CharField(max_length=60)
    date = serializers.DateField()
    kind = serializers.ChoiceField(choices=ObservationKind.choices, required=False)
    client_uuid = serializers.UUIDField()
    total_units = ScaledField(lowest=0)
    own_units = ScaledField(lowest=0)
    total_amount = ScaledField(lowest=0, required=False, allow_null=True)
    own_amount = ScaledField(lowest=0, required=False, allow_null=True)
    rep_email = serializers.EmailField(required=False)
    is_certain = serializers.BooleanField(required=False, default=False)


class CountsSerializer(serializers.Serializer[Any]):
    """Up to 5,000 counts, kept all or none. The same ``client_uuid`` again changes nothing."""

    lines = serializers.ListField(child=CountSerializer(), allow_empty=False, max_length=MOST_COUNTS)


class KeptCountsSerializer(serializers.Serializer[Any]):
    """What became of the counts."""

    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    observations = serializers.ListField(
        child=serializers.IntegerField(), help_text="Their numbers, in the order of the lines."
    )


class CategoryTotalSerializer(serializers.ModelSerializer[CategoryTotal]):
    """A full count of a store's category for a month."""

    store_code = StoreCode(read_only=True)
    category_code = CategoryCode(read_only=True)
    total_amount = ScaledField(allow_null=True)
    own_amount = ScaledField(allow_null=True)
    total_units = ScaledField(allow_null=True)
    own_units = ScaledField(allow_null=True)

    class Meta:
        model = CategoryTotal
        fields = (
            "id", "store_code", "category_code", "month", "source", "total_amount", "own_amount",
            "total_units", "own_units", "batch",
        )  # fmt: skip
        read_only_fields = fields


CategoryTotalsSerializer = lines_serializer("CategoryTotals", CategoryTotalImporter)


class MarketShareSerializer(serializers.ModelSerializer[MarketShare]):
    """Our share of a market (category × region), stated for a period. No region: the whole country."""

    category_code = CategoryCode()
    region = RelatedByCode("name", queryset=Region.objects.all(), allow_null=True, required=False)
    share = ShareField()
    version = VersionField()

    class Meta:
        model = MarketShare
        fields = (
            "id", "category_code", "region", "from_on", "to_on", "share", "source", "archived_at",
            "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("id", "archived_at", "updated_at")


class EstimateSerializer(serializers.ModelSerializer[PotentialEstimate]):
    """What a customer or a store buys of a category in a year, from all suppliers, by one source."""

    customer_code = CustomerCode(allow_null=True, required=False)
    store_code = StoreCode(allow_null=True, required=False)
    category_code = CategoryCode()
    year = serializers.IntegerField(min_value=1990, max_value=2100)
    amount = ScaledField(lowest=0, allow_null=True, required=False)
    units = ScaledField(lowest=0, allow_null=True, required=False)
    version = VersionField()

    class Meta:
        model = PotentialEstimate
        fields = (
            "id", "customer_code", "store_code", "category_code", "year", "amount", "units", "source",
            "stated_on", "archived_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("id", "archived_at", "updated_at")
