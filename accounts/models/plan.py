"""The plan of a year with a customer: needs, goals, service, communication, actions, evaluation."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.dossier import DossierEntry


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    AGREED = "agreed", _("Agreed")
    CLOSED = "closed", _("Closed")


class AccountPlan(DossierEntry):
    """One customer's plan for one year. ``service`` holds the adjusted strategy: plain JSON by field."""

    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=6, choices=PlanState.choices, default=PlanState.DRAFT)
    needs = models.TextField(_("needs"), blank=True)
    pain_points = models.TextField(_("pain points"), blank=True)
    strategy = models.TextField(_("strategy"), blank=True)
    communication = models.TextField(_("communication"), blank=True)
    service = models.JSONField(_("service"), default=dict, blank=True)
    service_reason = models.CharField(_("why other than proposed"), max_length=300, blank=True)
    evaluation = models.TextField(_("evaluation"), blank=True)
    evaluation_score = models.PositiveSmallIntegerField(
        _("how well it went"), null=True, blank=True, help_text=_("1 badly, 5 very well")
    )
    copied_from = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-year", "-id"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "year"],
                condition=models.Q(archived_at__isnull=True),
                name="plan_once_a_year",
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=2000, year__lte=2100), name="plan_year_range"
            ),
            models.CheckConstraint(
                condition=models.Q(evaluation_score__isnull=True) | models.Q(evaluation_score__range=(1, 5)),
                name="plan_score_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}"


class PlanGoal(DossierEntry):
    """One goal of a plan, with what is measured."""

    plan = models.ForeignKey(AccountPlan, on_delete=models.CASCADE, related_name="goals", editable=False)
    text = models.CharField(_("goal"), max_length=300)
    measure = models.CharField(_("measured by"), max_length=120, blank=True)
    start_value = models.DecimalField(_("from"), max_digits=16, decimal_places=4, null=True, blank=True)
    target_value = models.DecimalField(_("to"), max_digits=16, decimal_places=4, null=True, blank=True)
    present_value = models.DecimalField(_("now"), max_digits=16, decimal_places=4, null=True, blank=True)
    due_on = models.DateField(_("by"), null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("goal")
        verbose_name_plural = _("goals")

    def __str__(self) -> str:
        return self.text


class PlanAction(DossierEntry):
    """One action of a plan: who does what by when."""

    plan = models.ForeignKey(AccountPlan, on_delete=models.CASCADE, related_name="actions", editable=False)
    goal = models.ForeignKey(
        PlanGoal,
        verbose_name=_("goal"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="actions",
    )
    text = models.CharField(_("action"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="plan_actions",
    )
    due_on = models.DateField(_("by"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    steps_all = models.PositiveSmallIntegerField(_("of how many"), null=True, blank=True)
    steps_done = models.PositiveSmallIntegerField(_("done"), null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        indexes = [models.Index(fields=["owner", "done_on", "due_on"], name="plan_action_owner_due")]

    def __str__(self) -> str:
        return self.text


class PlanItemKind(models.TextChoices):
    SERVICE = "service", _("Value-added service")
    ENTITLEMENT = "entitlement", _("Entitlement")


class PlanItem(DossierEntry):
    """What the customer gets beyond goods: news, training, help; own product, priority, discount."""

    plan = models.ForeignKey(AccountPlan, on_delete=models.CASCADE, related_name="items", editable=False)
    kind = models.CharField(
        _("kind"), max_length=11, choices=PlanItemKind.choices, default=PlanItemKind.SERVICE
    )
    text = models.CharField(_("what"), max_length=200)
    detail = models.CharField(_("detail"), max_length=300, blank=True)

    class Meta:
        ordering = ["kind", "id"]
        verbose_name = _("service or entitlement")
        verbose_name_plural = _("services and entitlements")

    def __str__(self) -> str:
        return self.text
