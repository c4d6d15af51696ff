"""Part 3: people and decision chains."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.dossier_records import RecordKind
from accounts.forms.people import ChainForm, ContactForm, split_roles
from accounts.models import Contact, Customer, DecisionChain
from accounts.operations import people
from ka_crm.people.models import User


def _create(*, by: User, customer: Customer, model: Any, values: Mapping[str, Any]) -> Contact:
    facts, roles = split_roles(values)
    return people.create_contact(by=by, customer=customer, values=facts, roles=roles)


def _change(*, by: User, entry: Contact, version: int, changes: Mapping[str, Any]) -> Contact:
    facts, roles = split_roles(changes)
    return people.change_contact(by=by, contact=entry, version=version, changes=facts, roles=roles)


def _remove(*, by: User, entry: Contact) -> None:
    people.remove_contact(by=by, contact=entry)


def _restore(*, by: User, entry: Contact) -> None:
    people.restore_contact(by=by, contact=entry)


KINDS: tuple[RecordKind, ...] = (
    RecordKind("contact", Contact, ContactForm, "map", _("New person"), _create, _change, _remove, _restore),
    RecordKind("chain", DecisionChain, ChainForm, "map", _("New decision chain")),
)
