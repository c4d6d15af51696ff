"""Segmentation runs: complete or absent, and exactly one is current."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.people.models import User


class RunState(models.TextChoices):
    BUILDING = "building", _("Being computed")
    COMPLETE = "complete", _("Complete")


class SegmentationRun(models.Model):
    """One computation of all classes, with the settings and the window that it used."""

    as_of = models.DateField(_("as of"))
    window_months = models.PositiveSmallIntegerField()
    criteria = models.ForeignKey(CriteriaVersion, on_delete=models.PROTECT, related_name="runs")
    settings = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.BUILDING)
    is_current = models.BooleanField(default=False)
    customers = models.PositiveIntegerField(default=0)
    stores = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    summary = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("segmentation run")
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="run_one_current"
            ),
            models.CheckConstraint(
                condition=models.Q(is_current=False) | models.Q(state="complete"), name="run_current_complete"
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"
