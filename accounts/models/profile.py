"""Part 1 of the dossier: what the customer is, in words."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.dossier import DossierEntry


class Level(models.TextChoices):
    """How strong, in one of three words."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class Profile(DossierEntry):
    """The general part, one per customer; an empty text is unknown. ``confirmed_on``: last found true."""

    description = models.TextField(_("description"), blank=True)
    history = models.TextField(_("history"), blank=True)
    ownership = models.TextField(_("ownership"), blank=True)
    organisation = models.TextField(_("organisation"), blank=True)
    environment = models.TextField(_("business environment"), blank=True)
    market_notes = models.TextField(_("strategic market notes"), blank=True)
    who_decides = models.TextField(_("who decides what"), blank=True)
    delivery = models.TextField(_("delivery"), blank=True)
    buying_habits = models.TextField(_("buying habits"), blank=True)
    concerns = models.TextField(_("concerns"), blank=True)
    bargaining_power = models.CharField(
        _("bargaining power"), max_length=6, choices=Level.choices, blank=True
    )
    fiscal_year_month = models.PositiveSmallIntegerField(
        _("first month of the budget year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    confirmed_on = models.DateField(_("found true on"), null=True, blank=True)

    class Meta:
        verbose_name = _("general part")
        verbose_name_plural = _("general parts")
        constraints = [
            models.UniqueConstraint(fields=["customer"], name="profile_once"),
            models.CheckConstraint(
                condition=models.Q(fiscal_year_month__isnull=True)
                | models.Q(fiscal_year_month__range=(1, 12)),
                name="profile_fiscal_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}"
