"""What was ordered, what was promised, and what arrived when."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Store
from ka_crm.imports.models import ImportBatch
from purchases.models.fact import Fact
from purchases.models.product import Product

_NOT_NEGATIVE = MinValueValidator(0, message=_("This cannot be negative."))


class OrderLine(Fact):
    """One line of an order; units in ten-thousandths. ``is_cancelled``: the customer called it off."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="order_lines"
    )
    store = models.ForeignKey(
        Store,
        verbose_name=_("store"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="order_lines",
    )
    product = models.ForeignKey(
        Product,
        verbose_name=_("product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="order_lines",
    )
    order_no = models.CharField(_("order no."), max_length=60)
    line_no = models.CharField(_("line no."), max_length=30)
    ordered_units = models.BigIntegerField(_("ordered units"), validators=[_NOT_NEGATIVE])
    requested_on = models.DateField(_("requested for"))
    confirmed_on = models.DateField(_("confirmed for"), null=True, blank=True)
    is_cancelled = models.BooleanField(_("cancelled by the customer"), default=False)
    delivery_mode = models.CharField(_("delivery mode"), max_length=60, blank=True)

    class Meta:
        ordering = ["-requested_on", "-id"]
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.CheckConstraint(condition=Q(ordered_units__gte=0), name="order_line_not_negative"),
            models.UniqueConstraint(
                fields=["customer", "order_no", "line_no"],
                condition=Q(archived_at__isnull=True),
                name="order_line_once",
                violation_error_message=_("This customer has a line with this number already."),  # type: ignore[arg-type]
            ),
        ]
        indexes = [models.Index(fields=["customer", "requested_on"], name="order_line_requested")]

    def __str__(self) -> str:
        return f"{self.order_no} {self.line_no}"


class Delivery(models.Model):
    """What arrived of an order line on one day, in ten-thousandths."""

    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="deliveries")
    delivered_on = models.DateField(_("delivered on"))
    units = models.BigIntegerField(_("units"), validators=[_NOT_NEGATIVE])
    batch = models.ForeignKey(ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["delivered_on", "id"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(condition=Q(units__gte=0), name="delivery_not_negative"),
            models.UniqueConstraint(fields=["order_line", "delivered_on"], name="delivery_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id} {self.delivered_on}"
