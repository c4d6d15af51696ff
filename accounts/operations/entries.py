"""Writes that all entries of a dossier share: added, changed, taken out, brought back.

Each is one transaction with one audit row, and brings the account's standing up to date.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer, DossierEntry
from accounts.operations.duplicates import recheck
from accounts.operations.standing import refresh_standing
from accounts.permissions import may_edit_customer
from accounts.queries.merges import is_merged
from ka_crm.people.models import User
from ka_crm.records.editing import archive_record, change_record, create_record, restore_record

Entry = TypeVar("Entry", bound=DossierEntry)


def add_entry(*, by: User, customer: Customer, model: type[Entry], values: Mapping[str, Any]) -> Entry:
    """Add an entry to a customer's dossier. Raises ``ValidationError`` by field."""
    check_may_edit(by, customer)
    check_references(customer, values)
    with transaction.atomic():
        entry = create_record(model(customer=customer, created_by=by, **values), by=by)
        if isinstance(entry, Contact):
            recheck(record=entry)
        refresh_standing(customers=[customer.pk])
    return entry


def change_entry(*, by: User, entry: Entry, version: int, changes: Mapping[str, Any]) -> Entry:
    """Change an entry that still has ``version``. Raises ``StaleVersion`` and ``ValidationError``."""
    check_may_edit(by, entry.customer)
    check_references(entry.customer, changes)
    with transaction.atomic():
        changed = change_record(entry, by=by, version=version, changes=changes)
        if isinstance(changed, Contact):
            recheck(record=changed)
        refresh_standing(customers=[entry.customer_id])
    return changed


def remove_entry(*, by: User, entry: DossierEntry, reason: str = "") -> None:
    """Take an entry out of the dossier; it can be brought back."""
    check_may_edit(by, entry.customer)
    with transaction.atomic():
        archive_record(entry, by=by, reason=reason)
        refresh_standing(customers=[entry.customer_id])


def bring_back_entry(*, by: User, entry: DossierEntry) -> None:
    """Bring back an entry that was taken out. Raises ``ValidationError`` where another took its place."""
    check_may_edit(by, entry.customer)
    with transaction.atomic():
        refuse_merged(entry)
        try:
            with transaction.atomic():
                restore_record(entry, by=by)
        except IntegrityError as error:
            raise ValidationError(_("Another one has taken its place.")) from error
        refresh_standing(customers=[entry.customer_id])


def check_may_edit(by: User, customer: Customer) -> None:
    """Raise ``PermissionDenied`` unless ``by`` may write in this customer's dossier."""
    if not may_edit_customer(by, customer):
        raise PermissionDenied


def refuse_merged(entry: DossierEntry) -> None:
    """Raise ``ValidationError`` for a person who was made one with another: that is undone, not restored."""
    if isinstance(entry, Contact) and is_merged(entry):
        raise ValidationError(_("This person was made one with another. Undo that instead."))


def check_references(customer: Customer, values: Mapping[str, Any]) -> None:
    """Refuse entries of another customer's dossier, with the words for what does not exist."""
    for name, value in values.items():
        if isinstance(value, DossierEntry) and value.customer_id != customer.pk:
            raise ValidationError({name: _("There is no such record.")})
