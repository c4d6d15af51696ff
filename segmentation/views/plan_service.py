"""The service of a plan, adjusted: what is left empty stays as cell and quadrant propose it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import AccountPlan
from accounts.operations.plans import change_plan
from accounts.views.plans import plan_to_edit, plan_url
from ka_crm.lib.editing import form_in_place
from ka_crm.people.viewer import viewer_of
from segmentation.queries.strategy import proposal_of
from segmentation.views.strategy_words import LABELS, REVIEWS, strategy_lines

_AS_PROPOSED = gettext_lazy("as proposed")


class PlanServiceForm(forms.Form):
    """One field for each part of the service, and why it differs."""

    meetings = forms.FloatField(label=LABELS["meetings"], required=False)
    store_visits = forms.FloatField(label=LABELS["store_visits"], required=False)
    sponsor = forms.ChoiceField(
        label=LABELS["sponsor"],
        required=False,
        choices=[("", _AS_PROPOSED), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("not needed"))],
    )
    review = forms.ChoiceField(
        label=LABELS["review"], required=False, choices=[("", _AS_PROPOSED), *REVIEWS.items()]
    )
    credit_days = forms.IntegerField(label=LABELS["credit_days"], required=False)
    delivery_priority = forms.IntegerField(label=LABELS["delivery_priority"], required=False)
    service_reason = forms.CharField(
        label=gettext_lazy("Why other than proposed"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: AccountPlan, proposed: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = {**plan.service, "service_reason": plan.service_reason, "version": plan.version}
        if isinstance(stored.get("sponsor"), bool):
            stored["sponsor"] = "yes" if stored["sponsor"] else "no"
        for name, field in self.fields.items():
            field.initial = stored.get(name)
            if name in proposed:
                field.help_text = _("Proposed: %(value)s") % {"value": proposed[name]}

    def service(self) -> dict[str, Any]:
        """Return what differs from the proposal, as the plan keeps it."""
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if name in LABELS and value not in (None, "")
        }
        if "sponsor" in values:
            values["sponsor"] = values["sponsor"] == "yes"
        return values


@require_http_methods(["GET", "POST"])
def plan_service(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Adjust the service that a plan gives, with the reason."""
    plan = plan_to_edit(request, code, pk)
    proposal, _quadrant = proposal_of(plan.customer, viewer_of(request))
    proposed = {line.key: line.proposed for line in strategy_lines(proposal, {})}
    form = PlanServiceForm(request.POST or None, plan=plan, proposed=proposed)

    def save(values: dict[str, Any]) -> str:
        service = form.service()
        changes = {"service": service, "service_reason": values["service_reason"] if service else ""}
        change_plan(by=viewer_of(request), entry=plan, version=values["version"], changes=changes)
        return plan_url(plan)

    context = {
        "heading": _("Service in %(year)s") % {"year": plan.year},
        "intro": _("What is left empty stays as proposed, and follows the results."),
        "back_url": plan_url(plan),
        "back": plan.customer,
    }
    return form_in_place(
        request, form, save=save, said=_("Saved."), record_url=plan_url(plan), context=context
    )
