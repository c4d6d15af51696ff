"""Versions of the settings that decide classes, shares and quadrants."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ka_crm.people.models import User


class CriteriaState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class CriteriaVersion(models.Model):
    """One set of KA criteria; frozen once published. ``scope`` empty means the whole company."""

    number = models.PositiveIntegerField(_("version"))
    scope = models.CharField(_("scope"), max_length=60, default="", blank=True)
    state = models.CharField(max_length=10, choices=CriteriaState.choices, default=CriteriaState.DRAFT)
    settings = models.JSONField(_("settings"))
    effective_from = models.DateField(_("effective from"), null=True, blank=True)
    effective_to = models.DateField(_("effective to"), null=True, blank=True)
    author = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("criteria version")
        constraints = [
            models.UniqueConstraint(fields=["scope", "number"], name="criteria_number_unique"),
            models.UniqueConstraint(
                fields=["scope"], condition=models.Q(state="published"), name="criteria_one_published"
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(published_at__isnull=False),
                name="criteria_published_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"
