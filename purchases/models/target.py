"""What is to be sold in a month, to a customer or by a key account manager."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from purchases.models.fact import Fact
from purchases.models.product import Category

_TWICE = _("There is a target for this month already.")


def _once(name: str, *fields: str, where: Q) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=["month", *fields],
        condition=where & Q(archived_at__isnull=True),
        name=name,
        violation_error_message=_TWICE,  # type: ignore[arg-type]
    )


class Target(Fact):
    """Net sales aimed at in a month, in ten-thousandths. Without a category it stands for all of them."""

    customer = models.ForeignKey(
        Customer,
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
    )
    kam = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("key account manager"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
    )
    month = models.DateField(_("month"))
    amount = models.BigIntegerField(
        _("amount"), validators=[MinValueValidator(0, message=_("This cannot be negative."))]
    )

    class Meta:
        ordering = ["-month", "-id"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=True, kam__isnull=False)
                | Q(customer__isnull=False, kam__isnull=True),
                name="target_customer_or_kam",
                violation_error_message=_("Name either a customer or a key account manager."),  # type: ignore[arg-type]
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="target_not_negative"),
            _once("target_customer_once", "customer", where=Q(customer__isnull=False, category__isnull=True)),
            _once(
                "target_customer_category_once",
                "customer",
                "category",
                where=Q(customer__isnull=False, category__isnull=False),
            ),
            _once("target_kam_once", "kam", where=Q(kam__isnull=False, category__isnull=True)),
            _once(
                "target_kam_category_once",
                "kam",
                "category",
                where=Q(kam__isnull=False, category__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer or self.kam} {self.month:%Y-%m}"
