"""Desk estimates of how much somebody buys, from all suppliers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Store
from ka_crm.imports.models import ImportBatch
from purchases.models import Category


class EstimateSource(models.TextChoices):
    APPROVED_BUDGET = "approved_budget", _("Approved budget")
    DECLARED = "declared", _("Declared by the customer")
    HEADCOUNT = "headcount", _("From headcount")
    AREA = "area", _("From selling area")
    JUDGEMENT = "judgement", _("Judgement")


class PotentialEstimate(models.Model):
    """What a customer or store buys of a category in a year, by one source; ten-thousandths."""

    customer = models.ForeignKey(
        Customer,
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="estimates",
    )
    store = models.ForeignKey(
        Store,
        verbose_name=_("store"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="estimates",
    )
    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.BigIntegerField(_("amount"), null=True, blank=True)
    units = models.BigIntegerField(_("units"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=20, choices=EstimateSource.choices)
    stated_on = models.DateField(_("stated on"), null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-year", "-id"]
        verbose_name = _("potential estimate")
        verbose_name_plural = _("potential estimates")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(customer__isnull=True, store__isnull=False)
                | models.Q(customer__isnull=False, store__isnull=True),
                name="estimate_customer_or_store",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0) | models.Q(amount__isnull=True, units__gte=0),
                name="estimate_amount_or_units",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store or self.customer} {self.year} {self.source}"
