"""Forms of customers and stores: they translate and check, the operations write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.questions import questions_about
from accounts.models import Customer, Store
from accounts.permissions import may_organise
from accounts.queries import people_who_may_own, territories_seen_by
from ka_crm.lib.editing import FormQuestion, VersionedForm, offer
from ka_crm.lib.form_fields import CodeChoiceField, date_input
from ka_crm.people.models import User
from ka_crm.records.queries import business_today

_CODE_HELP = _("As in your other systems; it cannot be changed later.")


def checked_code(code: str) -> str:
    """Return a code that can stand in an address. Raises ``ValidationError``."""
    code = code.strip()
    if "/" in code or not code.isprintable():
        raise forms.ValidationError(_("A code contains no slash and no control characters."))
    if code in (".", ".."):
        raise forms.ValidationError(_("Please choose another code."))
    return code


class CustomerForm(VersionedForm):
    """All facts of a customer; what the role may not change is not shown."""

    parent = CodeChoiceField(
        Customer.objects.none(),
        required=False,
        label=_("Belongs to"),
        help_text=_("Code of the group or chain."),
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    sections = (
        (_("Who"), ("code", "name", "parent")),
        (_("What it is"), ("channel", "format", "region", "headcount", "website")),
        (_("Who looks after it"), ("kam", "territory")),
    )

    class Meta:
        model = Customer
        fields = "code name parent channel format region headcount website kam territory".split()
        help_texts = {"code": _CODE_HELP, "region": _("Part of the market with a market share of its own.")}
        error_messages = {"code": {"unique": _("This code is taken.")}}

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        offer(self, "parent", Customer.objects.visible_to(viewer).exclude(pk=self.instance.pk))
        offer(self, "kam", people_who_may_own())
        offer(self, "territory", territories_seen_by(viewer))
        if self.instance.pk:
            del self.fields["code"]
        if not may_organise(viewer):
            del self.fields["kam"], self.fields["territory"]

    def clean_code(self) -> str:
        return checked_code(self.cleaned_data["code"])

    def questions(self) -> list[FormQuestion]:
        """Ask about customers that a new one may be the same as."""
        return [] if self.instance.pk else questions_about(self.viewer, self.instance)


class HandOverForm(forms.Form):
    """Who answers for a customer from which day on."""

    kam = forms.ModelChoiceField(User.objects.none(), label=_("Key account manager"))
    from_on = forms.DateField(label=_("From"), widget=date_input())
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kam", people_who_may_own().exclude(pk=customer.kam_id or 0))
        self.fields["from_on"].initial = business_today()
        self.fields["version"].initial = customer.version


class StoreForm(VersionedForm):
    """All facts of a store."""

    customer = CodeChoiceField(
        Customer.objects.none(), label=_("Customer"), help_text=_("Code of the customer.")
    )
    sections = (
        (_("Which store"), ("code", "name", "customer")),
        (_("Where"), ("address", "city", "latitude", "longitude", "territory")),
        (_("What it is"), ("format", "region", "delivery_mode")),
    )

    class Meta:
        model = Store
        fields = (
            "code name customer address city latitude longitude territory format region delivery_mode".split()
        )
        help_texts = {
            "code": _CODE_HELP,
            "territory": _("Empty: that of its customer."),
            "region": _("Empty: that of its customer."),
        }
        error_messages = {"code": {"unique": _("This code is taken.")}}

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "customer", Customer.objects.visible_to(viewer))
        offer(self, "territory", territories_seen_by(viewer))
        if self.instance.pk:
            del self.fields["code"]
        if not may_organise(viewer):
            del self.fields["territory"]

    def clean_code(self) -> str:
        return checked_code(self.cleaned_data["code"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, limit in (("latitude", 90), ("longitude", 180)):
            value = cleaned.get(name)
            if value is not None and not -limit <= value <= limit:
                self.add_error(name, _("Between -%(limit)s and %(limit)s.") % {"limit": limit})
        return cleaned


class TermForm(forms.Form):
    """One word of a list."""

    name = forms.CharField(label=_("Name"), max_length=120)


class ReasonForm(forms.Form):
    """Why something is put away."""

    reason = forms.CharField(
        label=_("Why"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
