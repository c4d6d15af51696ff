"""Who has the shelf: what single brands or suppliers sold in a store."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Competitor, Store
from ka_crm.imports.models import ImportBatch
from purchases.models import Category
from visits.models.observation import Observation


class BrandPeriod(models.TextChoices):
    DAY = "day", _("Day")
    MONTH = "month", _("Month")


class BrandCount(models.Model):
    """One supplier's (or brand's) sales in a store and category on a day or in a month; ten-thousandths.

    ``competitor`` empty: ours. Rows of days belong to an observation; rows of months to a full count.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="brand_counts")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    competitor = models.ForeignKey(
        Competitor, null=True, blank=True, on_delete=models.PROTECT, related_name="brand_counts"
    )
    brand = models.CharField(_("brand"), max_length=120, blank=True)
    period = models.CharField(max_length=5, choices=BrandPeriod.choices, default=BrandPeriod.DAY)
    on = models.DateField(_("day or first of the month"))
    units = models.BigIntegerField(_("units"), null=True, blank=True)
    amount = models.BigIntegerField(_("amount"), null=True, blank=True)
    observation = models.ForeignKey(
        Observation, null=True, blank=True, on_delete=models.CASCADE, related_name="brand_counts"
    )
    is_generated = models.BooleanField(default=False)
    is_live = models.BooleanField(default=True)
    batch = models.ForeignKey(ImportBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.ForeignKey(
        ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-on", "id"]
        verbose_name = _("brand count")
        indexes = [models.Index(fields=["store", "period", "on"], name="brand_count_store_on")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(units__isnull=False) | models.Q(amount__isnull=False),
                name="brand_count_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.brand or self.competitor_id} {self.on}"
