"""Points of sale."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.customer import Customer
from accounts.models.taxonomy import Format, Region
from accounts.visibility import StoreQuerySet
from ka_crm.people.models import Territory


class Store(models.Model):
    """One point of sale of a customer."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    imported_name = models.CharField(max_length=200, blank=True)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="stores"
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
        related_name="stores",
    )
    city = models.CharField(_("city"), max_length=120, blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    delivery_mode = models.CharField(_("delivery mode"), max_length=60, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = StoreQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        indexes = [models.Index(fields=["name", "id"], name="store_name")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(code="") & ~models.Q(code__contains="/"), name="store_code_ok"
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True) | models.Q(latitude__range=(-90, 90)),
                name="store_latitude_ok",
            ),
            models.CheckConstraint(
                condition=models.Q(longitude__isnull=True) | models.Q(longitude__range=(-180, 180)),
                name="store_longitude_ok",
            ),
        ]

    def __str__(self) -> str:
        return self.name
