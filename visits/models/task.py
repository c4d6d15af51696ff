"""Which store somebody is to visit on which day, why, and how often a store is due."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from visits.models.sample import SampleRound
from visits.models.visit import Visit, VisitKind


class TaskState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Skipped")


class TaskReason(models.TextChoices):
    """Why a store is on the list."""

    CADENCE = "cadence", _("Due by its rhythm")
    FLAG = "flag", _("Below market share")
    STALE = "stale", _("Not counted for long")
    NEVER = "never", _("Never counted")
    PROMOTION = "promotion", _("Promotion to check")
    RECHECK = "recheck", _("Check again after a measure")
    SAMPLE = "sample", _("Control sample")
    ASKED = "asked", _("Asked for")


class VisitTask(models.Model):
    """One planned visit. Done when its visit arrives; skipped with a reason."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="visit_tasks")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="visit_tasks"
    )
    on = models.DateField(_("day"))
    position = models.PositiveSmallIntegerField(_("place on the route"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=VisitKind.choices, default=VisitKind.ROUTINE)
    reason = models.CharField(_("why"), max_length=9, choices=TaskReason.choices, default=TaskReason.ASKED)
    note = models.CharField(_("note"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=TaskState.choices, default=TaskState.PLANNED)
    skip_reason = models.CharField(_("why skipped"), max_length=200, blank=True)
    visit = models.ForeignKey(Visit, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks")
    sample_round = models.ForeignKey(
        SampleRound, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    #: The flag whose measures are checked again; one such visit is planned at a time.
    flag = models.ForeignKey(
        "visits.Flag", null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks", editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    is_generated = models.BooleanField(default=False)

    class Meta:
        ordering = ["on", "position", "id"]
        verbose_name = _("planned visit")
        verbose_name_plural = _("planned visits")
        indexes = [
            models.Index(fields=["user", "on", "position"], name="visit_task_user_on"),
            models.Index(fields=["store", "state", "on"], name="visit_task_store_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "user", "on"],
                condition=models.Q(state="planned"),
                name="visit_task_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["flag"],
                condition=models.Q(state="planned", flag__isnull=False),
                name="visit_task_one_recheck",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="skipped") | ~models.Q(skip_reason=""),
                name="visit_task_skip_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.on}"


class VisitCadence(models.Model):
    """How many visits a month a store gets; decided by nine-box cell and quadrant, filled from above."""

    store = models.OneToOneField(
        Store, on_delete=models.CASCADE, primary_key=True, related_name="visit_cadence"
    )
    visits_a_month = models.FloatField(_("visits a month"))
    reason = models.CharField(_("why"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("rhythm of visits")

    def __str__(self) -> str:
        return f"{self.store_id}: {self.visits_a_month}"
