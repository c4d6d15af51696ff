"""The form of the schedule."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ScheduleForm(forms.Form):
    """When the work of the night starts."""

    time = forms.TimeField(
        label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    is_on = forms.BooleanField(label=_("Every night"), required=False)
