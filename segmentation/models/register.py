"""The register of key accounts: who was one when, of which types, why, and decided by whom."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from accounts.visibility import customer_scope
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.people.models import User
from segmentation.models.selection import SelectionRound


class OfCustomers(QuerySet[Any]):
    """Rows about customers, narrowed to what somebody may see."""

    def visible_to(self, viewer: User) -> Self:
        return self.filter(customer_scope(viewer, "customer__"))


class KeyAccountTerm(models.Model):
    """One customer in the register, from a day until before another.

    ``since_on``: beginning of the unbroken membership, through all selections; ``tenure_until``: first day
    on which it may leave without a veto. One that ends on its first day was never in force.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="key_account_terms")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until before"), null=True, blank=True)
    since_on = models.DateField(_("key account since"))
    tenure_until = models.DateField(_("stays until"), null=True, blank=True)
    types = models.JSONField(_("reasons"), default=list)
    score = models.FloatField(_("score"), null=True, blank=True)
    how = models.CharField(
        _("how"), max_length=9, blank=True
    )  # a decision of segmentation.rules.ka_selection
    reason = models.TextField(_("why"), blank=True)
    end_reason = models.TextField(_("why it ended"), blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(
        SelectionRound, null=True, blank=True, on_delete=models.PROTECT, related_name="terms"
    )
    criteria = models.ForeignKey(
        CriteriaVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-from_on", "-id"]
        verbose_name = _("term of a key account")
        verbose_name_plural = _("terms of key accounts")
        indexes = [models.Index(fields=["from_on", "to_on"], name="ka_term_days")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(to_on__isnull=True), name="ka_term_one_open"
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="ka_term_days_in_order"
            ),
            models.CheckConstraint(condition=Q(since_on__lte=F("from_on")), name="ka_term_since"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.from_on.isoformat()}"


class VetoKind(models.TextChoices):
    INSOLVENCY = "insolvency", _("Insolvency")
    FRAUD = "fraud", _("Fraud")


class Veto(models.Model):
    """A customer that must not be a key account, from the moment it is known. Lifted, it stays in history."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="vetoes")
    kind = models.CharField(_("why"), max_length=10, choices=VetoKind.choices)
    evidence = models.TextField(_("evidence"), max_length=2000)
    from_on = models.DateField(_("from"))
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)
    lift_reason = models.TextField(_("why it was lifted"), max_length=2000, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    lifted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-from_on", "-id"]
        verbose_name = _("veto")
        verbose_name_plural = _("vetoes")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(lifted_on__isnull=True), name="ka_veto_one_open"
            ),
            models.CheckConstraint(
                condition=Q(lifted_on__isnull=True) | Q(lifted_on__gte=F("from_on")), name="ka_veto_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_kind_display()}"


class NominationKind(models.TextChoices):
    IMAGE = "image", _("Image: leads the market's opinion")
    EXPERT = "expert", _("Expert: demanding, teaches us")
    BUDGET = "budget", _("Prospect with an approved budget")


class NominationState(models.TextChoices):
    OPEN = "open", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Nomination(models.Model):
    """A reason that no figure shows, with evidence and an end; somebody other than its author approves it."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="nominations")
    kind = models.CharField(_("as what"), max_length=6, choices=NominationKind.choices)
    evidence = models.TextField(_("evidence"), max_length=2000)
    amount = models.DecimalField(_("approved budget"), max_digits=14, decimal_places=2, null=True, blank=True)
    expires_on = models.DateField(_("holds until before"))
    state = models.CharField(
        _("state"), max_length=9, choices=NominationState.choices, default=NominationState.OPEN
    )
    nominated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    nominated_on = models.DateField()
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    decision_reason = models.TextField(_("reason"), max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=Q(state="open"), name="ka_nomination_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("nominated_by")),
                name="ka_nomination_second_person",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="ka_nomination_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_kind_display()}"
