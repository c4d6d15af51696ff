"""Products, sales lines and the facts of the dossier in Django's own admin, to look at."""

from django.contrib import admin

from ka_crm.records.readonly_admin import LookOnlyAdmin
from purchases.models import (
    AccountCost,
    Category,
    Delivery,
    OrderLine,
    PriceTerm,
    Product,
    Receivable,
    SalesLine,
    Target,
)


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


@admin.register(Target)
class TargetAdmin(LookOnlyAdmin):
    """Targets by month."""

    list_display = ("month", "customer", "kam", "category", "amount", "archived_at")
    list_select_related = ("customer", "kam", "category")


@admin.register(Receivable)
class ReceivableAdmin(LookOnlyAdmin):
    """What customers owe, first due first."""

    list_display = ("document_no", "customer", "due_on", "amount", "open_amount", "archived_at")
    list_select_related = ("customer",)


@admin.register(OrderLine)
class OrderLineAdmin(LookOnlyAdmin):
    """Order lines, newest first."""

    list_display = ("order_no", "line_no", "customer", "product", "ordered_units", "requested_on")
    list_select_related = ("customer", "product")


@admin.register(Delivery)
class DeliveryAdmin(LookOnlyAdmin):
    """What arrived when."""

    list_display = ("order_line", "delivered_on", "units")
    list_select_related = ("order_line",)


@admin.register(PriceTerm)
class PriceTermAdmin(LookOnlyAdmin):
    """Net prices."""

    list_display = ("product", "customer", "store", "region", "net_price", "from_on", "to_on", "source")
    list_select_related = ("product", "customer", "store", "region")


@admin.register(AccountCost)
class AccountCostAdmin(LookOnlyAdmin):
    """Costs to serve by month."""

    list_display = ("month", "customer", "kind", "amount", "archived_at")
    list_select_related = ("customer",)


admin.site.register(Category, LookOnlyAdmin)
