"""Part 3 of the dossier: the people, their reporting lines, and who decides which purchase."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.dossier import DossierEntry


class PreferredChannel(models.TextChoices):
    PHONE = "phone", _("Phone")
    MAIL = "mail", _("Mail")
    VISIT = "visit", _("Visit")
    APP = "app", _("Messenger")


class Consent(models.TextChoices):
    """Whether the person agreed that we write and call."""

    UNKNOWN = "unknown", _("Not asked")
    GIVEN = "given", _("Given")
    REFUSED = "refused", _("Refused")


class Attitude(models.IntegerChoices):
    """How a person stands towards us; empty is unknown."""

    AGAINST = -2, _("Against us")
    SCEPTICAL = -1, _("Sceptical")
    NEUTRAL = 0, _("Neutral")
    FOR_US = 1, _("For us")
    STRONGLY_FOR_US = 2, _("Strongly for us")


class Contact(DossierEntry):
    """A person at the customer; work-related data only."""

    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("title"), max_length=120, blank=True)
    department = models.CharField(_("department"), max_length=120, blank=True)
    reports_to = models.ForeignKey(
        "self",
        verbose_name=_("reports to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
    )
    introduced_by = models.ForeignKey(
        "self",
        verbose_name=_("who can introduce us"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="introduces",
    )
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    preferred_channel = models.CharField(
        _("preferred channel"), max_length=8, choices=PreferredChannel.choices, blank=True
    )
    language = models.CharField(_("language"), max_length=40, blank=True)
    consent = models.CharField(
        _("consent to be contacted"), max_length=8, choices=Consent.choices, default=Consent.UNKNOWN
    )
    consent_on = models.DateField(_("consent asked on"), null=True, blank=True)
    influence = models.PositiveSmallIntegerField(
        _("influence"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("1 little, 5 decisive; empty is unknown."),
    )
    attitude = models.SmallIntegerField(_("attitude"), null=True, blank=True, choices=Attitude.choices)
    covered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who of us talks to them"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="covered_contacts",
    )
    notes = models.TextField(_("notes"), blank=True)
    source = models.CharField(max_length=60, blank=True, editable=False)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [models.Index(fields=["customer", "name", "id"], name="contact_customer_name")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="contact_named"),
            models.CheckConstraint(
                condition=models.Q(influence__isnull=True) | models.Q(influence__range=(1, 5)),
                name="contact_influence_range",
            ),
            models.CheckConstraint(
                condition=models.Q(attitude__isnull=True) | models.Q(attitude__range=(-2, 2)),
                name="contact_attitude_range",
            ),
            models.CheckConstraint(
                condition=models.Q(reports_to__isnull=True) | ~models.Q(reports_to=models.F("id")),
                name="contact_not_own_boss",
                violation_error_message=_("Nobody reports to themselves."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DecisionChain(DossierEntry):
    """One kind of purchase that somebody decides: listing and terms, promotions, equipment …"""

    name = models.CharField(_("purchase"), max_length=120)
    note = models.TextField(_("how it is decided"), blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("decision chain")
        verbose_name_plural = _("decision chains")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "name"],
                condition=models.Q(archived_at__isnull=True),
                name="chain_name_once",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="chain_named"),
        ]

    def __str__(self) -> str:
        return self.name


class DecisionRole(models.TextChoices):
    """What a person does in a purchase."""

    INITIATOR = "initiator", _("Initiator")
    USER = "user", _("User")
    INFLUENCER = "influencer", _("Influencer")
    DECIDER = "decider", _("Decider")
    APPROVER = "approver", _("Approver")
    BUYER = "buyer", _("Buyer")
    GATEKEEPER = "gatekeeper", _("Gatekeeper")
    COACH = "coach", _("Coach")


class ChainRole(models.Model):
    """A person's part in one decision chain; several are possible."""

    chain = models.ForeignKey(DecisionChain, on_delete=models.CASCADE, related_name="roles")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="chain_roles")
    role = models.CharField(_("role"), max_length=10, choices=DecisionRole.choices)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "contact", "role"], name="chain_role_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in DecisionRole]), name="chain_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.role}"
