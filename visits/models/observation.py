"""What was counted in a store on one day."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from ka_crm.imports.models import ImportBatch
from purchases.models import Category
from visits.models.visit import Visit


class ObservationKind(models.TextChoices):
    ROUTINE = "routine", _("Routine visit")
    CONTROL = "control", _("Control visit")


class Observation(models.Model):
    """All brands and ours sold in a store and category that day, in ten-thousandths.

    One live row per store, category, business day and kind; a correction is a new version, and the
    older row stays, no longer live. Only routine ones feed the estimates.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="observations")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    date = models.DateField(_("day"))
    kind = models.CharField(max_length=8, choices=ObservationKind.choices, default=ObservationKind.ROUTINE)
    client_uuid = models.UUIDField(default=uuid.uuid4)
    visit = models.ForeignKey(
        Visit, null=True, blank=True, on_delete=models.PROTECT, related_name="observations"
    )
    total_units = models.BigIntegerField(_("all brands"))
    own_units = models.BigIntegerField(_("ours"))
    total_amount = models.BigIntegerField(_("all brands, amount"), null=True, blank=True)
    own_amount = models.BigIntegerField(_("ours, amount"), null=True, blank=True)
    rep = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="observations"
    )
    is_confirmed = models.BooleanField(default=True)
    is_live = models.BooleanField(default=True)
    is_generated = models.BooleanField(default=False)
    batch = models.ForeignKey(ImportBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.ForeignKey(
        ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-date", "-id"]
        verbose_name = _("observation")
        # A count that is sent again is looked for among all, the corrected ones too.
        indexes = [models.Index(fields=["client_uuid"], name="observation_client_uuid")]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "category", "date", "kind"],
                condition=models.Q(is_live=True),
                name="observation_one_live",
            ),
            models.UniqueConstraint(
                fields=["client_uuid", "category"],
                condition=models.Q(is_live=True),
                name="observation_uuid_once",
            ),
            models.CheckConstraint(
                condition=models.Q(own_units__gte=0, total_units__gte=models.F("own_units")),
                name="observation_own_within_total",
            ),
            models.CheckConstraint(
                condition=models.Q(total_amount__isnull=True)
                | models.Q(
                    own_amount__isnull=False, own_amount__gte=0, total_amount__gte=models.F("own_amount")
                ),
                name="observation_amounts_ok",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.date}"
