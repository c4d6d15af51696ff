"""What the company decided about service: strategies by version, hours of people, handovers ahead."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from ka_crm.people.models import User


class StrategyVersion(models.Model):
    """The service of all cells and quadrants from a day on; never altered, the next version replaces it.

    ``settings`` are flat values as ``StrategySet.as_values`` writes them.
    """

    number = models.PositiveIntegerField(_("version"), unique=True)
    settings = models.JSONField(_("settings"))
    effective_from = models.DateField(_("effective from"))
    reason = models.TextField(_("reason"))
    author = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("version of the service strategies")
        verbose_name_plural = _("versions of the service strategies")
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="strategy_has_reason"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def version(self) -> int:
        """Its number: what an author of the next one has looked at."""
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new version. Raises ``ValueError`` for one that is stored: it is never altered."""
        if not self._state.adding:
            raise ValueError("A version of the strategies is never altered.")
        super().save(*args, **kwargs)


class KamHours(models.Model):
    """Hours that one person has for buyers in a month, where they differ from everybody's."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="kam_hours")
    hours_a_month = models.FloatField(
        _("hours a month"), validators=[MinValueValidator(1.0), MaxValueValidator(400.0)]
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("hours of an account manager")
        verbose_name_plural = _("hours of account managers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hours_a_month__gte=1, hours_a_month__lte=400), name="kam_hours_ok"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.hours_a_month}"


class PlannedHandover(models.Model):
    """A customer that passes from one manager to another on a day ahead, unless somebody decides otherwise.

    ``outcome`` is empty while it waits, else ``done``, ``cancelled`` or ``failed`` (the note says why).
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="planned_handovers")
    from_kam = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    to_kam = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("from"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=9, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["on", "id"]
        verbose_name = _("planned handover")
        verbose_name_plural = _("planned handovers")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(outcome=""), name="handover_one_ahead"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", "done", "cancelled", "failed"]),
                name="handover_outcome_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.on}"
