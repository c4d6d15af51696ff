"""Goods seen where they were not sent to, supply routes, and cases with evidence and outcome."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Store
from ka_crm.imports.models import ImportBatch
from ka_crm.people.models import Territory
from ka_crm.records.models import StoredFile
from purchases.models import Product
from visits.models.visit import Visit


class LotShipment(models.Model):
    """Where a lot was shipped to."""

    lot = models.CharField(_("lot"), max_length=60)
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey(
        Territory, verbose_name=_("shipped to"), on_delete=models.PROTECT, related_name="lots"
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lots",
    )
    shipped_on = models.DateField(_("shipped on"))
    batch = models.ForeignKey(
        ImportBatch, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-shipped_on", "-id"]
        verbose_name = _("lot shipped")
        constraints = [
            models.UniqueConstraint(fields=["lot", "territory", "shipped_on"], name="lot_shipment_once")
        ]
        indexes = [models.Index(fields=["lot"], name="lot_shipment_lot")]

    def __str__(self) -> str:
        return self.lot


class LotSighting(models.Model):
    """A lot seen in a store, and the route by which it came where somebody said so."""

    lot = models.CharField(_("lot"), max_length=60)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="lot_sightings")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    supplied_by = models.CharField(_("supplied by, as the store says"), max_length=200, blank=True)
    photo = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(
        Visit, null=True, blank=True, on_delete=models.CASCADE, related_name="lot_sightings"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_generated = models.BooleanField(default=False)

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name = _("lot seen")
        indexes = [models.Index(fields=["lot"], name="lot_sighting_lot")]

    def __str__(self) -> str:
        return f"{self.lot} {self.store_id}"


class CaseState(models.TextChoices):
    OPEN = "open", _("Open")
    CONFIRMED = "confirmed", _("Confirmed")
    DISMISSED = "dismissed", _("Dismissed")


class DiversionCase(models.Model):
    """A case file: what points to goods leaving their territory, and what came of it."""

    customer = models.ForeignKey(
        Customer,
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="diversion_cases",
    )
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=9, choices=CaseState.choices, default=CaseState.OPEN)
    opened_on = models.DateField(_("opened on"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    sightings = models.ManyToManyField(LotSighting, related_name="cases", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-opened_on", "-id"]
        verbose_name = _("diversion case")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", closed_on__isnull=True)
                | models.Q(~models.Q(state="open"), closed_on__isnull=False),
                name="diversion_case_closed",
            )
        ]

    def __str__(self) -> str:
        return self.title


class CaseEvidence(models.Model):
    """Something that speaks for or against a case."""

    case = models.ForeignKey(DiversionCase, on_delete=models.CASCADE, related_name="evidence")
    text = models.TextField(_("what"))
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return self.text[:60]


class SupplyStep(models.Model):
    """One level of the route by which a store gets its goods; level 1 is nearest to us."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="supply_steps")
    level = models.PositiveSmallIntegerField(_("level"))
    supplier = models.CharField(_("who supplies"), max_length=200)
    margin_share = models.DecimalField(
        _("margin at this level"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["store_id", "level"]
        verbose_name = _("step of the supply route")
        constraints = [
            models.UniqueConstraint(fields=["store", "level"], name="supply_step_once"),
            models.CheckConstraint(
                condition=models.Q(level__gte=1)
                & (models.Q(margin_share__isnull=True) | models.Q(margin_share__gte=0, margin_share__lte=1)),
                name="supply_step_range",
                violation_error_message=_("A share lies between 0 and 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.level} {self.supplier}"
