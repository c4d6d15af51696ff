"""The yearly selection of key accounts: a round, and what it proposes for every account."""

from typing import Any, Self

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from accounts.visibility import customer_scope
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.people.models import User
from segmentation.models.run import SegmentationRun


class RoundState(models.TextChoices):
    COLLECT = "collect", _("Collecting")
    REVIEW = "review", _("Under review")
    APPROVED = "approved", _("Approved")
    CANCELLED = "cancelled", _("Cancelled")


#: States in which a round still goes on; one of a scope at a time.
ROUND_OPEN = (RoundState.COLLECT, RoundState.REVIEW)


class SelectionRound(models.Model):
    """One selection. ``scope`` empty means the whole company, else a region with criteria of its own."""

    scope = models.CharField(_("scope"), max_length=60, default="", blank=True)
    state = models.CharField(_("state"), max_length=9, choices=RoundState.choices, default=RoundState.COLLECT)
    effective_on = models.DateField(_("effective from"))
    note = models.TextField(_("note"), max_length=2000, blank=True)
    run = models.ForeignKey(
        SegmentationRun, null=True, blank=True, on_delete=models.PROTECT, related_name="rounds"
    )
    criteria = models.ForeignKey(
        CriteriaVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settings = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    proposed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True, blank=True)
    close_reason = models.TextField(_("reason"), max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-effective_on", "-id"]
        verbose_name = _("selection round")
        verbose_name_plural = _("selection rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["scope"], condition=Q(state__in=["collect", "review"]), name="ka_round_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["collect", "review"], closed_on__isnull=True)
                | Q(state__in=["approved", "cancelled"], closed_on__isnull=False),
                name="ka_round_closed_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="review") | Q(criteria__isnull=False, run__isnull=False),
                name="ka_round_proposed_from",
            ),
        ]

    def __str__(self) -> str:
        year = str(_("Selection %(year)s") % {"year": self.effective_on.year})
        return f"{year} · {self.scope}" if self.scope else year

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.state in ROUND_OPEN


class Move(models.TextChoices):
    ENTER = "enter", _("Enters")
    STAY = "stay", _("Stays")
    LEAVE = "leave", _("Leaves")
    OUT = "out", _("Not selected")


class Verdict(models.TextChoices):
    OPEN = "open", _("To decide")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")


class ProposalQuerySet(QuerySet[Any]):
    """Proposals, narrowed to what somebody may see."""

    def visible_to(self, viewer: User) -> Self:
        return self.filter(customer_scope(viewer, "customer__"))


class Proposal(models.Model):
    """What a round says about one account, and what was decided. Amounts in ten-thousandths.

    ``explanation`` holds everything behind it as plain JSON (``segmentation.rules.ka_distance``). A
    rejected proposal is turned round: who should enter does not, who should leave stays.
    """

    round = models.ForeignKey(SelectionRound, on_delete=models.CASCADE, related_name="proposals")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="proposals")
    move = models.CharField(_("move"), max_length=5, choices=Move.choices)
    score = models.FloatField(_("score"), null=True)
    rank = models.PositiveIntegerField(default=0)
    types = models.JSONField(_("reasons"), default=list)
    failed = models.JSONField(default=list)
    decision = models.CharField(max_length=9)
    left_out = models.CharField(max_length=11, blank=True)
    is_provisional = models.BooleanField(default=False)
    is_rising = models.BooleanField(default=False)
    quadrant = models.CharField(max_length=8, blank=True)
    potential = models.BigIntegerField(null=True)
    own_sales = models.BigIntegerField(null=True)
    explanation = models.JSONField(default=dict)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices, default=Verdict.OPEN)
    verdict_reason = models.TextField(_("reason"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.UniqueConstraint(fields=["round", "customer"], name="ka_proposal_once"),
            models.CheckConstraint(
                condition=Q(verdict="open", decided_by__isnull=True)
                | ~Q(verdict="open") & Q(decided_by__isnull=False),
                name="ka_proposal_decided_by",
            ),
        ]
        indexes = [
            models.Index(fields=["round", "move", "rank"], name="ka_proposal_move"),
            models.Index(fields=["round"], name="ka_proposal_rising", condition=Q(is_rising=True)),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_move_display()}"

    @property
    def is_listed(self) -> bool:
        """Whether the account is on the list when the round is approved as it stands."""
        proposed = self.move in (Move.ENTER, Move.STAY)
        return proposed != (self.verdict == Verdict.REJECTED)
