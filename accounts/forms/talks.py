"""Forms of talks, promises, contracts, tenders and offers, and rhythms of contact."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.dossier import DossierForm
from accounts.models import Bid, Cadence, Commitment, Contact, ContactChannel, Contract, Interaction
from accounts.operations.talk_checks import people_of
from ka_crm.records.queries import business_today

#: The first line of a note is its subject; so much of it.
_SUBJECT = 200


class InteractionForm(DossierForm):
    """A talk, held or planned, with who took part."""

    informants = forms.ModelMultipleChoiceField(
        Contact.objects.none(),
        label=_("Gave us inside information"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    field_order = (
        "channel", "subject", "on", "at", "contacts", "text", "state", "purpose", "place", "owner",
        "informants",
    )  # fmt: skip

    class Meta:
        model = Interaction
        fields = (
            "channel", "purpose", "state", "on", "at", "place", "subject", "text", "owner", "contacts",
        )  # fmt: skip
        widgets = {
            "contacts": forms.CheckboxSelectMultiple,
            "at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["informants"].queryset = Contact.objects.filter(  # type: ignore[attr-defined]
            customer=self.customer, archived_at__isnull=True
        )
        self.fields["contacts"].required = False
        if self.instance.pk:
            present = people_of(self.instance)
            self.initial["informants"] = [one.pk for one in present.informants]
            self.fields.pop("client_uuid")
        else:
            self.fields["on"].initial = business_today()
            self.fields["owner"].initial = self.viewer.pk
            self.fields["client_uuid"].initial = uuid.uuid4

    def clean_client_uuid(self) -> uuid.UUID:
        return self.cleaned_data.get("client_uuid") or uuid.uuid4()


class ComposerForm(forms.Form):
    """One line about a contact that was just held: the first line is the subject, the rest what was said."""

    words = forms.CharField(label=_("What was it about"), max_length=10_000)
    channel = forms.ChoiceField(choices=ContactChannel.choices, required=False, initial=ContactChannel.NOTE)
    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("With"), required=False)
    on = forms.DateField(label=_("Day"), required=False)
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, customer: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Contact.objects.filter(customer=customer, archived_at__isnull=True)
        self.fields["contact"].queryset = people  # type: ignore[attr-defined]
        # Read once: a template counts choices before it shows them.
        self.fields["contact"].choices = [("", ""), *((one.pk, str(one)) for one in people)]  # type: ignore[attr-defined]
        self.fields["on"].initial = today
        self.today = today
        self.fields["client_uuid"].initial = uuid.uuid4

    def values(self) -> dict[str, Any]:
        """Return the talk that was typed: channel, day, subject, text."""
        typed = self.cleaned_data
        first, _line, rest = typed["words"].strip().partition("\n")
        first = first.strip()
        if len(first) > _SUBJECT:
            rest, first = typed["words"].strip(), first[: _SUBJECT - 1].rstrip() + "…"
        return {
            "channel": typed["channel"] or ContactChannel.NOTE,
            "on": typed["on"] or self.today,
            "subject": first,
            "text": rest.strip(),
        }


class PromiseForm(DossierForm):
    """A promise; moving its day needs a reason."""

    reason = forms.CharField(
        label=_("Why the day is moved, or why it ended so"),
        required=False,
        max_length=300,
        help_text=_("Needed when you move the day."),
    )

    class Meta:
        model = Commitment
        fields = (
            "promiser", "text", "contact", "promised_on", "due_on", "owner", "state", "settled_on", "note",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            return
        for name in ("state", "settled_on", "reason"):
            del self.fields[name]
        self.fields["promised_on"].initial = business_today()
        self.fields["owner"].initial = self.viewer.pk

    def _get_validation_exclusions(self) -> set[str]:
        """The operation says which day belongs to which state; the database's own check comes after it."""
        return super()._get_validation_exclusions() | {"settled_on"}  # type: ignore[misc, no-any-return]


class ContractForm(DossierForm):
    """A contract or agreed terms."""

    class Meta:
        model = Contract
        fields = (
            "title", "state", "start_on", "end_on", "notice_on", "payment_days", "credit_limit",
            "service_level_share", "terms",
        )  # fmt: skip


class BidForm(DossierForm):
    """A tender or offer, and why it was won or lost."""

    class Meta:
        model = Bid
        fields = (
            "kind", "title", "submitted_on", "decision_due_on", "amount", "result", "decided_on", "reason",
            "reason_text", "competitor",
        )  # fmt: skip

    def _get_validation_exclusions(self) -> set[str]:
        """The operation fills in the day of the decision; the database's own check comes after it."""
        return super()._get_validation_exclusions() | {"decided_on"}  # type: ignore[misc, no-any-return]


class CadenceForm(DossierForm):
    """How often somebody is to be contacted."""

    class Meta:
        model = Cadence
        fields = ("contact", "every_days", "channel", "owner", "topic")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].empty_label = str(_("Anybody there"))  # type: ignore[attr-defined]
        if not self.instance.pk:
            self.fields["owner"].initial = self.viewer.pk
