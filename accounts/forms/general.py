"""Forms of the general part and of documents."""

from typing import Any, ClassVar

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from accounts.forms.dossier import DossierForm
from accounts.models import Customer, Document, Profile

_MONTHS = [("", _("not known")), *MONTHS.items()]


def month_field(**kwargs: Any) -> forms.TypedChoiceField:
    """Return a field of a month by its name, kept as its number."""
    return forms.TypedChoiceField(choices=_MONTHS, coerce=int, empty_value=None, required=False, **kwargs)


class ProfileForm(DossierForm):
    """The whole general part on one form."""

    fiscal_year_month = month_field(label=_("First month of the budget year"))
    sections: ClassVar[Any] = (
        (_("What it is"), ("description", "history", "ownership", "organisation")),
        (_("Its market"), ("environment", "market_notes")),
        (_("How it buys"), ("who_decides", "buying_habits", "delivery", "fiscal_year_month")),
        (_("How it deals"), ("bargaining_power", "concerns")),
    )

    class Meta:
        model = Profile
        fields = [
            "description", "history", "ownership", "organisation", "environment", "market_notes",
            "who_decides", "delivery", "buying_habits", "concerns", "bargaining_power", "fiscal_year_month",
        ]  # fmt: skip


class DocumentForm(DossierForm):
    """A paper: its file when it is new, its facts always."""

    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_(
            "PDF, Office without macros, pictures or plain text; up to 20 MB, pictures up to 40 megapixels."
        ),
    )
    title = forms.CharField(
        label=_("Title"), required=False, max_length=200, help_text=_("Empty: as the file is called.")
    )
    field_order = ["upload", "title", "kind", "dated_on", "note"]

    class Meta:
        model = Document
        fields = ["title", "kind", "dated_on", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["upload"]
            self.fields["title"].required = True
            self.fields["title"].help_text = ""


def general_field(name: str, record: Profile | Customer | None, data: Any = None) -> forms.Form:
    """Return the form of a single field of the general part, as ``record`` has it now."""
    field = _single(name)
    field.required = False
    if isinstance(field.widget, forms.Textarea):
        field.widget.attrs["rows"] = 5
    field.widget.attrs["autofocus"] = True
    form = forms.Form(data, initial={name: getattr(record, name, None)}, auto_id="general-%s")
    form.fields[name] = field
    return form


def _single(name: str) -> forms.Field:
    model = Customer if name in ("headcount", "website") else Profile
    if name == "fiscal_year_month":
        return month_field(label=_("First month of the budget year"))
    if name == "website":
        return forms.URLField(label=_("Website"), assume_scheme="https", max_length=200)
    described: Any = model._meta.get_field(name)
    field: forms.Field = described.formfield()
    return field
