"""What a run found out about each customer, and each store and category.

Amounts are ten-thousandths over the run's window; ``None`` is unknown.
"""

from django.db import models

from accounts.models import Customer, Store
from purchases.models import Category
from segmentation.models.run import SegmentationRun


class PotentialSide(models.Model):
    """Share, potential and quadrant: the same for a customer and for a store."""

    potential = models.BigIntegerField(null=True)
    potential_low = models.BigIntegerField(null=True)
    potential_high = models.BigIntegerField(null=True)
    own = models.BigIntegerField(null=True)  # ours within what was measured
    share = models.FloatField(null=True)
    share_low = models.FloatField(null=True)  # one-sided limits, 95 %
    share_high = models.FloatField(null=True)
    market_share = models.FloatField(null=True)
    status = models.CharField(max_length=16)
    flagged = models.BooleanField(default=False)
    potential_class = models.CharField(max_length=1, blank=True)
    own_class = models.CharField(max_length=1, blank=True)
    rank_potential = models.PositiveIntegerField(null=True)
    rank_own = models.PositiveIntegerField(null=True)
    quadrant = models.CharField(max_length=8)
    gap_amount = models.BigIntegerField(default=0)  # to market share, over the window
    is_missed = models.BooleanField(default=False)  # high by potential and not by own sales
    is_misfiled = models.BooleanField(default=False)  # the reverse
    list_mark = models.CharField(max_length=8, blank=True)  # kept, missed, misfiled in the K-longest lists

    class Meta:
        abstract = True


class CustomerResult(PotentialSide):
    """One customer in one run."""

    run = models.ForeignKey(SegmentationRun, on_delete=models.CASCADE, related_name="customer_results")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="results")
    has_sales = models.BooleanField(default=False)
    net_sales = models.BigIntegerField(default=0)
    gross_profit = models.BigIntegerField(null=True)
    total = models.BigIntegerField(default=0)  # the value ranked by ABC
    rank = models.PositiveIntegerField()
    before = models.FloatField()
    abc = models.CharField(max_length=1)
    abc_note = models.CharField(max_length=8, blank=True)
    months = models.JSONField(default=list)  # net amounts of the window's months, oldest first
    months_span = models.PositiveSmallIntegerField(default=0)
    months_active = models.PositiveSmallIntegerField(default=0)
    mean = models.FloatField(default=0)
    std = models.FloatField(default=0)
    cv = models.FloatField(null=True)
    adi = models.FloatField(null=True)
    cv2_nonzero = models.FloatField(null=True)
    sbc = models.CharField(max_length=14, blank=True)
    frequency_class = models.CharField(max_length=1, blank=True)
    is_overridden = models.BooleanField(default=False)
    xyz = models.CharField(max_length=1)
    cell = models.CharField(max_length=2)
    own_sales = models.BigIntegerField(default=0)  # ranked by the old list
    measured_share = models.FloatField(null=True)  # part of the potential that was measured
    stores = models.PositiveIntegerField(default=0)
    stores_below = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "customer"], name="customer_result_once")]
        indexes = [
            models.Index(fields=["run", "rank_potential"], name="customer_result_potential"),
            models.Index(fields=["run", "-gap_amount"], name="customer_result_gap"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.customer_id} {self.cell}"


class StoreResult(PotentialSide):
    """One store and category in one run."""

    run = models.ForeignKey(SegmentationRun, on_delete=models.CASCADE, related_name="store_results")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="results")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    basis = models.CharField(max_length=10, blank=True)
    in_units = models.BooleanField(default=False)
    clusters = models.PositiveSmallIntegerField(default=0)
    total = models.BigIntegerField(null=True)  # what the share was taken from, as ``own``: units or money
    own_sales = models.BigIntegerField(null=True)  # what it buys from us, in money
    market_share_source = models.CharField(max_length=12, blank=True)
    grade = models.CharField(max_length=1, blank=True)
    last_seen_on = models.DateField(null=True)
    warnings = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "store", "category"], name="store_result_once")]
        indexes = [
            models.Index(fields=["run", "rank_potential"], name="store_result_potential"),
            models.Index(fields=["run", "-gap_amount"], name="store_result_gap"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.store_id} {self.quadrant}"
