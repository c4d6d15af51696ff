"""Filters of results."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet

from accounts.api.filters import BELOW_IT, in_territory, store_in_territory
from ka_crm.records.api.filters import SwitchFilter
from segmentation.models import CustomerResult, StoreResult
from segmentation.queries.lists import MARKS
from segmentation.rules.quadrants import QUADRANTS
from visits.models.store_share import ShareStatus

_CLASSES = [(name, name) for name in "ABC"]
_QUADRANTS = [(name, name) for name in QUADRANTS]
_MARKS = [(name, name) for name in MARKS]
_REGULARITY = [(name, name) for name in "XYZN"]
_CELLS = [(abc + xyz, abc + xyz) for abc in "ABC" for xyz in "XYZN"]


class ResultFilters(FilterSet):
    """What both levels are narrowed by."""

    quadrant = django_filters.ChoiceFilter(choices=_QUADRANTS)
    status = django_filters.ChoiceFilter(choices=ShareStatus.choices)
    flagged = SwitchFilter(field_name="flagged")
    potential_class = django_filters.ChoiceFilter(choices=_CLASSES)
    own_class = django_filters.ChoiceFilter(choices=_CLASSES)
    mark = django_filters.ChoiceFilter(choices=_MARKS, field_name="list_mark")
    missed = SwitchFilter(field_name="is_missed")
    misfiled = SwitchFilter(field_name="is_misfiled")


class CustomerResultFilters(ResultFilters):
    customer = django_filters.CharFilter(field_name="customer__code")
    cell = django_filters.ChoiceFilter(choices=_CELLS)
    abc = django_filters.ChoiceFilter(choices=_CLASSES)
    xyz = django_filters.ChoiceFilter(choices=_REGULARITY)
    kam = django_filters.CharFilter(
        field_name="customer__kam__email", lookup_expr="iexact", help_text="Mail address."
    )
    territory = django_filters.CharFilter(method="within", help_text=BELOW_IT)

    class Meta:
        model = CustomerResult
        fields: list[str] = []

    def within(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(in_territory(value, "customer__"))


class StoreResultFilters(ResultFilters):
    store = django_filters.CharFilter(field_name="store__code")
    customer = django_filters.CharFilter(field_name="store__customer__code")
    category = django_filters.CharFilter(field_name="category__code")
    kam = django_filters.CharFilter(
        field_name="store__customer__kam__email", lookup_expr="iexact", help_text="Mail address."
    )
    territory = django_filters.CharFilter(method="within", help_text=BELOW_IT)

    class Meta:
        model = StoreResult
        fields: list[str] = []

    def within(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(store_in_territory(value, "store__"))
