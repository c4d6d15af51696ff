"""Filters of customers and stores, and what other rooms' filters need of them."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from accounts.models import Customer, Store
from accounts.queries import customer_text, store_text
from ka_crm.people.models import Territory
from ka_crm.people.queries import territory_ids_below
from ka_crm.records.api.filters import ArchivedFilterSet

#: What the filter by territory means.
BELOW_IT = "Name; everything below it belongs to it."


def in_territory(name: str, prefix: str = "") -> Q:
    """Return the condition on customers of a territory and all below it; ``prefix`` leads to the customer."""
    return Q(**{f"{prefix}territory__in": _ids_below(name)})


def store_in_territory(name: str, prefix: str = "") -> Q:
    """Return the condition on stores of a territory; one without its own has that of its customer."""
    ids = _ids_below(name)
    inherited = Q(**{f"{prefix}territory__isnull": True, f"{prefix}customer__territory__in": ids})
    return Q(**{f"{prefix}territory__in": ids}) | inherited


def _ids_below(name: str) -> list[int]:
    found = Territory.objects.filter(name__iexact=name.strip()).first()
    return territory_ids_below(found.pk) if found else []


class CustomerFilters(ArchivedFilterSet):
    q = django_filters.CharFilter(method="with_text", help_text="Part of the name or code.")
    parent = django_filters.CharFilter(field_name="parent__code")
    channel = django_filters.CharFilter(field_name="channel__name")
    format = django_filters.CharFilter(field_name="format__name")
    region = django_filters.CharFilter(field_name="region__name")
    territory = django_filters.CharFilter(method="within", help_text=BELOW_IT)
    kam = django_filters.CharFilter(field_name="kam__email", lookup_expr="iexact", help_text="Mail address.")
    updated_from = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Customer
        fields: list[str] = []

    def with_text(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(customer_text(value))

    def within(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(in_territory(value))


class StoreFilters(ArchivedFilterSet):
    q = django_filters.CharFilter(method="with_text", help_text="Part of the name, code, city or address.")
    customer = django_filters.CharFilter(field_name="customer__code")
    format = django_filters.CharFilter(field_name="format__name")
    region = django_filters.CharFilter(field_name="region__name")
    city = django_filters.CharFilter(field_name="city", lookup_expr="iexact")
    territory = django_filters.CharFilter(method="within", help_text=BELOW_IT)
    kam = django_filters.CharFilter(
        field_name="customer__kam__email", lookup_expr="iexact", help_text="Mail address."
    )
    updated_from = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Store
        fields: list[str] = []

    def with_text(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(store_text(value))

    def within(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(store_in_territory(value))
