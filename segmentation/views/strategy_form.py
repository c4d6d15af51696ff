"""The table of service strategies as one form: every number of every cell and quadrant, with its words."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ka_crm.lib.form_fields import date_input
from segmentation.rules.ninebox import DEFAULT_STRATEGIES
from segmentation.rules.quadrants import QUADRANTS
from segmentation.rules.strategy_set import (
    CELL_FIELDS,
    DEFAULT_SET,
    GENERAL,
    LIMITS,
    NO_NUMBER,
    NO_REVIEW,
    NO_YES_OR_NO,
    NOT_WHOLE,
    OUT_OF_RANGE,
    QUADRANT_FIELDS,
    WHOLE,
    StrategySet,
)
from segmentation.views import wording
from segmentation.views.service_tabs import figure
from segmentation.views.strategy_words import REVIEWS

COLUMNS = {
    "meetings": gettext_lazy("Meetings a month"),
    "sponsor": gettext_lazy("Sponsor"),
    "review": gettext_lazy("Review"),
    "credit_days": gettext_lazy("Credit days"),
    "delivery_priority": gettext_lazy("Delivery priority"),
    "extra_meetings": gettext_lazy("More meetings a month"),
    "least_meetings": gettext_lazy("Meetings a month at least"),
    "store_visits": gettext_lazy("Visits a month, each store"),
    "hours_a_month": gettext_lazy("Hours a month of an account manager for buyers"),
    "minutes_a_meeting": gettext_lazy("Minutes of one meeting, with the way"),
}


class StrategyForm(forms.Form):
    """One field for every flat key (``AX.meetings``); ``version`` is the number that was looked at."""

    effective_from = forms.DateField(label=gettext_lazy("Holds from"), widget=date_input())
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, shown: StrategySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, value in shown.as_values().items():
            self.fields[key] = _field(key, value)

    def values(self) -> dict[str, Any]:
        """Return what was typed, as ``publish_strategies`` wants it."""
        return {key: self.cleaned_data[key] for key in DEFAULT_SET.as_values() if key in self.cleaned_data}

    def cell_rows(self) -> list[dict[str, Any]]:
        """Return the rows of the cells, each with its bound fields."""
        return [{"name": cell, "cells": self._bound(cell, CELL_FIELDS)} for cell in DEFAULT_STRATEGIES]

    def quadrant_rows(self) -> list[dict[str, Any]]:
        """Return the rows of the quadrants, each with its bound fields."""
        return [{"name": name, "cells": self._bound(name, QUADRANT_FIELDS)} for name in QUADRANTS]

    def general(self) -> list[Any]:
        """Return the fields that hold for everybody."""
        return [self[key] for key in GENERAL]

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Put what the rules refuse beside the fields."""
        for key, reason in errors.items():
            self.add_error(key if key in self.fields else None, reason_text(key, reason))

    def _bound(self, name: str, columns: tuple[str, ...]) -> list[Any]:
        return [self[f"{name}.{column}"] for column in columns]


def key_label(key: str) -> str:
    """Return a flat key in words: "AX: meetings a month"."""
    name, _dot, column = key.rpartition(".")
    words = str(COLUMNS.get(column, column))
    if not name:
        return words
    return f"{wording.QUADRANTS.get(name, name)}: {words[:1].lower()}{words[1:]}"


def value_text(key: str, value: Any) -> str:
    """Return a value in words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key.endswith(".review"):
        return str(REVIEWS.get(str(value), value))
    return _("not decided") if value is None else figure(value)


def reason_text(key: str, reason: str) -> str:
    """Return why a value is refused, in words."""
    if reason == OUT_OF_RANGE:
        low, high = LIMITS[key.rpartition(".")[2]]
        return _("From %(low)s to %(high)s.") % {"low": figure(low), "high": figure(high)}
    return {
        NO_NUMBER: _("A number is needed."),
        NOT_WHOLE: _("A whole number is needed."),
        NO_REVIEW: _("Choose how often."),
        NO_YES_OR_NO: _("Yes or no."),
    }.get(reason, _("This is not known: %(key)s") % {"key": key})


def _field(key: str, value: Any) -> forms.Field:
    column = key.rpartition(".")[2]
    if column == "sponsor":
        return forms.BooleanField(label=key_label(key), initial=value, required=False)
    if column == "review":
        return forms.ChoiceField(
            label=key_label(key),
            initial=value,
            choices=list(REVIEWS.items()),
            widget=forms.Select(attrs={"class": "control"}),
        )
    is_whole = column in WHOLE
    kind: Any = forms.IntegerField if is_whole else forms.FloatField
    low, high = LIMITS[column]
    return kind(  # type: ignore[no-any-return]
        label=key_label(key),
        initial=int(value) if value is not None and float(value) == int(value) else value,
        min_value=int(low) if is_whole else low,
        max_value=int(high) if is_whole else high,
        required=column != "credit_days",
        widget=forms.NumberInput(attrs={"class": "control narrow", "step": "1" if is_whole else "any"}),
        error_messages={
            "required": reason_text(key, NO_NUMBER),
            "invalid": reason_text(key, NOT_WHOLE if is_whole else NO_NUMBER),
            "min_value": reason_text(key, OUT_OF_RANGE),
            "max_value": reason_text(key, OUT_OF_RANGE),
        },
    )
