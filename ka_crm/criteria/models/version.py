"""Versions of the settings that decide classes, shares, quadrants and who is a key account."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ka_crm.people.models import User


class CriteriaState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waits for approval")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


_STAYS = "A published version of the criteria stays."
#: States in which a version can still be changed.
OPEN_STATES = (CriteriaState.DRAFT, CriteriaState.SUBMITTED)


class CriteriaVersionQuerySet(models.QuerySet["CriteriaVersion"]):
    """Versions; those that are or were in force stay, also in bulk."""

    def delete(self) -> tuple[int, dict[str, int]]:
        kept = self.exclude(state__in=OPEN_STATES)
        if kept.exists():
            raise models.ProtectedError(_STAYS, set(kept))
        return super().delete()


class CriteriaVersion(models.Model):
    """One set of KA criteria; frozen once published, by the database itself.

    ``scope`` empty means the whole company, else a region's name. A draft has the number that it would get;
    ``based_on`` is the version in force that it was last compared with, ``changed_by`` who saved it last.
    ``effective_to`` is the last day on which the version holds for the register.
    """

    number = models.PositiveIntegerField(_("version"))
    scope = models.CharField(_("scope"), max_length=60, default="", blank=True)
    state = models.CharField(max_length=10, choices=CriteriaState.choices, default=CriteriaState.DRAFT)
    settings = models.JSONField(_("settings"))
    effective_from = models.DateField(_("effective from"), null=True, blank=True)
    effective_to = models.DateField(_("effective to"), null=True, blank=True)
    author = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    note = models.TextField(_("sent back because"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CriteriaVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("criteria version")
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "number"],
                condition=models.Q(state__in=["published", "retired"]),
                name="criteria_number_unique",
            ),
            models.UniqueConstraint(
                fields=["scope"], condition=models.Q(state="published"), name="criteria_one_published"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "submitted"]) | models.Q(published_at__isnull=False),
                name="criteria_published_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if not self.is_open:
            raise models.ProtectedError(_STAYS, {self})
        return super().delete(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed."""
        return self.state in OPEN_STATES
