"""The life of a flag: opened by the rule, inspected, measures taken, watched, closed with an outcome."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from ka_crm.records.models import StoredFile
from purchases.models import Category
from visits.models.visit import CheckPart


class WatchState(models.TextChoices):
    """What the rule with hysteresis says of a store: it does not flap with single days."""

    OK = "ok", _("At or above")
    WATCH = "watch", _("Watched")
    FLAGGED = "flagged", _("Flagged")


class FlagWatch(models.Model):
    """Where a store and category stand between two evaluations; counts of equal results in a row.

    ``evidence_key`` names the newest evidence that was judged: without newer one nothing is judged again.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="flag_watches")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=WatchState.choices, default=WatchState.OK)
    confirmed_in_a_row = models.PositiveSmallIntegerField(default=0)
    ok_in_a_row = models.PositiveSmallIntegerField(default=0)
    evidence_key = models.CharField(max_length=40, blank=True)
    judged_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "category"], name="flag_watch_once")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.category_id} {self.state}"


class FlagState(models.TextChoices):
    """Steps of a flag's life, in their order."""

    FLAGGED = "flagged", _("Flagged")
    INSPECTING = "inspecting", _("Inspecting")
    MEASURES = "measures", _("Measures")
    RECOVERING = "recovering", _("Recovering")
    CLOSED = "closed", _("Closed")


class FlagOutcome(models.TextChoices):
    RECOVERED = "recovered", _("Reached market share")
    IMPROVED = "improved", _("Better, still below")
    NO_EFFECT = "no_effect", _("Measures had no effect")
    NOT_WORTH = "not_worth", _("Not worth the effort")
    WRONG_DATA = "wrong_data", _("The numbers were wrong")


class Flag(models.Model):
    """A store surely below market share, from the day it was flagged until it is closed.

    Shares are fractions, ``gap_amount`` ten-thousandths a month, as they were on the day of opening.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="flags")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=FlagState.choices, default=FlagState.FLAGGED)
    opened_on = models.DateField(_("flagged on"))
    opening_share = models.FloatField(null=True)
    opening_low = models.FloatField(null=True)
    opening_high = models.FloatField(null=True)
    opening_market_share = models.FloatField(null=True)
    opening_gap_amount = models.BigIntegerField(default=0)
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("supervisor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="flags",
    )
    moved_on = models.DateField(_("in this state since"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=FlagOutcome.choices, blank=True)
    outcome_text = models.TextField(_("what we learned"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    is_generated = models.BooleanField(default=False)

    class Meta:
        ordering = ["-opened_on", "-id"]
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        indexes = [models.Index(fields=["state", "store"], name="flag_state_store")]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "category"],
                condition=~models.Q(state="closed"),
                name="flag_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_on__isnull=False) & ~models.Q(outcome="")
                | ~models.Q(state="closed") & models.Q(closed_on__isnull=True, outcome=""),
                name="flag_closing_needs_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.opened_on}"


class FlagNote(models.Model):
    """What somebody wrote down about a flag, between its steps."""

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("note"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("note")

    def __str__(self) -> str:
        return self.text[:80]


class Inspection(models.Model):
    """A supervisor's look into a flagged store: display, promotion, sales staff."""

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="inspections")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who inspects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inspections",
    )
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")

    def __str__(self) -> str:
        return f"{self.flag_id} {self.done_on or self.planned_on}"


class Finding(models.Model):
    """What an inspection found in one of its parts; no row means not looked at."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="findings")
    part = models.CharField(_("part"), max_length=9, choices=CheckPart.choices)
    is_ok = models.BooleanField(_("in order"))
    text = models.TextField(_("what was found"), blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["inspection", "part"], name="finding_once")]

    def __str__(self) -> str:
        return f"{self.part}: {self.is_ok}"


class FindingPhoto(models.Model):
    """A photo of what was found."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.finding_id}"


class MeasureKind(models.TextChoices):
    DISPLAY = "display", _("Display moved")
    PROMOTION = "promotion", _("Promotion run")
    STAFF = "staff", _("Staff trained")
    PRICE = "price", _("Price corrected")
    STOCK = "stock", _("Stock filled")
    OTHER = "other", _("Something else")


class Measure(models.Model):
    """What is done about a flag, by whom, until when, at what cost."""

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="measures")
    kind = models.CharField(_("kind"), max_length=9, choices=MeasureKind.choices)
    text = models.CharField(_("what exactly"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="measures"
    )
    due_on = models.DateField(_("until"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_note = models.TextField(_("what was done"), blank=True)
    cost = models.DecimalField(
        _("cost"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    reminded_on = models.DateField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        indexes = [models.Index(fields=["owner", "done_on", "due_on"], name="measure_owner_due")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cost__isnull=True) | models.Q(cost__gte=0), name="measure_cost"
            )
        ]

    def __str__(self) -> str:
        return self.text


class FlagEffect(models.Model):
    """Share before and after the measures of a flag, against comparable stores without one.

    Shares and effects are fractions. ``effect`` = (after − before) − (control after − control before);
    without a control (``control_stores`` 0) the plain change. ``visits_before`` and ``visits_after`` are the
    days (or, by ``basis``, the months of full counts) that the shares rest on; ``visits_since`` the routine
    visits since the measure.
    """

    flag = models.OneToOneField(Flag, on_delete=models.CASCADE, primary_key=True, related_name="effect")
    since_on = models.DateField()  # the first measure was done
    basis = models.CharField(max_length=10, blank=True)  # visits or totals
    visits_since = models.PositiveSmallIntegerField(default=0)
    visits_before = models.PositiveSmallIntegerField(default=0)
    visits_after = models.PositiveSmallIntegerField(default=0)
    before_share = models.FloatField(null=True)
    before_low = models.FloatField(null=True)
    before_high = models.FloatField(null=True)
    after_share = models.FloatField(null=True)
    after_low = models.FloatField(null=True)
    after_high = models.FloatField(null=True)
    control_stores = models.PositiveIntegerField(default=0)
    control_before_share = models.FloatField(null=True)
    control_after_share = models.FloatField(null=True)
    control_se = models.FloatField(null=True)  # standard error of the control's change
    effect = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    computed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.flag_id}: {self.effect}"
