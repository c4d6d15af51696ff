"""Counts, totals, market shares and estimates in Django's own admin, to look at."""

from django.contrib import admin

from ka_crm.records.readonly_admin import LookOnlyAdmin
from visits.models import CategoryTotal, MarketShare, Observation, PotentialEstimate


@admin.register(Observation)
class ObservationAdmin(LookOnlyAdmin):
    """Counts, newest first."""

    list_display = ("date", "store", "category", "total_units", "own_units", "kind", "is_live", "rep")
    list_select_related = ("store", "category", "rep")


@admin.register(CategoryTotal)
class CategoryTotalAdmin(LookOnlyAdmin):
    """Full counts by month."""

    list_display = ("month", "store", "category", "source", "total_amount", "own_amount", "is_live")
    list_select_related = ("store", "category")


@admin.register(MarketShare)
class MarketShareAdmin(LookOnlyAdmin):
    """Stated market shares."""

    list_display = ("category", "region", "from_on", "to_on", "share", "source", "archived_at")
    list_select_related = ("category", "region")


@admin.register(PotentialEstimate)
class PotentialEstimateAdmin(LookOnlyAdmin):
    """Desk estimates."""

    list_display = ("customer", "store", "category", "year", "amount", "units", "source", "archived_at")
    list_select_related = ("customer", "store", "category")
