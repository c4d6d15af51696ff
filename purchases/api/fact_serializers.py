"""Shapes of targets, receivables, order lines, price terms and costs to serve."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.fields import CustomerCode, StoreCode
from accounts.models import Region
from ka_crm.people.models import User
from ka_crm.records.api.fields import RelatedByCode, ScaledField, VersionField
from purchases.models import (
    AccountCost,
    Category,
    Delivery,
    OrderLine,
    PriceTerm,
    Product,
    Receivable,
    Target,
)
from purchases.queries.scopes import kam_scope

_STAMPS = ("archived_at", "updated_at", "version")
_READ_ONLY = ("id", "archived_at", "updated_at")


class MonthField(serializers.DateField):
    """A month, by its first day; 2022-10 is understood."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["iso-8601", "%Y-%m"], **kwargs)


class KamEmail(RelatedByCode):
    """A person by mail address, if the caller may see their targets."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("email", source="kam", queryset=User.objects.filter(is_active=True), **kwargs)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(kam_scope(self.context["request"].user))


class TargetSerializer(serializers.ModelSerializer[Target]):
    """What is to be sold in a month to a customer or by a key account manager; no category: all of them."""

    customer_code = CustomerCode(allow_null=True, required=False)
    kam_email = KamEmail(allow_null=True, required=False)
    category_code = RelatedByCode(
        source="category", queryset=Category.objects.all(), allow_null=True, required=False
    )
    month = MonthField()
    amount = ScaledField(lowest=0)
    version = VersionField()

    class Meta:
        model = Target
        fields = ("id", "customer_code", "kam_email", "category_code", "month", "amount", *_STAMPS)
        read_only_fields = _READ_ONLY
        validators: list[Any] = []


class ReceivableSerializer(serializers.ModelSerializer[Receivable]):
    """An invoice or credit note and what is open of it; without ``open_amount`` all of it is."""

    customer_code = CustomerCode()
    amount = ScaledField()
    open_amount = ScaledField(required=False)
    version = VersionField()

    class Meta:
        model = Receivable
        fields = (
            "id", "customer_code", "document_no", "issued_on", "due_on", "amount", "open_amount", *_STAMPS,
        )  # fmt: skip
        read_only_fields = _READ_ONLY
        validators: list[Any] = []


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """What arrived of an order line on one day."""

    units = ScaledField(lowest=0)

    class Meta:
        model = Delivery
        fields = ("delivered_on", "units")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A PATCH leaves out fields of the line, never of a delivery."""
        missing = [name for name in self.Meta.fields if name not in attrs]
        if missing:
            raise serializers.ValidationError({name: _("This field is required.") for name in missing})
        return attrs


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    """One line of an order with its deliveries; deliveries that are sent replace those kept before."""

    customer_code = CustomerCode()
    store_code = StoreCode(allow_null=True, required=False)
    product_code = RelatedByCode(
        source="product", queryset=Product.objects.all(), allow_null=True, required=False
    )
    ordered_units = ScaledField(lowest=0)
    deliveries = DeliverySerializer(many=True, required=False)
    version = VersionField()

    class Meta:
        model = OrderLine
        fields = (
            "id", "customer_code", "store_code", "product_code", "order_no", "line_no", "ordered_units",
            "requested_on", "confirmed_on", "is_cancelled", "delivery_mode", "deliveries", *_STAMPS,
        )  # fmt: skip
        read_only_fields = _READ_ONLY
        validators: list[Any] = []


class PriceTermSerializer(serializers.ModelSerializer[PriceTerm]):
    """The net price of a product for a customer, a store or a region; for none of them the general list."""

    customer_code = CustomerCode(allow_null=True, required=False)
    store_code = StoreCode(allow_null=True, required=False)
    region = RelatedByCode("name", queryset=Region.objects.all(), allow_null=True, required=False)
    product_code = RelatedByCode(source="product", queryset=Product.objects.all())
    net_price = ScaledField(lowest=0)
    version = VersionField()

    class Meta:
        model = PriceTerm
        fields = (
            "id", "customer_code", "store_code", "region", "product_code", "net_price", "from_on", "to_on",
            "source", "note", *_STAMPS,
        )  # fmt: skip
        read_only_fields = _READ_ONLY
        validators: list[Any] = []


class AccountCostSerializer(serializers.ModelSerializer[AccountCost]):
    """What one kind of service to a customer cost in a month."""

    customer_code = CustomerCode()
    month = MonthField()
    amount = ScaledField(lowest=0)
    version = VersionField()

    class Meta:
        model = AccountCost
        fields = ("id", "customer_code", "month", "kind", "amount", *_STAMPS)
        read_only_fields = _READ_ONLY
        validators: list[Any] = []
