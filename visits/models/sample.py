"""A round of control or joint visits in stores drawn at random."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from visits.models.visit import VisitKind


class SampleKind(models.TextChoices):
    CONTROL = VisitKind.CONTROL, VisitKind.CONTROL.label
    JOINT = VisitKind.JOINT, VisitKind.JOINT.label


class SampleRound(models.Model):
    """One draw: its seed and all that decided it, so that it can be drawn again and checked.

    ``parameters``: stores for each person, days of rest, whether large stores were preferred, and of every
    person how many stores there were, rested and were drawn. The visits are ``tasks``.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=SampleKind.choices, default=SampleKind.CONTROL)
    seed = models.BigIntegerField(_("seed"), editable=False)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("drawn by"), on_delete=models.PROTECT, related_name="+"
    )
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who goes"), on_delete=models.PROTECT, related_name="+"
    )
    drawn_on = models.DateField(_("drawn on"))
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"))
    parameters = models.JSONField(default=dict)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("why cancelled"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-drawn_on", "-id"]
        verbose_name = _("sample round")
        verbose_name_plural = _("sample rounds")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="sample_round_days_ok"
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True) | ~models.Q(cancel_reason=""),
                name="sample_round_cancel_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.drawn_on}"
