"""Writes of stores."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Store
from accounts.permissions import may_edit_accounts, may_edit_customer, may_edit_store, may_organise
from accounts.queries.merges import is_merged
from ka_crm.people.models import Role, User
from ka_crm.people.queries import territory_ids_below
from ka_crm.records.editing import archive_record, change_record, create_record, restore_record


def create_store(*, by: User, values: Mapping[str, Any]) -> Store:
    """Create a store of a customer that ``by`` may change. Raises ``ValidationError`` by field."""
    if not may_edit_accounts(by):
        raise PermissionDenied
    _refuse_foreign(by, values)
    return create_record(Store(**values), by=by)


def change_store(*, by: User, store: Store, version: int, changes: Mapping[str, Any]) -> Store:
    """Change facts of a store. Raises ``StaleVersion`` and ``ValidationError`` by field."""
    if not may_edit_store(by, store):
        raise PermissionDenied
    if "territory" in changes and not may_organise(by):
        raise PermissionDenied
    _refuse_foreign(by, changes)
    return change_record(store, by=by, version=version, changes=changes)


def archive_store(*, by: User, store: Store, reason: str = "") -> Store:
    """Put a store away; its counts and results stay."""
    if not may_edit_store(by, store):
        raise PermissionDenied
    return archive_record(store, by=by, reason=reason)


def restore_store(*, by: User, store: Store) -> Store:
    """Bring an archived store back."""
    if not may_edit_store(by, store):
        raise PermissionDenied
    return restore_record(store, by=by)


def _refuse_foreign(by: User, values: Mapping[str, Any]) -> None:
    customer: Customer | None = values.get("customer")
    if customer is not None and not may_edit_customer(by, customer):
        raise ValidationError({"customer": _("There is no such customer.")})
    if customer is not None and is_merged(customer):
        raise ValidationError({"customer": _("This customer was made one with another.")})
    territory = values.get("territory")
    if territory is None or by.role != Role.SUPERVISOR:
        return
    if not by.territory_id or territory.pk not in territory_ids_below(by.territory_id):
        raise ValidationError({"territory": _("Choose a territory of yours.")})
