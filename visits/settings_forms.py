"""Forms of the settings of field work."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ka_crm.lib.editing import VersionedForm
from visits.models import CheckPoint, TaskReason
from visits.operations.field_settings import limits_of
from visits.queries.route_settings import REASONS

_DAY = ("minutes", "minutes_a_visit", "km_an_hour")


class RouteForm(forms.Form):
    """How days are planned; ``shown`` remembers what the form showed."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1000)
    sections = (
        (_("A day"), _DAY),
        (_("Old numbers"), ("stale_days",)),
        (_("How much a visit is worth"), tuple(f"worth_{reason}" for reason in REASONS)),
    )

    def __init__(self, *args: Any, values: dict[str, float], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels: dict[str, Any] = {
            "minutes": _("Minutes of a working day"),
            "minutes_a_visit": _("Minutes of a visit"),
            "km_an_hour": _("Kilometres an hour on the way"),
            "stale_days": _("Days after which a count is old"),
            **{f"worth_{reason}": TaskReason(reason).label for reason in REASONS},
        }
        for name, label in labels.items():
            low, high = limits_of(name)
            is_worth = name.startswith("worth_")
            self.fields[name] = forms.FloatField(
                label=label,
                min_value=low,
                max_value=high,
                initial=f"{values[name]:g}",
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": 0.1 if is_worth else 1}),
            )
        self.fields["km_an_hour"].help_text = _("As the crow flies, so less than on the speedometer.")
        self.fields[f"worth_{REASONS[0]}"].help_text = _(
            "Only how they stand to each other counts: 8 against 2 means that the minutes for one are spent "
            "four times as gladly."
        )
        self.fields["shown"].initial = json.dumps(values)
        self.names = tuple(labels)

    def clean_shown(self) -> dict[str, float]:
        """Return what the form had shown; nothing where that is not readable."""
        try:
            found = json.loads(self.cleaned_data["shown"] or "{}")
        except ValueError:
            return {}
        if not isinstance(found, dict):
            return {}
        return {name: value for name, value in found.items() if isinstance(value, int | float)}

    def chosen(self) -> dict[str, float]:
        """Return the values by name."""
        return {name: self.cleaned_data[name] for name in self.names}


class CheckPointForm(VersionedForm):
    """Something to look at on every visit."""

    class Meta:
        model = CheckPoint
        fields = ("name", "part", "order")
        help_texts = {
            "name": _("A short question with yes or no: in order or not. For another question add another."),
            "part": _("Points of display, promotion and sales staff are also shown in inspections."),
            "order": _("Small numbers come first."),
        }
