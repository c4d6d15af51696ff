"""Shapes of shelf prices, prices and lots seen, case files and supply routes."""

from typing import Any

from rest_framework import serializers

from accounts.api.fields import CustomerCode, StoreCode
from accounts.models import Region
from ka_crm.people.models import Territory
from ka_crm.records.api.fields import RelatedByCode, ScaledField, ShareField, VersionField
from purchases.models import Product
from visits.models import (
    CaseEvidence,
    CaseState,
    DiversionCase,
    LotShipment,
    LotSighting,
    PriceSighting,
    ShelfPrice,
    SupplyStep,
)

_STATES = ("ok", "to_verify", "confirmed", "not_judged")
_RESULTS = ("ok", "diversion", "unknown_lot", "not_judged")


def product_code(**kwargs: Any) -> RelatedByCode:
    """Return the field of a product's code."""
    return RelatedByCode(source="product", queryset=Product.objects.all(), **kwargs)


class ShelfPriceSerializer(serializers.ModelSerializer[ShelfPrice]):
    """A recommended price and its floor, of a customer, a region, or of neither: everywhere."""

    product_code = product_code()
    customer_code = CustomerCode(allow_null=True, required=False)
    region = RelatedByCode("name", queryset=Region.objects.all(), allow_null=True, required=False)
    price = ScaledField(lowest=0)
    floor = ScaledField(lowest=0)
    version = VersionField()

    class Meta:
        model = ShelfPrice
        fields = (
            "id", "product_code", "customer_code", "region", "price", "floor", "is_promotion", "from_on",
            "to_on", "note", "archived_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("id", "archived_at", "updated_at")
        validators: list[Any] = []


class PriceSightingSerializer(serializers.ModelSerializer[PriceSighting]):
    """A price seen on a shelf, and how it stands against the floor of that day."""

    store_code = StoreCode()
    product_code = product_code()
    price = ScaledField(lowest=0)
    floor = serializers.SerializerMethodField(help_text="In force that day; null where the list has none.")
    deviation = serializers.SerializerMethodField(
        help_text="Part of the floor by which the price lies below it; negative above."
    )
    state = serializers.SerializerMethodField(help_text=f"One of {', '.join(_STATES)}.")

    class Meta:
        model = PriceSighting
        fields = (
            "id", "store_code", "product_code", "on", "price", "has_photo", "floor", "deviation", "state",
            "is_generated",
        )  # fmt: skip
        read_only_fields = ("id", "is_generated")

    def _judged(self, row: PriceSighting) -> Any:
        return self.context["judged"][row.pk]

    def get_floor(self, row: PriceSighting) -> str | None:
        floor = self._judged(row).floor
        return None if floor is None else str(ScaledField().to_representation(floor.amount))

    def get_deviation(self, row: PriceSighting) -> float | None:
        found: float | None = self._judged(row).judgement.deviation
        return found

    def get_state(self, row: PriceSighting) -> str:
        return str(self._judged(row).judgement.state)


class LotShipmentSerializer(serializers.ModelSerializer[LotShipment]):
    """Where a lot was shipped to."""

    territory = RelatedByCode("name", queryset=Territory.objects.all())
    customer_code = CustomerCode(allow_null=True, required=False)
    product_code = product_code(allow_null=True, required=False)

    class Meta:
        model = LotShipment
        fields = ("id", "lot", "territory", "shipped_on", "customer_code", "product_code")
        read_only_fields = ("id",)
        validators: list[Any] = []


class LotSightingSerializer(serializers.ModelSerializer[LotSighting]):
    """A lot seen in a store, compared with where it was shipped to."""

    store_code = StoreCode()
    product_code = product_code(allow_null=True, required=False)
    result = serializers.SerializerMethodField(help_text=f"One of {', '.join(_RESULTS)}.")
    shipped_to = serializers.SerializerMethodField(help_text="Names of territories.")

    class Meta:
        model = LotSighting
        fields = (
            "id", "lot", "store_code", "product_code", "on", "supplied_by", "result", "shipped_to",
            "is_generated",
        )  # fmt: skip
        read_only_fields = ("id", "is_generated")

    def get_result(self, row: LotSighting) -> str:
        return str(self.context["judged"][row.pk].result)

    def get_shipped_to(self, row: LotSighting) -> list[str]:
        return list(self.context["judged"][row.pk].shipped_to)


class CaseEvidenceSerializer(serializers.ModelSerializer[CaseEvidence]):
    """What speaks for or against a case; files are added on its page."""

    file = serializers.CharField(source="file.name", read_only=True, default=None)

    class Meta:
        model = CaseEvidence
        fields = ("id", "text", "on", "file")
        read_only_fields = ("id",)


class DiversionCaseSerializer(serializers.ModelSerializer[DiversionCase]):
    """A case file. ``sightings`` (numbers of lots seen) are named on opening."""

    customer_code = CustomerCode(allow_null=True, required=False)
    sightings = serializers.PrimaryKeyRelatedField(
        many=True, required=False, queryset=LotSighting.objects.all()
    )
    evidence = CaseEvidenceSerializer(many=True, read_only=True)
    version = VersionField()

    class Meta:
        model = DiversionCase
        fields = (
            "id", "title", "customer_code", "state", "opened_on", "closed_on", "outcome", "sightings",
            "evidence", "version",
        )  # fmt: skip
        read_only_fields = ("id", "state", "opened_on", "closed_on", "outcome")


class CloseCaseSerializer(serializers.Serializer[Any]):
    """How a case ended."""

    version = serializers.IntegerField(min_value=1)
    state = serializers.ChoiceField(choices=(CaseState.CONFIRMED.value, CaseState.DISMISSED.value))
    outcome = serializers.CharField(max_length=5_000)


class ReopenCaseSerializer(serializers.Serializer[Any]):
    """The version that was read."""

    version = serializers.IntegerField(min_value=1)


class SupplyStepSerializer(serializers.ModelSerializer[SupplyStep]):
    """One level of a store's supply route; level 1 is nearest to us."""

    store_code = StoreCode()
    level = serializers.IntegerField(min_value=1, max_value=99)
    margin_share = ShareField(allow_null=True, required=False, max_digits=5, decimal_places=4)
    version = VersionField()

    class Meta:
        model = SupplyStep
        fields = ("id", "store_code", "level", "supplier", "margin_share", "version")
        read_only_fields = ("id",)
        validators: list[Any] = []
