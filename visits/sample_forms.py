"""Forms of samples: what is drawn, and why a round is called off."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ka_crm.lib.form_fields import date_input
from ka_crm.people.models import User
from visits.models import SampleKind
from visits.queries.samples import kams_to_control, visitors
from visits.rules.sampling import MOST_PER_PERSON

USUAL_PER_PERSON = 4
USUAL_DAYS = 13


class DrawForm(forms.Form):
    """Of whom, how many, who goes, when."""

    kind = forms.ChoiceField(
        label=_("Kind of visit"),
        choices=SampleKind.choices,
        initial=SampleKind.CONTROL,
        help_text=_("Control: you count alone. Joint: you count together with the account manager."),
    )
    kams = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Whose stores"), widget=forms.CheckboxSelectMultiple
    )
    per_person = forms.IntegerField(
        label=_("Stores of each"), min_value=1, max_value=MOST_PER_PERSON, initial=USUAL_PER_PERSON
    )
    by_size = forms.BooleanField(label=_("Draw large stores more often"), required=False)
    visitor = forms.ModelChoiceField(User.objects.none(), label=_("Who goes?"), empty_label=None)
    first_on = forms.DateField(label=_("From"), widget=date_input())
    last_on = forms.DateField(label=_("Until"), widget=date_input())
    sections = (
        (_("What is drawn"), ("kams", "per_person", "by_size")),
        (_("The visits"), ("kind", "visitor", "first_on", "last_on")),
    )

    def __init__(self, *args: Any, viewer: User, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kams, people = kams_to_control(viewer), visitors(viewer)
        self.fields["kams"].queryset = kams  # type: ignore[attr-defined]
        self.fields["kams"].initial = kams
        self.fields["visitor"].queryset = people  # type: ignore[attr-defined]
        self.fields["visitor"].initial = viewer.pk
        self.fields["first_on"].initial = on + dt.timedelta(days=1)
        self.fields["last_on"].initial = on + dt.timedelta(days=1 + USUAL_DAYS)


class CancelForm(forms.Form):
    """Why the rest of a round is not visited."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why is the rest left out?"), max_length=200)
