"""What serving a customer costs us, besides the goods."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from purchases.models.fact import Fact


class CostKind(models.TextChoices):
    VISITS = "visits", _("Visits")
    PROMOTION = "promotion", _("Promotion")
    FREIGHT = "freight", _("Freight")
    CREDIT = "credit", _("Credit")
    OTHER = "other", _("Other")


class AccountCost(Fact):
    """What one kind of service to a customer cost in a month, in ten-thousandths."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="costs"
    )
    month = models.DateField(_("month"))
    kind = models.CharField(_("kind"), max_length=20, choices=CostKind.choices)
    amount = models.BigIntegerField(
        _("amount"), validators=[MinValueValidator(0, message=_("This cannot be negative."))]
    )

    class Meta:
        ordering = ["-month", "-id"]
        verbose_name = _("cost to serve")
        verbose_name_plural = _("costs to serve")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="account_cost_not_negative"),
            models.UniqueConstraint(
                fields=["customer", "month", "kind"],
                condition=Q(archived_at__isnull=True),
                name="account_cost_once",
                violation_error_message=_("There is a cost of this kind for this month already."),  # type: ignore[arg-type]
            ),
        ]
        indexes = [models.Index(fields=["month"], name="account_cost_month")]

    def __str__(self) -> str:
        return f"{self.customer} {self.month:%Y-%m} {self.kind}"
