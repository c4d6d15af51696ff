"""Shapes of runs and results. Amounts in currency units over the run's window; null is unknown."""

from typing import Any

from rest_framework import serializers

from accounts.api.fields import CustomerCode, StoreCode
from ka_crm.records.api.fields import RelatedByCode, ScaledField
from segmentation import access
from segmentation.models import CustomerResult, SegmentationRun, StoreResult

_SHARES = ("share", "share_low", "share_high", "market_share", "status", "flagged")
_LISTS = (
    "potential_class", "own_class", "rank_potential", "rank_own", "quadrant", "missed", "misfiled", "mark",
    "gap_amount",
)  # fmt: skip


class RunSerializer(serializers.ModelSerializer[SegmentationRun]):
    """One computation of all classes. Sums of the whole company are for those who see all of it."""

    criteria = serializers.SlugRelatedField[Any](slug_field="number", read_only=True)
    by = serializers.SlugRelatedField[Any](slug_field="name", read_only=True, allow_null=True)
    customers = serializers.IntegerField(allow_null=True, read_only=True)
    stores = serializers.IntegerField(allow_null=True, read_only=True)

    class Meta:
        model = SegmentationRun
        fields = (
            "id", "as_of", "window_months", "criteria", "settings", "is_current", "customers", "stores",
            "seconds", "warnings", "by", "created_at", "completed_at",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, run: SegmentationRun) -> dict[str, Any]:
        data = super().to_representation(run)
        if self.context["request"].user.role not in access.SEE_ALL:
            data |= {"customers": None, "stores": None}
        return data


class RecomputeSerializer(serializers.Serializer[Any]):
    """What to compute."""

    as_of = serializers.DateField(
        required=False,
        allow_null=True,
        help_text="The day to look back from; without it the newest data decide.",
    )


class ResultSerializer(serializers.ModelSerializer[Any]):
    """What customers and stores have in common."""

    run = serializers.IntegerField(source="run_id", read_only=True)
    potential = ScaledField(allow_null=True)
    potential_low = ScaledField(allow_null=True)
    potential_high = ScaledField(allow_null=True)
    own = ScaledField(allow_null=True)
    gap_amount = ScaledField()
    missed = serializers.BooleanField(source="is_missed", read_only=True)
    misfiled = serializers.BooleanField(source="is_misfiled", read_only=True)
    mark = serializers.CharField(source="list_mark", read_only=True)


class CustomerResultSerializer(ResultSerializer):
    """One customer in one run."""

    customer_code = CustomerCode(read_only=True)
    customer_name = serializers.CharField(source="customer.name", read_only=True)
    kam_email = serializers.EmailField(
        source="customer.kam.email", read_only=True, allow_null=True, default=None
    )
    net_sales = ScaledField()
    gross_profit = ScaledField(allow_null=True)
    total = ScaledField()
    own_sales = ScaledField()
    mean = serializers.SerializerMethodField()
    std = serializers.SerializerMethodField()

    class Meta:
        model = CustomerResult
        fields = (
            "run", "customer_code", "customer_name", "kam_email", "total", "rank", "before", "abc",
            "abc_note", "months_active", "months_span", "mean", "std", "cv", "adi", "cv2_nonzero", "sbc",
            "frequency_class", "is_overridden", "xyz", "cell", "has_sales", "net_sales", "gross_profit",
            "own_sales", "potential", "potential_low", "potential_high", "own", "measured_share", *_SHARES,
            "stores", "stores_below", *_LISTS,
        )  # fmt: skip
        read_only_fields = fields

    def get_mean(self, row: CustomerResult) -> float:
        return row.mean / 10_000

    def get_std(self, row: CustomerResult) -> float:
        return row.std / 10_000


class StoreResultSerializer(ResultSerializer):
    """One store and category in one run. ``total`` and ``own`` are what the share was taken from, in the
    measure used (``in_units``); ``potential`` is money."""

    store_code = StoreCode(read_only=True)
    store_name = serializers.CharField(source="store.name", read_only=True)
    customer_code = CustomerCode(source="store.customer", read_only=True)
    category_code = RelatedByCode(source="category", read_only=True)
    total = ScaledField(allow_null=True)

    class Meta:
        model = StoreResult
        fields = (
            "run", "store_code", "store_name", "customer_code", "category_code", "basis", "in_units",
            "clusters", "total", "own", *_SHARES, "market_share_source", "potential", "potential_low",
            "potential_high", "grade", "last_seen_on", "warnings", *_LISTS,
        )  # fmt: skip
        read_only_fields = fields
