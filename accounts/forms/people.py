"""Forms of people and decision chains."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.dossier import DossierForm
from accounts.models import Contact, DecisionChain, DecisionRole
from accounts.operations.people import FIRST_CHAIN
from accounts.queries.people import chains_of, roles_of
from ka_crm.lib.form_fields import date_input

#: Names of the fields of roles: one for each chain, or for the first chain that is still to be made.
_ROLES, _FIRST = "roles_", "roles_first"


class ContactForm(DossierForm):
    """A person: who, how to reach, how they stand, who they report to, and their roles in each chain.

    A new one may be preset by ``?role=decider`` and ``?chain=3`` (else the first chain).
    """

    influence = forms.TypedChoiceField(
        label=_("Influence"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Unknown")), *((number, str(number)) for number in range(1, 6))],
        widget=forms.RadioSelect(attrs={"class": "dots-choice"}),
        help_text=_("On what they buy from us: 1 little, 5 decisive."),
    )
    attitude = forms.TypedChoiceField(
        label=_("Attitude towards us"), required=False, coerce=int, empty_value=None
    )

    class Meta:
        model = Contact
        fields = (
            "name", "title", "department", "phone", "email", "preferred_channel", "language", "consent",
            "consent_on", "influence", "attitude", "covered_by", "reports_to", "introduced_by", "notes",
        )  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {"consent_on": date_input()}
        help_texts: ClassVar[dict[str, Any]] = {
            "name": _(
                "Write down only what concerns the work: nothing private, nothing about health or family."
            ),
            "notes": _("Seen by everybody who may see this account, and by the person if they ask for it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attitude = Contact._meta.get_field("attitude")
        self.fields["attitude"].choices = [("", _("Unknown")), *reversed(attitude.choices or [])]  # type: ignore[attr-defined]
        self.fields["covered_by"].label = _("Who of us talks to them")
        chains = self._add_roles()
        self.sections = [
            (_("Who"), ["name", "title", "department", "reports_to"]),
            *chains,
            (_("How they stand"), ["influence", "attitude", "covered_by", "introduced_by"]),
            (
                _("How to reach them"),
                ["phone", "email", "preferred_channel", "language", "consent", "consent_on"],
            ),
            (_("Notes"), ["notes"]),
        ]

    def _add_roles(self) -> list[tuple[Any, list[str]]]:
        """One field of check boxes for each chain; for the first one where there is none yet."""
        chains = chains_of(self.customer)
        own = roles_of(self.instance) if self.instance.pk else {}
        preset = str(self.initial.pop("role", ""))
        chosen = str(self.initial.pop("chain", ""))
        named = {f"{_ROLES}{chain.pk}": chain.name for chain in chains} or {_FIRST: str(FIRST_CHAIN)}
        initial = {f"{_ROLES}{pk}": sorted(names) for pk, names in own.items()}
        if preset:
            initial[f"{_ROLES}{chosen}" if f"{_ROLES}{chosen}" in named else next(iter(named))] = [preset]
        for name, label in named.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=_("Role in the decision: %(chain)s") % {"chain": label},
                required=False,
                choices=DecisionRole.choices,
                initial=initial.get(name, []),
                widget=forms.CheckboxSelectMultiple(attrs={"class": "check-columns"}),
            )
        self.fields[next(iter(named))].help_text = _("A coach helps us from the inside.")
        return [(_("Role"), list(named))]


def split_roles(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[int | None, list[str]]]:
    """Return the facts of a person, and the roles by chain (None: the first one)."""
    facts = {name: value for name, value in values.items() if not name.startswith(_ROLES)}
    roles = {
        None if name == _FIRST else int(name.removeprefix(_ROLES)): list(value)
        for name, value in values.items()
        if name.startswith(_ROLES)
    }
    return facts, roles


class ChainForm(DossierForm):
    """One kind of purchase that somebody decides."""

    class Meta:
        model = DecisionChain
        fields = ("name", "note")
        help_texts: ClassVar[dict[str, Any]] = {
            "name": _("For example: terms and listing, promotions, equipment."),
            "note": _("Who is asked when, how long it takes, what decides it."),
        }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = DecisionChain.objects.kept().filter(customer=self.customer, name__iexact=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a decision chain of this name."))
        return name
