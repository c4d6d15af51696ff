"""Filters of products and sales lines."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet

from accounts.api.filters import BELOW_IT, in_territory
from ka_crm.records.api.filters import ArchivedFilterSet
from purchases.models import Product, SalesLine
from purchases.queries import product_text


class ProductFilters(ArchivedFilterSet):
    q = django_filters.CharFilter(method="with_text", help_text="Part of the name, code or brand.")
    category = django_filters.CharFilter(field_name="category__code")
    brand = django_filters.CharFilter(field_name="brand", lookup_expr="iexact")

    class Meta:
        model = Product
        fields: list[str] = []

    def with_text(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(product_text(value))


class SalesFilters(FilterSet):
    customer = django_filters.CharFilter(field_name="customer__code")
    store = django_filters.CharFilter(field_name="store__code")
    product = django_filters.CharFilter(field_name="product__code")
    category = django_filters.CharFilter(field_name="category__code")
    kam = django_filters.CharFilter(
        field_name="customer__kam__email", lookup_expr="iexact", help_text="Mail address."
    )
    territory = django_filters.CharFilter(method="within", help_text=BELOW_IT)
    date_from = django_filters.DateFilter(field_name="date", lookup_expr="gte")
    date_to = django_filters.DateFilter(field_name="date", lookup_expr="lte")
    document_no = django_filters.CharFilter(field_name="document_no")
    batch = django_filters.NumberFilter(field_name="batch", min_value=1, max_value=2**53)

    class Meta:
        model = SalesLine
        fields: list[str] = []

    def within(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(in_territory(value, "customer__"))
