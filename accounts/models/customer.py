"""The companies we sell to, and who answers for them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.taxonomy import Channel, Format, Region
from accounts.visibility import CustomerQuerySet
from ka_crm.people.models import Territory


class Customer(models.Model):
    """A chain, dealer or end client that we sell to. ``kam`` mirrors the open ``Ownership``."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    imported_name = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    channel = models.ForeignKey(
        Channel, verbose_name=_("channel"), null=True, blank=True, on_delete=models.PROTECT
    )
    format = models.ForeignKey(
        Format, verbose_name=_("format"), null=True, blank=True, on_delete=models.PROTECT
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), null=True, blank=True, on_delete=models.PROTECT
    )
    territory = models.ForeignKey(
        Territory,
        verbose_name=_("territory"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="customers",
    )
    kam = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("key account manager"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="customers",
    )
    headcount = models.PositiveIntegerField(_("headcount"), null=True, blank=True)
    website = models.URLField(_("website"), blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [models.Index(fields=["name", "id"], name="customer_name")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(code="") & ~models.Q(code__contains="/"), name="customer_code_ok"
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="customer_not_own_parent",
                violation_error_message=_("A customer cannot belong to itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Ownership(models.Model):
    """Who answers for a customer, from when until when; one open row per customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="ownerships")
    kam = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ownerships")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-from_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(to_on__isnull=True), name="ownership_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.kam_id} {self.from_on}"
