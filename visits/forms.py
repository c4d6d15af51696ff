"""Forms of counts, market shares and estimates."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Store
from ka_crm.lib.editing import VersionedForm, offer
from ka_crm.lib.form_fields import CodeChoiceField, PercentField, ScaledField, date_input
from ka_crm.people.models import User
from ka_crm.records.queries import business_today
from visits.models import MarketShare, PotentialEstimate
from visits.models.observation import ObservationKind

_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


class CountForm(forms.Form):
    """Two numbers per category: all brands and ours, sold in a store on one day."""

    date = forms.DateField(label=_("Day"), widget=date_input())
    total_units = ScaledField(
        label=_("All brands"), min_value=0, widget=forms.NumberInput(attrs={**_NUMBER, "step": "any"})
    )
    own_units = ScaledField(
        label=_("Ours"), min_value=0, widget=forms.NumberInput(attrs={**_NUMBER, "step": "any"})
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=ObservationKind.choices, initial=ObservationKind.ROUTINE, required=False
    )
    is_certain = forms.BooleanField(required=False, widget=forms.HiddenInput)
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["date"].initial = business_today()
        self.fields["client_uuid"].initial = uuid.uuid4()

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or str(ObservationKind.ROUTINE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        total, own = cleaned.get("total_units"), cleaned.get("own_units")
        if total is not None and own is not None and own > total:
            self.add_error("own_units", _("Ours cannot be more than all."))
        return cleaned


class MarketShareForm(VersionedForm):
    """A market share: of which market, how large, in which period, who says so."""

    share = PercentField(label=_("Market share, %"))
    sections = (
        (_("Which market"), ("category", "region")),
        (_("How large"), ("share", "source")),
        (_("When"), ("from_on", "to_on")),
    )

    class Meta:
        model = MarketShare
        fields = ("category", "region", "share", "source", "from_on", "to_on")
        widgets = {"from_on": date_input(), "to_on": date_input()}
        help_texts = {
            "region": _("Empty: the whole country."),
            "source": _("Who says so: a market report, a panel …"),
            "to_on": _("Empty: until further notice."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("It ends before it begins."))
        return cleaned


class EstimateForm(VersionedForm):
    """What a customer or store buys of a category in a year, by one source."""

    customer = CodeChoiceField(Customer.objects.none(), required=False, label=_("Customer"))
    store = CodeChoiceField(Store.objects.none(), required=False, label=_("or store"))
    amount = ScaledField(label=_("Amount a year"), required=False, min_value=0)
    units = ScaledField(label=_("or units a year"), required=False, min_value=0)
    sections = (
        (_("Whose purchases"), ("customer", "store", "category", "year")),
        (_("How much"), ("amount", "units")),
        (_("How we know"), ("source", "stated_on")),
    )

    class Meta:
        model = PotentialEstimate
        fields = ("customer", "store", "category", "year", "amount", "units", "source", "stated_on")
        widgets = {"stated_on": date_input()}

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "customer", Customer.objects.visible_to(viewer))
        self.fields["customer"].help_text = _("Code of the customer.")
        offer(self, "store", Store.objects.visible_to(viewer))
        self.fields["store"].help_text = _("Code of the store, instead of a customer.")
        if not self.instance.pk:
            self.fields["year"].initial = business_today().year

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if not 1990 <= year <= 2100:
            raise forms.ValidationError(_("A year from 1990 to 2100."))
        return int(year)

    def clean_stated_on(self) -> Any:
        day = self.cleaned_data["stated_on"]
        if day and day > business_today():
            raise forms.ValidationError(_("A day in the future is not possible."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            if bool(cleaned.get("customer")) == bool(cleaned.get("store")):
                self.add_error("store", _("Name either a customer or a store."))
            if cleaned.get("amount") is None and cleaned.get("units") is None:
                self.add_error("amount", _("Say how much: an amount or units."))
        return cleaned
