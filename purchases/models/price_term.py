"""Net prices agreed with somebody for a time."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Region, Store
from purchases.models.fact import Fact
from purchases.models.product import Product

_BEGINS_TWICE = _("A price of this product begins on this day already.")


class PriceSource(models.TextChoices):
    AGREED = "agreed", _("Agreed")
    PROMOTION = "promotion", _("Promotion")


def _once(name: str, *fields: str, where: Q) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=["product", "source", "from_on", *fields],
        condition=where & Q(archived_at__isnull=True),
        name=name,
        violation_error_message=_BEGINS_TWICE,  # type: ignore[arg-type]
    )


class PriceTerm(Fact):
    """The net price of one unit of a product (ten-thousandths), from a day until a day, both included.

    For a customer, a store or a region; for none of them it is the general list. Terms of the same whom,
    product and source do not overlap. A promotion stands beside what is agreed and lowers it for a time.
    """

    customer = models.ForeignKey(
        Customer,
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="price_terms",
    )
    store = models.ForeignKey(
        Store,
        verbose_name=_("store"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="price_terms",
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="price_terms",
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="price_terms"
    )
    net_price = models.BigIntegerField(
        _("net price"), validators=[MinValueValidator(0, message=_("This cannot be negative."))]
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(
        _("source"), max_length=20, choices=PriceSource.choices, default=PriceSource.AGREED
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["product_id", "-from_on", "-id"]
        verbose_name = _("price term")
        verbose_name_plural = _("price terms")
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=True, store__isnull=True)
                | Q(customer__isnull=True, region__isnull=True)
                | Q(store__isnull=True, region__isnull=True),
                name="price_term_for_one",
                violation_error_message=_("Name a customer, a store or a region, or none of them."),  # type: ignore[arg-type]
            ),
            models.CheckConstraint(condition=Q(net_price__gte=0), name="price_term_not_negative"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="price_term_dates",
                violation_error_message=_("The end lies before the start."),  # type: ignore[arg-type]
            ),
            _once("price_term_customer_once", "customer", where=Q(customer__isnull=False)),
            _once("price_term_store_once", "store", where=Q(store__isnull=False)),
            _once("price_term_region_once", "region", where=Q(region__isnull=False)),
            _once(
                "price_term_list_once",
                where=Q(customer__isnull=True, store__isnull=True, region__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.from_on}"
