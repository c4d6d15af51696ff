"""Filters of counts, full counts, market shares and estimates."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django_filters.rest_framework import FilterSet

from accounts.api.filters import BELOW_IT, store_in_territory
from ka_crm.records.api.filters import ArchivedFilterSet
from visits.models import CategoryTotal, MarketShare, Observation, PotentialEstimate, Visit, VisitKind
from visits.models.estimate import EstimateSource
from visits.models.observation import ObservationKind


class OfStores(FilterSet):
    """What facts of stores are narrowed by."""

    store = django_filters.CharFilter(field_name="store__code")
    customer = django_filters.CharFilter(field_name="store__customer__code")
    category = django_filters.CharFilter(field_name="category__code")
    kam = django_filters.CharFilter(
        field_name="store__customer__kam__email", lookup_expr="iexact", help_text="Mail address."
    )
    territory = django_filters.CharFilter(method="within", help_text=BELOW_IT)

    def within(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(store_in_territory(value, "store__"))


class ObservationFilters(OfStores):
    kind = django_filters.ChoiceFilter(choices=ObservationKind.choices)
    rep = django_filters.CharFilter(field_name="rep__email", lookup_expr="iexact", help_text="Mail address.")
    date_from = django_filters.DateFilter(field_name="date", lookup_expr="gte")
    date_to = django_filters.DateFilter(field_name="date", lookup_expr="lte")
    client_uuid = django_filters.UUIDFilter(field_name="client_uuid")

    class Meta:
        model = Observation
        fields: list[str] = []


class VisitFilters(FilterSet):
    """What visits are narrowed by."""

    store = django_filters.CharFilter(field_name="store__code")
    customer = django_filters.CharFilter(field_name="store__customer__code")
    by = django_filters.CharFilter(field_name="by__email", lookup_expr="iexact", help_text="Mail address.")
    kind = django_filters.ChoiceFilter(choices=VisitKind.choices)
    on_from = django_filters.DateFilter(field_name="on", lookup_expr="gte")
    on_to = django_filters.DateFilter(field_name="on", lookup_expr="lte")

    class Meta:
        model = Visit
        fields: list[str] = []


class CategoryTotalFilters(OfStores):
    month_from = django_filters.DateFilter(field_name="month", lookup_expr="gte")
    month_to = django_filters.DateFilter(field_name="month", lookup_expr="lte")
    source = django_filters.CharFilter(field_name="source")

    class Meta:
        model = CategoryTotal
        fields: list[str] = []


class MarketShareFilters(ArchivedFilterSet):
    category = django_filters.CharFilter(field_name="category__code")
    region = django_filters.CharFilter(field_name="region__name")
    on = django_filters.DateFilter(method="valid_on", help_text="Those that hold on this day.")

    class Meta:
        model = MarketShare
        fields: list[str] = []

    def valid_on(self, rows: "QuerySet[Any]", name: str, value: Any) -> "QuerySet[Any]":
        return rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=value), from_on__lte=value)


class EstimateFilters(ArchivedFilterSet):
    customer = django_filters.CharFilter(field_name="customer__code")
    store = django_filters.CharFilter(field_name="store__code")
    category = django_filters.CharFilter(field_name="category__code")
    year = django_filters.NumberFilter(field_name="year", min_value=1900, max_value=3000)
    source = django_filters.ChoiceFilter(choices=EstimateSource.choices)

    class Meta:
        model = PotentialEstimate
        fields: list[str] = []
