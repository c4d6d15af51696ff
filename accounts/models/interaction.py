"""Part 2 of the dossier: talks with people of the customer, held and planned, and how often they are due."""

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.contact import Contact
from accounts.models.dossier import DossierEntry


class ContactChannel(models.TextChoices):
    """How somebody was talked to; a note is no contact."""

    MEETING = "meeting", _("Meeting")
    VISIT = "visit", _("Visit")
    PHONE = "phone", _("Call")
    MAIL = "mail", _("Mail")
    EVENT = "event", _("Event")
    SOCIAL = "social", _("Social media")
    APP = "app", _("Messenger")
    NOTE = "note", _("Note")


class Purpose(models.TextChoices):
    ROUTINE = "routine", _("Routine")
    TALKS = "talks", _("Talks on terms")
    REVIEW = "review", _("Review")
    SERVICE = "service", _("Service")


class InteractionState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Source(models.TextChoices):
    """Where an entry came from."""

    TYPED = "typed", _("Typed")
    IMPORTED = "imported", _("Imported")
    API = "api", _("From another system")
    GENERATED = "generated", _("Generated")


class Interaction(DossierEntry):
    """A contact with the customer, held or planned."""

    channel = models.CharField(_("channel"), max_length=8, choices=ContactChannel.choices)
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose.choices, default=Purpose.ROUTINE)
    state = models.CharField(
        _("state"), max_length=10, choices=InteractionState.choices, default=InteractionState.DONE
    )
    on = models.DateField(_("day"))
    at = models.TimeField(_("time"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("what was said"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who of us"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="interactions",
    )
    contacts = models.ManyToManyField(
        Contact, verbose_name=_("with"), through="InteractionContact", related_name="interactions"
    )
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.TYPED, editable=False)
    client_uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        indexes = [
            models.Index(fields=["customer", "-on", "-id"], name="interaction_customer_on"),
            models.Index(fields=["owner", "state", "on"], name="interaction_owner_state"),
        ]

    def __str__(self) -> str:
        return self.subject


class InteractionContact(models.Model):
    """Somebody of the customer who took part; ``gave_information`` makes an insider."""

    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="participants")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="participations")
    gave_information = models.BooleanField(_("gave us inside information"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interaction", "contact"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} in {self.interaction_id}"


class Cadence(DossierEntry):
    """How often the customer, or one person there, is to be contacted; produces due contacts."""

    contact = models.ForeignKey(
        Contact,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cadences",
    )
    channel = models.CharField(_("channel"), max_length=8, choices=ContactChannel.choices, blank=True)
    every_days = models.PositiveSmallIntegerField(_("every … days"), validators=[MinValueValidator(1)])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who of us"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cadences",
    )
    topic = models.CharField(_("about"), max_length=200, blank=True)

    class Meta:
        ordering = ["every_days", "id"]
        verbose_name = _("contact rhythm")
        verbose_name_plural = _("contact rhythms")
        constraints = [
            models.CheckConstraint(condition=models.Q(every_days__gte=1), name="cadence_days"),
        ]

    def __str__(self) -> str:
        return f"{self.contact or self.customer} / {self.every_days}"
