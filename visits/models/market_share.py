"""Market shares that somebody stated, by category, region and period."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from ka_crm.imports.models import ImportBatch
from purchases.models import Category


class MarketShare(models.Model):
    """Our share of a market; a blank region is the whole country."""

    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="market_shares"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), null=True, blank=True, on_delete=models.PROTECT
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"), null=True, blank=True)
    share = models.DecimalField(_("market share"), max_digits=12, decimal_places=10)
    source = models.CharField(_("source"), max_length=120, blank=True)
    batch = models.ForeignKey(ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["category_id", "region_id", "-from_on"]
        verbose_name = _("market share")
        verbose_name_plural = _("market shares")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share__gte=0, share__lte=1), name="market_share_fraction"
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
                name="market_share_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.region or ''} {self.from_on}"
