"""What was promised, agreed and offered: promises, contracts, tenders and offers with their reasons."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.competitor import Competitor
from accounts.models.contact import Contact
from accounts.models.dossier import DossierEntry
from accounts.models.interaction import Interaction


class Promiser(models.TextChoices):
    US = "us", _("We promised")
    THEM = "them", _("They promised")


class CommitmentState(models.TextChoices):
    OPEN = "open", _("Open")
    KEPT = "kept", _("Kept")
    BROKEN = "broken", _("Broken")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Commitment(DossierEntry):
    """A promise with a due date. Open and past due is late; kept after the due day was late."""

    promiser = models.CharField(_("who"), max_length=4, choices=Promiser.choices, default=Promiser.US)
    text = models.CharField(_("promise"), max_length=300)
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commitments",
    )
    promised_on = models.DateField(_("promised on"))
    due_on = models.DateField(_("due"))
    state = models.CharField(
        _("state"), max_length=9, choices=CommitmentState.choices, default=CommitmentState.OPEN
    )
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who of us"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commitments",
    )
    interaction = models.ForeignKey(
        Interaction, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        indexes = [
            models.Index(fields=["customer", "state", "due_on"], name="commitment_customer_due"),
            models.Index(fields=["owner", "state", "due_on"], name="commitment_owner_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("promised_on")),
                name="commitment_due_after_promised",
                violation_error_message=_("It cannot be due before it was promised."),
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", settled_on__isnull=True)
                | models.Q(~models.Q(state="open"), settled_on__isnull=False),
                name="commitment_settled_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ContractState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")
    ENDED = "ended", _("Ended")


class Contract(DossierEntry):
    """A contract or agreed terms. ``end_on`` empty: until further notice."""

    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(
        _("state"), max_length=6, choices=ContractState.choices, default=ContractState.SIGNED
    )
    start_on = models.DateField(_("from"))
    end_on = models.DateField(_("until"), null=True, blank=True)
    notice_on = models.DateField(_("last day to give notice"), null=True, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("payment within … days"), null=True, blank=True)
    credit_limit = models.DecimalField(
        _("credit limit"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    service_level_share = models.DecimalField(
        _("agreed on time in full"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("As a fraction: 0.96"),
    )
    terms = models.TextField(_("terms"), blank=True)

    class Meta:
        ordering = ["-start_on", "-id"]
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_on__isnull=True) | models.Q(end_on__gte=models.F("start_on")),
                name="contract_dates",
                violation_error_message=_("It cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(service_level_share__isnull=True)
                | models.Q(service_level_share__gte=0, service_level_share__lte=1),
                name="contract_service_level",
                violation_error_message=_("A share lies between 0 and 1."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BidKind(models.TextChoices):
    OFFER = "offer", _("Offer")
    TENDER = "tender", _("Tender")


class BidResult(models.TextChoices):
    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    CANCELLED = "cancelled", _("Cancelled")


class BidReason(models.TextChoices):
    """Why something was won or lost."""

    PRICE = "price", _("Price")
    QUALITY = "quality", _("Product or quality")
    SERVICE = "service", _("Service and delivery")
    RELATIONSHIP = "relationship", _("Relationship")
    TERMS = "terms", _("Payment or other terms")
    PROMOTION = "promotion", _("Promotion support")
    DEADLINE = "deadline", _("Deadline or promise broken")
    OTHER = "other", _("Something else")


class Bid(DossierEntry):
    """A tender or offer that we took part in, and why it was won or lost."""

    kind = models.CharField(_("kind"), max_length=6, choices=BidKind.choices, default=BidKind.OFFER)
    title = models.CharField(_("title"), max_length=200)
    submitted_on = models.DateField(_("handed in on"))
    decision_due_on = models.DateField(_("decision expected"), null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    result = models.CharField(_("result"), max_length=9, choices=BidResult.choices, default=BidResult.OPEN)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    reason = models.CharField(_("main reason"), max_length=12, choices=BidReason.choices, blank=True)
    reason_text = models.TextField(_("what we learned"), blank=True)
    competitor = models.ForeignKey(
        Competitor,
        verbose_name=_("went to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bids",
    )

    class Meta:
        ordering = ["-submitted_on", "-id"]
        verbose_name = _("tender or offer")
        verbose_name_plural = _("tenders and offers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0),
                name="bid_amount",
                violation_error_message=_("This cannot be negative."),
            ),
            models.CheckConstraint(
                condition=models.Q(result="open", decided_on__isnull=True)
                | models.Q(~models.Q(result="open"), decided_on__isnull=False),
                name="bid_decided_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.title
