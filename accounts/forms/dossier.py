"""What the forms of all entries of a dossier share."""

from typing import Any

from django import forms

from accounts.models import Contact, Customer
from ka_crm.lib.editing import VersionedForm, offer
from ka_crm.lib.form_fields import date_input
from ka_crm.people.models import User


class DossierForm(VersionedForm):
    """A form of one entry: offers people of this customer and users who may log in; days get a calendar.

    ``opens_single_fields``: a link to one field (``?field=delivery``) shows that field alone; in other forms
    it stands ready to be typed in.
    """

    opens_single_fields = False

    def __init__(self, *args: Any, viewer: User, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.customer = viewer, customer
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelMultipleChoiceField | forms.ModelChoiceField):
                self._narrow(name, field)
            elif isinstance(field, forms.DateField):
                field.widget = date_input()
            elif isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3

    def _narrow(self, name: str, field: Any) -> None:
        model = field.queryset.model
        if model is User:
            offer(self, name, User.objects.filter(is_active=True).order_by("name"))
        elif model is Contact:
            own = Contact.objects.filter(customer=self.customer, archived_at__isnull=True)
            offer(self, name, own.exclude(pk=self.instance.pk) if isinstance(self.instance, Contact) else own)
        elif any(item.name == "archived_at" for item in model._meta.fields):
            offer(self, name, model._default_manager.filter(archived_at__isnull=True))

    def open_at(self, name: str) -> None:
        """Show one field alone, or ready to be typed in; a name that there is not changes nothing."""
        if name not in self.fields:
            return
        if self.opens_single_fields:
            for other in [key for key in self.fields if key not in (name, "version")]:
                del self.fields[other]
        self.fields[name].widget.attrs["autofocus"] = True
