"""Where an account stands today in one small row, so that headers and lists read it instead of counting.

``accounts`` fills what its own records say with every write and at night; higher rooms fill their part
through ``accounts.operations.set_standing``. What depends on the day is kept as a date.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.customer import Customer
from accounts.models.interaction import Interaction


class BuyingState(models.TextChoices):
    """Whether an account still buys in its own rhythm."""

    PROSPECT = "prospect", _("Never bought")
    ACTIVE = "active", _("Active")
    LATE = "late", _("Late")
    AT_RISK = "at_risk", _("At risk")
    LOST = "lost", _("Lost")


class RfmSegment(models.TextChoices):
    """How an account buys against all others: how recently, how often, for how much."""

    CHAMPION = "champion", _("Champion")
    REGULAR = "regular", _("Regular")
    NEW = "new", _("New")
    AT_RISK = "at_risk", _("Good, but quiet")
    LAPSED = "lapsed", _("Lapsed")


class AccountStanding(models.Model):
    """One row per customer. Amounts in ten-thousandths; ``None`` is unknown."""

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    # From the dossier itself.
    last_contact_on = models.DateField(_("last contact"), null=True)
    next_contact_due_on = models.DateField(_("next contact due"), null=True)
    next_talks = models.ForeignKey(Interaction, null=True, on_delete=models.SET_NULL, related_name="+")
    next_talks_on = models.DateField(_("next talks"), null=True)
    open_promises = models.PositiveIntegerField(default=0)
    oldest_promise_due_on = models.DateField(null=True)  # the oldest open one of ours
    people = models.PositiveIntegerField(default=0)
    people_met = models.PositiveIntegerField(default=0)
    decider_met = models.BooleanField(null=True)  # None: no decider is named
    score = models.PositiveSmallIntegerField(_("dossier score"), default=0)
    score_parts = models.JSONField(default=list)
    # From purchases.
    buying_state = models.CharField(
        _("buying"), max_length=8, choices=BuyingState.choices, default=BuyingState.PROSPECT
    )
    last_order_on = models.DateField(_("last order"), null=True)
    usual_gap_days = models.FloatField(null=True)
    is_shrinking = models.BooleanField(default=False)
    overdue_amount = models.BigIntegerField(_("overdue"), null=True)
    overdue_over_60_amount = models.BigIntegerField(null=True)
    overdue_documents = models.PositiveIntegerField(default=0)
    oldest_overdue_on = models.DateField(null=True)  # its due day
    delivery_lines = models.PositiveIntegerField(default=0)
    otif_share = models.FloatField(_("on time in full"), null=True)
    target_amount = models.BigIntegerField(_("target this year"), null=True)
    target_to_date_amount = models.BigIntegerField(null=True)
    # Scores against all accounts that bought, 1 the worst; None: it did not buy in three years.
    rfm_recency = models.PositiveSmallIntegerField(null=True)
    rfm_frequency = models.PositiveSmallIntegerField(null=True)
    rfm_money = models.PositiveSmallIntegerField(null=True)
    rfm_segment = models.CharField(_("RFM segment"), max_length=8, choices=RfmSegment.choices, blank=True)
    # From the register of key accounts: from this day, until before that day (None: not ended).
    ka_from_on = models.DateField(_("key account since"), null=True)
    ka_until_on = models.DateField(null=True)
    ka_types = models.CharField(max_length=60, blank=True)  # the reasons, comma between them
    refreshed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["last_contact_on"], name="standing_last_contact"),
            models.Index(fields=["buying_state"], name="standing_buying_state"),
            models.Index(
                fields=["ka_from_on"],
                name="standing_key_account",
                condition=models.Q(ka_from_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}"
