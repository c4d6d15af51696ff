"""Products and sales lines in Django's own admin, to look at."""

from django.contrib import admin

from ka_crm.records.readonly_admin import LookOnlyAdmin
from purchases.models import Category, Product, SalesLine


@admin.register(Product)
class ProductAdmin(LookOnlyAdmin):
    """Products by code and name."""

    list_display = ("code", "name", "category", "brand", "archived_at")
    list_select_related = ("category",)
    search_fields = ("code", "name", "brand")


@admin.register(SalesLine)
class SalesLineAdmin(LookOnlyAdmin):
    """Sales lines, newest first."""

    list_display = ("date", "customer", "product", "net_amount", "document_no")
    list_select_related = ("customer", "product")


admin.site.register(Category, LookOnlyAdmin)
