"""Filters of targets, receivables, order lines, price terms and costs to serve."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from accounts.api.filters import BELOW_IT, in_territory
from ka_crm.records.api.filters import ArchivedFilterSet, SwitchFilter
from purchases.models import AccountCost, CostKind, OrderLine, PriceSource, PriceTerm, Receivable, Target


class OfCustomers(ArchivedFilterSet):
    """What facts about customers are narrowed by."""

    customer = django_filters.CharFilter(field_name="customer__code")
    kam = django_filters.CharFilter(
        field_name="customer__kam__email", lookup_expr="iexact", help_text="Mail address."
    )
    territory = django_filters.CharFilter(method="within", help_text=BELOW_IT)

    def within(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(in_territory(value, "customer__"))


class TargetFilters(OfCustomers):
    kam = django_filters.CharFilter(
        field_name="kam__email", lookup_expr="iexact", help_text="Mail address: targets of this person."
    )
    category = django_filters.CharFilter(field_name="category__code")
    month_from = django_filters.DateFilter(field_name="month", lookup_expr="gte")
    month_to = django_filters.DateFilter(field_name="month", lookup_expr="lte")

    class Meta:
        model = Target
        fields: list[str] = []


class ReceivableFilters(OfCustomers):
    document_no = django_filters.CharFilter(field_name="document_no")
    due_from = django_filters.DateFilter(field_name="due_on", lookup_expr="gte")
    due_to = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")
    open = SwitchFilter(field_name="open_amount", method="that_are_open")

    class Meta:
        model = Receivable
        fields: list[str] = []

    def that_are_open(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.exclude(open_amount=0) if value == "true" else rows.filter(open_amount=0)


class OrderLineFilters(OfCustomers):
    store = django_filters.CharFilter(field_name="store__code")
    product = django_filters.CharFilter(field_name="product__code")
    order_no = django_filters.CharFilter(field_name="order_no")
    delivery_mode = django_filters.CharFilter(field_name="delivery_mode", lookup_expr="iexact")
    cancelled = SwitchFilter(field_name="is_cancelled", lookup_expr="exact")
    requested_from = django_filters.DateFilter(field_name="requested_on", lookup_expr="gte")
    requested_to = django_filters.DateFilter(field_name="requested_on", lookup_expr="lte")

    class Meta:
        model = OrderLine
        fields: list[str] = []


class PriceTermFilters(OfCustomers):
    store = django_filters.CharFilter(field_name="store__code")
    region = django_filters.CharFilter(field_name="region__name")
    product = django_filters.CharFilter(field_name="product__code")
    source = django_filters.ChoiceFilter(choices=PriceSource.choices)
    on = django_filters.DateFilter(method="valid_on", help_text="Those that hold on this day.")

    class Meta:
        model = PriceTerm
        fields: list[str] = []

    def valid_on(self, rows: "QuerySet[Any]", name: str, value: Any) -> "QuerySet[Any]":
        return rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=value), from_on__lte=value)


class AccountCostFilters(OfCustomers):
    kind = django_filters.ChoiceFilter(choices=CostKind.choices)
    month_from = django_filters.DateFilter(field_name="month", lookup_expr="gte")
    month_to = django_filters.DateFilter(field_name="month", lookup_expr="lte")

    class Meta:
        model = AccountCost
        fields: list[str] = []
