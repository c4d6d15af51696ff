"""Full counts of a store's category for a month (scanner, distributor, market research)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from ka_crm.imports.models import ImportBatch
from purchases.models import Category


class CategoryTotal(models.Model):
    """All brands and ours in one store, category and month, net of returns, in ten-thousandths.

    A single month may be negative or have ours above all (returns); only the sums over the window are
    held to 0 ≤ ours ≤ all. A later file replaces the month: the older row stays, no longer live.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="category_totals")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(_("month"))
    source = models.CharField(_("source"), max_length=60, blank=True)
    total_amount = models.BigIntegerField(_("all brands, amount"), null=True, blank=True)
    own_amount = models.BigIntegerField(_("ours, amount"), null=True, blank=True)
    total_units = models.BigIntegerField(_("all brands, units"), null=True, blank=True)
    own_units = models.BigIntegerField(_("ours, units"), null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="+")
    is_live = models.BooleanField(default=False)
    superseded_by = models.ForeignKey(
        ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["store_id", "category_id", "month"]
        verbose_name = _("category total")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "category", "month", "source"],
                condition=models.Q(is_live=True),
                name="category_total_one_live",
            )
        ]
        indexes = [
            models.Index(fields=["month"], name="category_total_month", condition=models.Q(is_live=True))
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.category_id} {self.month}"
