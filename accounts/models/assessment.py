"""What people found out about a customer that no figure says: does it need us, can it pay, can it decide."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.dossier import DossierEntry
from accounts.rules.assessments import DECISION_POWER, NEED, NO, PARTLY, SOLVENCY, UNKNOWN, YES


class Aspect(models.TextChoices):
    """The three P of the gate; criteria of the company's own stand beside them (``own:<name>``)."""

    NEED = NEED, _("Need")
    SOLVENCY = SOLVENCY, _("Solvency")
    DECISION_POWER = DECISION_POWER, _("Decision power")


class Finding(models.TextChoices):
    UNKNOWN = UNKNOWN, _("Unknown")
    NO = NO, _("No")
    PARTLY = PARTLY, _("Partly")
    YES = YES, _("Yes")


class Assessment(DossierEntry):
    """What was found on one day about one aspect, with its evidence; the newest of an aspect counts.

    It expires twelve months later and is unknown again; older ones stay as history.
    """

    aspect = models.CharField(_("what was assessed"), max_length=90)
    finding = models.CharField(_("finding"), max_length=7, choices=Finding.choices)
    evidence = models.TextField(_("evidence"), max_length=2000)
    assessed_on = models.DateField(_("assessed on"))

    class Meta:
        ordering = ["-assessed_on", "-id"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        indexes = [models.Index(fields=["customer", "aspect", "assessed_on"], name="assessment_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(evidence=""),
                name="assessment_has_evidence",
                violation_error_message=_("Say what shows it."),  # type: ignore[arg-type]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aspect_label}: {self.get_finding_display()}"

    @property
    def aspect_label(self) -> str:
        """What was assessed, in words: one of the three P, or a criterion of the company's own."""
        known = dict(Aspect.choices)
        return str(known.get(self.aspect) or self.aspect.removeprefix("own:"))
