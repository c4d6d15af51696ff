"""The table of service standards as one form: hours and words of every tier and step."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ServiceStandard, ServiceStep, ServiceTier
from accounts.operations.service import StandardChange

_LONGEST_HOURS = 24 * 365


class StandardsForm(forms.Form):
    """Fields ``hours-<tier>-<step>``, ``note-…`` and ``version-…``; cells left empty promise nothing yet."""

    def __init__(self, *args: Any, stored: dict[tuple[str, str], ServiceStandard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = stored
        for tier in ServiceTier:
            for step in ServiceStep:
                self._add(tier, step, stored.get((tier.value, step.value)))

    def _add(self, tier: ServiceTier, step: ServiceStep, standard: ServiceStandard | None) -> None:
        key = f"{tier.value}-{step.value}"
        label = f"{step.label}, {tier.label}"
        self.fields[f"hours-{key}"] = forms.IntegerField(
            label=_("%(cell)s: hours") % {"cell": label},
            min_value=1,
            max_value=_LONGEST_HOURS,
            required=standard is not None,
            initial=standard and standard.promised_hours,
            widget=forms.NumberInput(attrs={"class": "control narrow", "inputmode": "numeric"}),
        )
        self.fields[f"note-{key}"] = forms.CharField(
            label=_("%(cell)s: what is promised") % {"cell": label},
            max_length=200,
            required=False,
            initial=standard.note if standard else "",
            widget=forms.TextInput(attrs={"class": "control", "placeholder": _("what is promised")}),
        )
        self.fields[f"version-{key}"] = forms.IntegerField(
            required=False, initial=standard and standard.version, widget=forms.HiddenInput
        )

    def table(self) -> list[dict[str, Any]]:
        """Return the rows of the table: a step with its cells, tier by tier."""
        return [
            {
                "label": step.label,
                "cells": [
                    {
                        "tier": tier.label,
                        "hours": self[f"hours-{tier.value}-{step.value}"],
                        "note": self[f"note-{tier.value}-{step.value}"],
                        "version": self[f"version-{tier.value}-{step.value}"],
                    }
                    for tier in ServiceTier
                ],
            }
            for step in ServiceStep
        ]

    def changes(self) -> list[StandardChange]:
        """Return the cells that somebody changed, as the operation wants them."""
        changed = {name.split("-", 1)[1] for name in self.changed_data if not name.startswith("version-")}
        values = self.cleaned_data
        return [
            StandardChange(
                tier=key.split("-", 1)[0],
                step=key.split("-", 1)[1],
                version=values[f"version-{key}"],
                promised_hours=values[f"hours-{key}"],
                note=values[f"note-{key}"],
            )
            for key in sorted(changed)
            if values[f"hours-{key}"] is not None
        ]
