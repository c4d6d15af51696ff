"""Where a store stands now: its share against the market, from the newest evidence."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from purchases.models import Category


class ShareStatus(models.TextChoices):
    INSUFFICIENT = "insufficient", _("Too early to tell")
    NO_MARKET_SHARE = "no_market_share", _("No market share")
    OK = "ok", _("At or above")
    BELOW_WATCH = "below_watch", _("Probably below")
    BELOW_CONFIRMED = "below_confirmed", _("Surely below")


class StoreShare(models.Model):
    """The present estimate of one store and category; written by every recompute and every new count."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="shares")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    basis = models.CharField(max_length=10, blank=True)  # totals, visits, estimate or nothing
    in_units = models.BooleanField(default=False)
    clusters = models.PositiveSmallIntegerField(default=0)
    n_eff = models.FloatField(null=True)  # effective number of units behind the share
    total = models.BigIntegerField(null=True)
    own = models.BigIntegerField(null=True)
    share = models.FloatField(null=True)
    unit_share = models.FloatField(null=True)  # both, where known: a market is compared like with like
    amount_share = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    market_share = models.FloatField(null=True)
    market_share_source = models.CharField(max_length=12, blank=True)
    status = models.CharField(max_length=16, choices=ShareStatus.choices, default=ShareStatus.INSUFFICIENT)
    potential_amount = models.BigIntegerField(null=True)
    potential_units = models.BigIntegerField(null=True)
    potential_low = models.BigIntegerField(null=True)
    potential_high = models.BigIntegerField(null=True)
    grade = models.CharField(max_length=1, blank=True)
    gap_amount = models.BigIntegerField(default=0)  # a month
    gap_low_amount = models.BigIntegerField(default=0)  # a month, conservative
    last_seen_on = models.DateField(null=True)
    warnings = models.JSONField(default=list)
    evaluated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "category"], name="store_share_once")]
        indexes = [models.Index(fields=["-gap_amount", "id"], name="store_share_gap")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.category_id}"
