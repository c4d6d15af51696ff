"""Part 4 of the dossier: who courts the customer, how far they are, and our pace."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.contact import Contact
from accounts.models.dossier import DossierEntry


class Competitor(models.Model):
    """A rival of ours, known in the whole company."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    website = models.URLField(_("website"), blank=True)
    note = models.TextField(_("note"), blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")

    def __str__(self) -> str:
        return self.name


class RivalStage(models.TextChoices):
    """How far a competitor is with a customer."""

    WATCHING = "watching", _("Watching")
    CONTACT = "contact", _("First contact")
    PRESENTED = "presented", _("Presented")
    OFFERED = "offered", _("Offer handed in")
    TRIAL = "trial", _("Trial")
    NEGOTIATING = "negotiating", _("Negotiating")
    SUPPLIES = "supplies", _("Supplies")


class Pace(models.TextChoices):
    """What we do about it."""

    PUSH = "push", _("Push")
    HOLD = "hold", _("Hold")
    PAUSE = "pause", _("Pause")


class Rival(DossierEntry):
    """Where one competitor stands with a customer, and our pace with its reason."""

    competitor = models.ForeignKey(
        Competitor, verbose_name=_("competitor"), on_delete=models.PROTECT, related_name="rivals"
    )
    stage = models.CharField(
        _("how far they are"), max_length=11, choices=RivalStage.choices, default=RivalStage.WATCHING
    )
    holds = models.TextField(_("what and whom they have won"), blank=True)
    contract_ends_on = models.DateField(_("their contract ends"), null=True, blank=True)
    pace = models.CharField(_("our pace"), max_length=5, choices=Pace.choices, blank=True)
    pace_reason = models.CharField(_("why this pace"), max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("competitor here")
        verbose_name_plural = _("competitors here")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "competitor"],
                condition=models.Q(archived_at__isnull=True),
                name="rival_once",
            ),
            models.CheckConstraint(
                condition=models.Q(pace="") | ~models.Q(pace_reason=""),
                name="rival_pace_has_reason",
                violation_error_message=_("Say why this pace."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competitor}"


class RivalMove(DossierEntry):
    """One thing a competitor did: whom they met, what was said, what papers they handed in."""

    competitor = models.ForeignKey(
        Competitor, verbose_name=_("competitor"), on_delete=models.PROTECT, related_name="moves"
    )
    on = models.DateField(_("day"))
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("whom they met"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rival_moves",
    )
    met_text = models.CharField(_("whom they met, in words"), max_length=200, blank=True)
    said = models.TextField(_("what was said"), blank=True)
    papers = models.CharField(_("papers handed in"), max_length=300, blank=True)
    heard_from = models.CharField(_("heard from"), max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who of us heard it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name = _("move of a competitor")
        verbose_name_plural = _("moves of competitors")
        indexes = [models.Index(fields=["customer", "-on", "-id"], name="rival_move_customer_on")]

    def __str__(self) -> str:
        return f"{self.competitor} {self.on}"
