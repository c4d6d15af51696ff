"""Forms of planned visits: who goes where on which day, why one is left out, to which day it moves."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from ka_crm.lib.editing import offer
from ka_crm.lib.form_fields import CodeChoiceField, date_input
from ka_crm.people.models import User
from visits.models import VisitKind
from visits.queries.visits import people_visiting, stores_visited_by


class PlanForm(forms.Form):
    """Who visits a store on which day."""

    store = CodeChoiceField(Store.objects.none(), label=_("Store"), help_text=_("Code of the store."))
    user = forms.ModelChoiceField(User.objects.none(), label=_("Who goes?"))
    on = forms.DateField(label=_("Day"), widget=date_input())
    kind = forms.ChoiceField(label=_("Kind"), choices=VisitKind.choices, initial=VisitKind.ROUTINE)
    note = forms.CharField(label=_("What to look at"), max_length=300, required=False)

    def __init__(self, *args: Any, viewer: User, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "store", stores_visited_by(viewer))
        offer(self, "user", people_visiting(viewer))
        self.fields["user"].initial = viewer.pk
        self.fields["on"].initial = on


class SkipForm(forms.Form):
    """Why a planned visit is left out."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why is it left out?"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "skip-reasons", "autocomplete": "off"}),
        help_text=_("Closed, no time, the buyer is away …"),
    )


class MoveForm(forms.Form):
    """To which day a planned visit moves."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = forms.DateField(label=_("Which day instead?"), widget=date_input())
