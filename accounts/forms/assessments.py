"""The form of an assessment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.dossier import DossierForm
from accounts.models import Assessment
from accounts.queries.assessments import aspects_asked
from ka_crm.records.queries import business_today


class AssessmentForm(DossierForm):
    """One aspect, what was found, what shows it, and when."""

    aspect = forms.ChoiceField(label=_("What was assessed"))

    class Meta:
        model = Assessment
        fields = ("aspect", "finding", "evidence", "assessed_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = aspects_asked()
        if self.instance.pk and self.instance.aspect not in dict(choices):
            choices.append((self.instance.aspect, self.instance.aspect_label))
        self.fields["aspect"].choices = choices  # type: ignore[attr-defined]
        self.fields["evidence"].help_text = _("Who said or showed it, which paper says so.")
        self.fields["assessed_on"].help_text = _("It counts for twelve months.")
        if not self.instance.pk:
            self.fields["assessed_on"].initial = business_today()
