"""Shelf prices: what they should be, and what was seen. Monitoring only."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Region, Store
from ka_crm.imports.models import ImportBatch
from purchases.models import Product
from visits.models.visit import Visit

_POSITIVE = MinValueValidator(1, message=_("A price is above zero."))


class ShelfPrice(models.Model):
    """The recommended price and the floor of a product from a day on; a promotion lowers the floor.

    Prices in ten-thousandths. Most special first: customer, region, everywhere.
    """

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="shelf_prices"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="shelf_prices",
    )
    price = models.BigIntegerField(_("recommended price"), validators=[_POSITIVE])
    floor = models.BigIntegerField(_("floor"), validators=[_POSITIVE])
    is_promotion = models.BooleanField(_("approved promotion"), default=False)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    batch = models.ForeignKey(
        ImportBatch, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["product_id", "-from_on", "id"]
        verbose_name = _("shelf price")
        verbose_name_plural = _("shelf prices")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(floor__gt=0, price__gte=models.F("floor")),
                name="shelf_price_floor",
                violation_error_message=_("The floor lies between zero and the price."),
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
                name="shelf_price_dates",
                violation_error_message=_("It cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.from_on}"


class PriceSighting(models.Model):
    """A price seen on a shelf; ten-thousandths."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="price_sightings")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="price_sightings")
    on = models.DateField(_("day"))
    price = models.BigIntegerField(_("price"), validators=[_POSITIVE])
    has_photo = models.BooleanField(_("with a photo"), default=False)
    visit = models.ForeignKey(
        Visit, null=True, blank=True, on_delete=models.CASCADE, related_name="price_sightings"
    )
    is_generated = models.BooleanField(default=False)

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name = _("price seen")
        verbose_name_plural = _("prices seen")
        indexes = [models.Index(fields=["store", "product", "-on"], name="price_sighting_store")]
        constraints = [models.CheckConstraint(condition=models.Q(price__gt=0), name="price_sighting_price")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.product_id} {self.on}"
