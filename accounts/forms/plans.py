"""Forms of the plan, the team, requests, value and service: they translate, the operations write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.dossier import DossierForm
from accounts.models import (
    AccountPlan,
    MirroredFunction,
    PlanAction,
    PlanGoal,
    PlanItem,
    RequestAnswer,
    ResourceRequest,
    ServiceCase,
    ServiceTier,
    TeamMember,
    ValueCase,
)
from accounts.queries.service import business_now
from ka_crm.lib.editing import offer
from ka_crm.lib.form_fields import PercentField
from ka_crm.records.queries import business_today


class PlanForm(DossierForm):
    """What the customer needs and how we go about it, for one year."""

    sections = (
        ("", ("year",)),
        (_("What they need"), ("needs", "pain_points")),
        (_("What we do"), ("strategy", "communication")),
    )

    class Meta:
        model = AccountPlan
        fields = ("year", "needs", "pain_points", "strategy", "communication")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["year"]
        else:
            self.fields["year"].initial = business_today().year


class PlanPartForm(DossierForm):
    """A part of a plan: the link that opens the form says which plan."""

    plan = forms.ModelChoiceField(AccountPlan.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["plan"]
        else:
            offer(self, "plan", AccountPlan.objects.kept().filter(customer=self.customer))


class GoalForm(PlanPartForm):
    sections = (
        ("", ("text", "due_on")),
        (_("Measured"), ("measure", "start_value", "present_value", "target_value")),
    )

    class Meta:
        model = PlanGoal
        fields = ("text", "due_on", "measure", "start_value", "present_value", "target_value")
        help_texts = {"measure": _("For example: share of the shelf in per cent, listed articles.")}


class ActionForm(PlanPartForm):
    sections = (
        ("", ("text", "owner", "due_on", "goal")),
        (_("Progress"), ("steps_done", "steps_all", "done_on")),
    )

    class Meta:
        model = PlanAction
        fields = ("text", "owner", "due_on", "goal", "steps_done", "steps_all", "done_on")
        labels = {"steps_done": _("Done so far"), "steps_all": _("Of how many")}
        help_texts = {"steps_done": _("Where it is done piece by piece: 7 of 20 stores.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = str(self.instance.plan_id or self.data.get("plan") or self.initial.get("plan"))
        plan = int(given) if given.isdecimal() and len(given) < 19 else 0
        offer(self, "goal", PlanGoal.objects.kept().filter(plan=plan, customer=self.customer))
        if not self.instance.pk:
            self.fields["owner"].initial = self.viewer.pk
            del self.fields["done_on"]


class ItemForm(PlanPartForm):
    class Meta:
        model = PlanItem
        fields = ("kind", "text", "detail")
        help_texts = {
            "text": _("News, training, technical help; own product, priority, discount."),
        }


class CloseForm(DossierForm):
    """How the year went."""

    evaluation = forms.CharField(label=_("How it went"), widget=forms.Textarea(attrs={"rows": 5}))
    evaluation_score = forms.TypedChoiceField(
        label=_("How well"),
        coerce=int,
        choices=[
            ("", "–"),
            (5, _("5 very well")),
            (4, _("4 well")),
            (3, _("3 as planned")),
            (2, _("2 below plan")),
            (1, _("1 badly")),
        ],
    )

    class Meta:
        model = AccountPlan
        fields = ("evaluation", "evaluation_score")


class MemberForm(DossierForm):
    class Meta:
        model = TeamMember
        fields = ("user", "function", "is_sponsor", "duty")
        help_texts = {
            "is_sponsor": _(
                "One executive who looks after the customer. A new one takes the old one's place."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["user"]


class RequestForm(DossierForm):
    class Meta:
        model = ResourceRequest
        fields = ("text", "function", "asked_of", "needed_by")


class AnswerForm(DossierForm):
    """Granted, partly or refused, with words."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[("", "–"), *(item for item in RequestAnswer.choices if item[0] != RequestAnswer.OPEN)],
    )

    class Meta:
        model = ResourceRequest
        fields = ("answer", "answer_text")


class MirrorForm(DossierForm):
    class Meta:
        model = MirroredFunction
        fields = ("function", "user", "their_function", "contact")


class ValueCaseForm(DossierForm):
    """What a year with us brings the customer; margins are typed in per cent."""

    their_margin_share = PercentField(
        label=_("Their margin on it, %"), required=False, decimal_places=2, max_digits=5
    )
    category_margin_share = PercentField(
        label=_("Their margin in the category, %"), required=False, decimal_places=2, max_digits=5
    )
    sections = (
        ("", ("year",)),
        (_("Their money"), ("their_turnover", "their_margin_share", "category_margin_share")),
        (_("What they save"), ("savings", "savings_text")),
        (_("Together"), ("problems", "joint_plan")),
    )

    class Meta:
        model = ValueCase
        fields = (
            "year", "their_turnover", "their_margin_share", "category_margin_share", "savings",
            "savings_text", "problems", "joint_plan",
        )  # fmt: skip
        help_texts = {
            "problems": _("The customer reads this. One on each line."),
            "joint_plan": _("The customer reads this. One on each line."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields["year"].initial = business_today().year


class ServiceCaseForm(DossierForm):
    """What the customer asked for; the promise follows from step and tier when it is saved first."""

    tier = forms.ChoiceField(
        label=_("Promised as for"),
        choices=ServiceTier.choices,
        help_text=_("Offered by the quadrant; fixed once it is saved."),
    )

    class Meta:
        model = ServiceCase
        fields = ("subject", "contact", "step", "began_at", "done_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("began_at", "done_at"):
            self.fields[name].widget = forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            )
        if self.instance.pk:
            del self.fields["tier"], self.fields["step"]
        else:
            self.fields["began_at"].initial = business_now()
            self.fields["tier"].initial = ServiceTier.STANDARD
            del self.fields["done_at"]
