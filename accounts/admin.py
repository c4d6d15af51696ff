"""Customers and stores in Django's own admin, to look at."""

from django.contrib import admin

from accounts.models import Channel, Customer, Format, Ownership, Region, Store
from ka_crm.records.readonly_admin import LookOnlyAdmin


@admin.register(Customer)
class CustomerAdmin(LookOnlyAdmin):
    """Customers by code and name."""

    list_display = ("code", "name", "kam", "territory", "archived_at")
    list_select_related = ("kam", "territory")
    search_fields = ("code", "name", "imported_name")


@admin.register(Store)
class StoreAdmin(LookOnlyAdmin):
    """Stores by code and name."""

    list_display = ("code", "name", "customer", "city", "archived_at")
    list_select_related = ("customer",)
    search_fields = ("code", "name", "imported_name", "city")


@admin.register(Ownership)
class OwnershipAdmin(LookOnlyAdmin):
    """Who answered for which customer."""

    list_display = ("customer", "kam", "from_on", "to_on")
    list_select_related = ("customer", "kam")


admin.site.register([Channel, Format, Region], LookOnlyAdmin)
