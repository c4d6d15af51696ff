"""Forms of the selection: open a round, say why, nominate, veto. They translate, the operations write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ka_crm.criteria.queries import scopes_in_use
from ka_crm.lib.form_fields import date_input
from ka_crm.records.queries import business_today
from segmentation.models import NominationKind, VetoKind

_LONG = 2000


class RoundForm(forms.Form):
    """From which day, for whom, and a note."""

    effective_on = forms.DateField(
        label=_("Counts from"), help_text=_("The register changes on this day."), widget=date_input()
    )
    scope = forms.ChoiceField(label=_("For"), required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=_LONG, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = business_today()
        self.fields["effective_on"].initial = today.replace(year=today.year + 1, month=1, day=1)
        regions = [(name, name) for name in scopes_in_use()]
        if regions:
            choices = [("", _("the company, without regions that have criteria of their own")), *regions]
            self.fields["scope"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["scope"]


class ReasonForm(forms.Form):
    """Why, and which version was read."""

    reason = forms.CharField(label=_("Reason"), max_length=_LONG, widget=forms.Textarea(attrs={"rows": 4}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: int = 0, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = version
        self.fields["reason"].help_text = help_text
        self.fields["reason"].widget.attrs["autofocus"] = True


class NominationForm(forms.Form):
    """As what, what shows it, and until when."""

    kind = forms.ChoiceField(label=_("As what"), choices=NominationKind.choices)
    evidence = forms.CharField(
        label=_("Evidence"), max_length=_LONG, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who follows them, what they teach us, which paper approves the budget."),
    )  # fmt: skip
    amount = forms.DecimalField(
        label=_("Approved budget"), required=False, min_value=0, max_digits=14, decimal_places=2,
        help_text=_("Only for a prospect: how much was approved for the year."),
    )  # fmt: skip
    expires_on = forms.DateField(
        label=_("Holds until before"), widget=date_input(),
        help_text=_("At most two years ahead; then somebody looks at it anew."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = business_today()
        self.fields["expires_on"].initial = today.replace(year=today.year + 1, day=1)


class VetoForm(forms.Form):
    """Insolvency or fraud, and what shows it."""

    kind = forms.ChoiceField(label=_("Why"), choices=VetoKind.choices)
    evidence = forms.CharField(
        label=_("Evidence"), max_length=_LONG, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is kept for good. The account leaves the list at once."),
    )  # fmt: skip
