"""What every write of a talk checks, and who took part in it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from accounts.models import Contact, ContactChannel, Interaction, InteractionContact, InteractionState
from accounts.rules.talks import day_problem
from ka_crm.records.operations import plain_value

#: Names by which forms and the API state who took part.
PEOPLE = ("contacts", "informants")
EARLIEST = dt.date(1990, 1, 1)


@dataclass(frozen=True)
class People:
    """Who took part, and who of them gave us inside information."""

    contacts: tuple[Contact, ...] = ()
    informants: tuple[Contact, ...] = ()

    @classmethod
    def of(cls, contacts: Iterable[Contact], informants: Iterable[Contact]) -> "People":
        """Return both lists; who gave information took part."""
        told = {one.pk: one for one in informants}
        all_of_them = {one.pk: one for one in contacts} | told
        return cls(tuple(all_of_them.values()), tuple(told.values()))

    def changed(self, wanted: Mapping[str, list[Contact]]) -> "People":
        """Return who took part after a change; somebody no longer there no longer gave information."""
        contacts = wanted.get("contacts", list(self.contacts))
        informants = wanted.get("informants")
        if informants is None:
            here = {one.pk for one in contacts}
            informants = [one for one in self.informants if one.pk in here]
        return People.of(contacts, informants)

    def flags(self) -> dict[int, bool]:
        """Return for everybody who took part whether they gave information."""
        told = {one.pk for one in self.informants}
        return {one.pk: one.pk in told for one in self.contacts}

    def as_values(self) -> dict[str, list[int]]:
        """Return the ids, for the audit row."""
        return {name: sorted(one.pk for one in getattr(self, name)) for name in PEOPLE}

    def named(self, name: str) -> str:
        """Return one of the lists as people read it."""
        return ", ".join(sorted(str(one) for one in getattr(self, name)))


def people_of(interaction: Interaction) -> People:
    """Return who took part in a kept talk; one query."""
    rows = list(interaction.participants.select_related("contact"))
    return People.of([row.contact for row in rows], [row.contact for row in rows if row.gave_information])


def set_people(interaction: Interaction, present: People, wanted: People) -> None:
    """Write who took part, touching only what differs."""
    before, after = present.flags(), wanted.flags()
    gone = [pk for pk in before if pk not in after]
    if gone:
        interaction.participants.filter(contact__in=gone).delete()
    for pk, told in after.items():
        if pk not in before:
            InteractionContact.objects.create(interaction=interaction, contact_id=pk, gave_information=told)
        elif before[pk] != told:
            interaction.participants.filter(contact=pk).update(gave_information=told)


def check_talk(interaction: Interaction, today: dt.date, planned_before: dt.date | None = None) -> None:
    """Raise ``ValidationError`` by field for what cannot be; asks nothing of the database."""
    errors: dict[str, Any] = {}
    try:
        interaction.clean_fields(exclude=["customer", "owner", "created_by", "contacts"])
    except ValidationError as error:
        errors |= error.error_dict
    if not errors:
        problem = day_problem(interaction.state, interaction.on, today, planned_before)
        if problem == "future":
            errors["on"] = _("A day in the future cannot have been: plan it instead.")
        elif problem == "past":
            errors["on"] = _("This day is over: enter it as held.")
        elif interaction.on < EARLIEST:
            errors["on"] = _("This day is too long ago.")
        if interaction.channel == ContactChannel.NOTE and interaction.state != InteractionState.DONE:
            errors["channel"] = _("A note is not planned: choose how you will talk.")
    if errors:
        raise ValidationError(errors)


def values_of(interaction: Interaction) -> dict[str, Any]:
    """Return the fields of a talk as plain values, without who took part; asks nothing of the database."""
    return {
        name: plain_value(value) for name, value in model_to_dict(interaction, exclude=["contacts"]).items()
    }
