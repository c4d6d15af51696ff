"""Shapes of products, categories and sales lines."""

from rest_framework import serializers

from accounts.api.fields import CustomerCode, StoreCode
from accounts.forms import checked_code
from ka_crm.imports.api.lines import lines_serializer
from ka_crm.records.api.fields import RelatedByCode, ScaledField, VersionField, set_once
from purchases.importers import SalesImporter
from purchases.models import Category, Product, SalesLine

_STAMPS = ("archived_at", "created_at", "updated_at")


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A product category."""

    class Meta:
        model = Category
        fields = ("code", "name")
        extra_kwargs = {"code": {"validators": [checked_code]}}

    def validate_code(self, code: str) -> str:
        return str(set_once(self, "code", code.strip()))


class ProductSerializer(serializers.ModelSerializer[Product]):
    """One article."""

    category_code = RelatedByCode(
        source="category", queryset=Category.objects.all(), allow_null=True, required=False
    )
    version = VersionField()

    class Meta:
        model = Product
        fields = (
            "code", "name", "category_code", "brand", "list_price", "unit_cost", *_STAMPS, "version",
        )  # fmt: skip
        read_only_fields = _STAMPS
        extra_kwargs = {"code": {"validators": [checked_code]}}

    def validate_code(self, code: str) -> str:
        return str(set_once(self, "code", code.strip()))


class SalesLineSerializer(serializers.ModelSerializer[SalesLine]):
    """One line of an invoice or credit note, as it is stored. Its batch can be taken back."""

    customer_code = CustomerCode(read_only=True)
    store_code = StoreCode(read_only=True, allow_null=True)
    product_code = RelatedByCode(source="product", read_only=True, allow_null=True)
    category_code = RelatedByCode(source="category", read_only=True, allow_null=True)
    net_amount = ScaledField()
    quantity = ScaledField(allow_null=True)
    cost_amount = ScaledField(allow_null=True)

    class Meta:
        model = SalesLine
        fields = (
            "id", "date", "customer_code", "store_code", "product_code", "category_code", "net_amount",
            "quantity", "cost_amount", "document_no", "line_no", "batch",
        )  # fmt: skip
        read_only_fields = fields


SalesLinesSerializer = lines_serializer("SalesLines", SalesImporter)
