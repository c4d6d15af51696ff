"""Forms of competitors at a customer, and of the list of competitors."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.dossier import DossierForm
from accounts.models import Competitor, Rival, RivalMove
from ka_crm.lib.form_fields import SuggestingInput
from ka_crm.records.queries import business_today


class NamesCompetitor(DossierForm):
    """A form that names a competitor: one of the list, or a new one by typing its name."""

    competitor_name = forms.CharField(
        label=_("Competitor"),
        max_length=120,
        help_text=_("Choose one, or type a new name."),
        widget=SuggestingInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["competitor_name"]
        names = Competitor.objects.filter(archived_at__isnull=True).values_list("name", flat=True)
        field.widget.suggestions = list(names)  # type: ignore[attr-defined]
        if self.instance.pk:
            field.initial = self.instance.competitor.name


class RivalForm(NamesCompetitor):
    """How far a competitor is, and our pace."""

    sections: ClassVar[Any] = (
        ("", ("competitor_name", "stage", "holds", "contract_ends_on")),
        (_("Our pace"), ("pace", "pace_reason")),
    )

    class Meta:
        model = Rival
        fields = ["stage", "holds", "contract_ends_on", "pace", "pace_reason"]

    def _get_validation_exclusions(self) -> set[str]:
        """A pace without a reason is refused by the operation, beside its field."""
        return {*super()._get_validation_exclusions(), "pace"}  # type: ignore[misc]


class RivalMoveForm(NamesCompetitor):
    """One thing that a competitor did."""

    sections: ClassVar[Any] = (
        ("", ("competitor_name", "on")),
        (_("What happened"), ("contact", "met_text", "said", "papers")),
        (_("Who knows"), ("heard_from", "owner")),
    )

    class Meta:
        model = RivalMove
        fields = ["on", "contact", "met_text", "said", "papers", "heard_from", "owner"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields["on"].initial = business_today()
            self.fields["owner"].initial = self.viewer.pk


class CompetitorForm(forms.Form):
    """One competitor of the list."""

    name = forms.CharField(label=_("Name"), max_length=120)
