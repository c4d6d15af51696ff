"""The form of a draft: every setting in the unit in which people say it; the settings decide what works."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ka_crm.criteria.form_values import (
    CHOICES,
    PARTS,
    SWITCHES,
    WHOLE,
    as_typed,
    initial_of,
    refusal_in_words,
    unit_of,
    value_of,
)
from ka_crm.criteria.rules.readers import KA_TYPES
from ka_crm.criteria.rules.settings import REGION_SETTINGS
from ka_crm.criteria.wording import HELP, SETTINGS, setting_text


@dataclass(frozen=True)
class Line:
    """One setting on the page: its fields, what it was in the version in force, and what is wrong with it."""

    name: str
    label: str
    help: str
    fields: list[tuple[forms.BoundField, str]]
    was: str
    was_values: dict[str, list[str]]
    is_changed: bool
    errors: list[str]

    @property
    def was_id(self) -> str:
        """The id of the element in which the page keeps the values in force."""
        return f"was-{self.name}"


class DraftForm(forms.Form):
    """The settings of a draft, with the reason and the day on which the register follows them.

    A region's draft asks only for what a region decides; the rest keeps the values of ``kept``.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    effective_from = forms.DateField(
        label=gettext_lazy("The register follows from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: the day of publishing. Classes follow with the next computation."),
    )

    def __init__(self, *args: Any, kept: Mapping[str, Any], scope: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [name for name in SETTINGS if not scope or name in REGION_SETTINGS]
        self.kept = kept
        for name in self.names:
            for key, field in _fields_of(name):
                self.fields[key] = field

    def values(self) -> dict[str, Any]:
        """Return what was typed as the plain JSON of the settings; unchecked, for whoever decides."""
        return {**self.kept, **{name: value_of(name, self.cleaned_data) for name in self.names}}

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Put what the settings refused beside the first field of each, in the units of the form."""
        for name, text in errors.items():
            keys = [key for key, _field in _fields_of(name)] if name in self.names else [name]
            said = refusal_in_words(name, self.cleaned_data, text)
            self.add_error(keys[0] if keys[0] in self.fields else None, said)

    def errors_in_words(self) -> list[dict[str, str]]:
        """Return what cannot work: the key of the field, its label and the text."""
        return [
            {
                "key": str(key),
                "label": str(self.fields[key].label) if key in self.fields else "",
                "text": str(text),
            }
            for key, texts in self.errors.items()
            for text in texts
        ]

    def line(self, name: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Line:
        """Return one setting for the page; ``was`` are the settings in force, ``now`` those of the draft."""
        keys = _fields_of(name)
        before = initial_of(was)
        return Line(
            name=name,
            label=str(SETTINGS[name]),
            help=str(HELP[name]),
            fields=[(self[key], unit_of(name, key)) for key, _field in keys],
            was=setting_text(was[name], name),
            was_values={key: as_typed(before[key]) for key, _field in keys},
            is_changed=was[name] != now[name],
            errors=[str(error) for key, _field in keys for error in self[key].errors],
        )


def _fields_of(name: str) -> list[tuple[str, forms.Field]]:
    """The form fields of one setting, by key."""
    if name in PARTS:
        kind = forms.IntegerField if name == "visit_window" else forms.DecimalField
        return [(f"{name}_{part}", _number(kind, _part_label(name, part))) for part, _unit in PARTS[name]]
    label = SETTINGS[name]
    if name in CHOICES:
        words = [(choice, setting_text(choice, name)) for choice in CHOICES[name]]
        return [(name, forms.ChoiceField(label=label, choices=words, widget=forms.RadioSelect))]
    if name == "high_potential_classes":
        words = [("A", "A"), ("AB", _("A and B"))]
        return [(name, forms.ChoiceField(label=label, choices=words, widget=forms.RadioSelect))]
    if name in SWITCHES:
        return [(name, forms.BooleanField(label=label, required=False))]
    if name == "ka_types":
        words = [(kind, setting_text(kind, name)) for kind in KA_TYPES]
        several = forms.MultipleChoiceField(
            label=label, choices=words, required=False, widget=forms.CheckboxSelectMultiple
        )
        return [(name, several)]
    if name == "own_criteria":
        area = forms.Textarea(
            attrs={"rows": 3, "aria-label": str(label), "placeholder": _("Tries new products first; 2")}
        )
        return [(name, forms.CharField(label=label, required=False, widget=area, max_length=4000))]
    if name == "margin_floor":
        follows = forms.BooleanField(label=_("the company's own less 5 points"), required=False)
        number = _number(forms.DecimalField, str(label))
        number.required = False
        return [(name, number), ("margin_follows_company", follows)]
    field = _number(forms.IntegerField if name in WHOLE else forms.DecimalField, str(label))
    field.required = name != "list_cap"
    return [(name, field)]


def _number(kind: type[forms.IntegerField] | type[forms.DecimalField], label: str) -> forms.Field:
    step = "1" if kind is forms.IntegerField else "any"
    return kind(
        label=label,
        widget=forms.NumberInput(attrs={"class": "control narrow", "step": step, "aria-label": label}),
    )


def _part_label(name: str, part: str) -> str:
    return setting_text(part, name) if name == "score_weights" else f"{SETTINGS[name]} ({part})"
