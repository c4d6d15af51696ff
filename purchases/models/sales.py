"""Sales lines and their sums by month and by day.

Lines and sums carry their import batch and count only while it is committed and, for lines, while no
committed batch has superseded them. The sums of a batch are what it *adds*: where a line replaces an
older one, the older amount is subtracted, so that sums over committed batches are always right and a
load becomes visible (or is undone) by one change of state.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Store
from ka_crm.imports.models import ImportBatch
from purchases.models.product import Category, Product


class SalesLine(models.Model):
    """One line of an invoice or credit note; amounts and quantities in ten-thousandths."""

    date = models.DateField(_("date"))
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="sales_lines")
    store = models.ForeignKey(Store, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    net_amount = models.BigIntegerField(_("net amount"))
    quantity = models.BigIntegerField(_("quantity"), null=True, blank=True)
    cost_amount = models.BigIntegerField(_("cost"), null=True, blank=True)
    document_no = models.CharField(_("document no."), max_length=60, blank=True)
    line_no = models.CharField(_("line no."), max_length=30, blank=True)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    superseded_by = models.ForeignKey(
        ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-date", "-id"]
        verbose_name = _("sales line")
        verbose_name_plural = _("sales lines")
        indexes = [
            models.Index(
                fields=["document_no", "line_no"], name="sales_document", condition=~models.Q(document_no="")
            ),
            models.Index(
                fields=["superseded_by"],
                name="sales_superseded",
                condition=models.Q(superseded_by__isnull=False),
            ),
            # Without it, deleting a product looks through all lines, product by product.
            models.Index(fields=["product"], name="sales_product", condition=models.Q(product__isnull=False)),
            # Without it, deleting a line looks through all lines for one that replaces it.
            models.Index(
                fields=["replaces"], name="sales_replaces", condition=models.Q(replaces__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_no or self.pk}"


class MonthlySales(models.Model):
    """What one batch adds to a customer's month (per store and category)."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="monthly_sales")
    store = models.ForeignKey(Store, null=True, on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey(
        Category, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    month = models.DateField()
    net_amount = models.BigIntegerField(default=0)
    quantity = models.BigIntegerField(default=0)
    cost_amount = models.BigIntegerField(default=0)
    lines = models.IntegerField(default=0)
    uncosted_lines = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["month"], name="monthly_month")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.month}"


class OrderDay(models.Model):
    """What one batch adds to a customer's day; a day with a positive sum is an order day."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="order_days")
    date = models.DateField()
    net_amount = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.customer_id} {self.date}"
