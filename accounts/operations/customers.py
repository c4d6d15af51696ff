"""Writes of customers, and who answers for them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Ownership
from accounts.operations.duplicates import recheck
from accounts.permissions import may_edit_accounts, may_edit_customer, may_organise
from accounts.queries.merges import is_merged
from ka_crm.people.models import Role, User
from ka_crm.people.queries import territory_ids_below
from ka_crm.records.editing import archive_record, change_record, create_record, restore_record
from ka_crm.records.queries import business_today

#: What only those change who organise the work of others.
ORGANISING = ("kam", "territory")


def create_customer(*, by: User, values: Mapping[str, Any]) -> Customer:
    """Create a customer; a KAM's new customer is their own. Raises ``ValidationError`` by field."""
    if not may_edit_accounts(by):
        raise PermissionDenied
    values = dict(values)
    if by.role == Role.KAM:
        values |= {"kam": by, "territory": by.territory}
    _refuse_foreign_territory(by, values)
    refuse_merged_parent(values)
    with transaction.atomic():
        customer = create_record(Customer(**values), by=by)
        if customer.kam is not None:
            Ownership.objects.create(customer=customer, kam=customer.kam, from_on=business_today())
        recheck(record=customer)
    return customer


def change_customer(*, by: User, customer: Customer, version: int, changes: Mapping[str, Any]) -> Customer:
    """Change facts of a customer; a new KAM takes over today.

    Raises ``StaleVersion`` where somebody was faster, ``ValidationError`` by field.
    """
    if not may_edit_customer(by, customer):
        raise PermissionDenied
    if not may_organise(by) and any(name in changes for name in ORGANISING):
        raise PermissionDenied
    _refuse_foreign_territory(by, changes)
    refuse_merged_parent(changes)
    with transaction.atomic():
        changed = change_record(customer, by=by, version=version, changes=changes)
        if "kam" in changes:
            pass_on(changed, changes["kam"], business_today())
        if "name" in changes or "website" in changes:
            recheck(record=changed)
    return changed


def hand_over_customer(
    *, by: User, customer: Customer, version: int, kam: User | None, from_on: dt.date, reason: str = ""
) -> Customer:
    """Make ``kam`` answer for a customer from a day on, today at the latest; the history stays."""
    if not may_organise(by) or not may_edit_customer(by, customer):
        raise PermissionDenied
    if from_on > business_today():
        raise ValidationError({"from_on": _("A day in the future is not possible.")})
    began = customer.ownerships.filter(to_on__isnull=True).values_list("from_on", flat=True).first()
    if began and from_on < began:
        raise ValidationError({"from_on": _("The present manager took over later than that.")})
    with transaction.atomic():
        changed = change_record(
            customer, by=by, version=version, changes={"kam": kam}, action="hand_over", reason=reason
        )
        pass_on(changed, kam, from_on)
    return changed


def archive_customer(*, by: User, customer: Customer, reason: str = "") -> Customer:
    """Put a customer away; its facts and results stay."""
    if not may_organise(by) or not may_edit_customer(by, customer):
        raise PermissionDenied
    return archive_record(customer, by=by, reason=reason)


def restore_customer(*, by: User, customer: Customer) -> Customer:
    """Bring an archived customer back. Raises ``ValidationError`` for one that was made one with another."""
    if not may_organise(by) or not may_edit_customer(by, customer):
        raise PermissionDenied
    if is_merged(customer):
        raise ValidationError(_("This customer was made one with another. Undo that instead."))
    return restore_record(customer, by=by)


def refuse_merged_parent(values: Mapping[str, Any]) -> None:
    """Raise ``ValidationError`` where the customer above was made one with another."""
    parent = values.get("parent")
    if parent is not None and is_merged(parent):
        raise ValidationError({"parent": _("This customer was made one with another.")})


def pass_on(customer: Customer, kam: User | None, from_on: dt.date) -> None:
    """Close the open ownership the day before and open the next; the same day replaces it."""
    still_open = customer.ownerships.filter(to_on__isnull=True).first()
    if still_open and kam and still_open.kam_id == kam.pk:
        return
    if still_open and still_open.from_on >= from_on:
        still_open.delete()
    elif still_open:
        still_open.to_on = from_on - dt.timedelta(days=1)
        still_open.save(update_fields=["to_on"])
    if kam:
        Ownership.objects.create(customer=customer, kam=kam, from_on=from_on)


def _refuse_foreign_territory(by: User, values: Mapping[str, Any]) -> None:
    """A supervisor keeps customers within their own subtree."""
    if by.role != Role.SUPERVISOR or "territory" not in values:
        return
    territory = values["territory"]
    below = territory_ids_below(by.territory_id) if by.territory_id else []
    if territory is None or territory.pk not in below:
        raise ValidationError({"territory": _("Choose a territory of yours.")})
