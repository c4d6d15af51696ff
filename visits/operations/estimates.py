"""Writes of desk estimates: how much somebody buys, from all suppliers."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Store
from accounts.permissions import may_edit_accounts
from ka_crm.people.models import User
from ka_crm.records.editing import archive_record, change_record, create_record, restore_record
from ka_crm.records.queries import business_today
from visits.models import PotentialEstimate
from visits.queries import estimate_scope

YEARS = range(1990, 2101)


def create_estimate(*, by: User, values: Mapping[str, Any]) -> PotentialEstimate:
    """Keep an estimate of a customer or store that ``by`` may change. Raises ``ValidationError`` by field."""
    if not may_edit_accounts(by):
        raise PermissionDenied
    _check(by, values)
    return create_record(PotentialEstimate(**values), by=by)


def change_estimate(
    *, by: User, estimate: PotentialEstimate, version: int, changes: Mapping[str, Any]
) -> PotentialEstimate:
    """Change an estimate. Raises ``StaleVersion`` and ``ValidationError`` by field."""
    _may(by, estimate)
    whose = {"customer": estimate.customer, "store": estimate.store}
    numbers = {"amount": estimate.amount, "units": estimate.units}
    _check(by, {**whose, **numbers, **changes})
    return change_record(estimate, by=by, version=version, changes=changes)


def archive_estimate(*, by: User, estimate: PotentialEstimate, reason: str = "") -> PotentialEstimate:
    """Put an estimate away: it no longer counts."""
    _may(by, estimate)
    return archive_record(estimate, by=by, reason=reason)


def restore_estimate(*, by: User, estimate: PotentialEstimate) -> PotentialEstimate:
    """Let an archived estimate count again."""
    _may(by, estimate)
    return restore_record(estimate, by=by)


def _may(by: User, estimate: PotentialEstimate) -> None:
    if not may_edit_accounts(by) or not _sees(by, estimate):
        raise PermissionDenied


def _sees(by: User, estimate: PotentialEstimate) -> bool:
    return PotentialEstimate.objects.filter(estimate_scope(by), pk=estimate.pk).exists()


def _check(by: User, values: Mapping[str, Any]) -> None:
    customer, store = values.get("customer"), values.get("store")
    if (customer is None) == (store is None):
        raise ValidationError({"store": _("Name either a customer or a store.")})
    if customer and not Customer.objects.visible_to(by).filter(pk=customer.pk).exists():
        raise ValidationError({"customer": _("There is no record with this code.")})
    if store and not Store.objects.visible_to(by).filter(pk=store.pk).exists():
        raise ValidationError({"store": _("There is no record with this code.")})
    if values.get("amount") is None and values.get("units") is None:
        raise ValidationError({"amount": _("Say how much: an amount or units.")})
    for name in ("amount", "units"):
        if (values.get(name) or 0) < 0:
            raise ValidationError({name: _("This cannot be negative.")})
    stated_on = values.get("stated_on")
    if stated_on and stated_on > business_today():
        raise ValidationError({"stated_on": _("A day in the future is not possible.")})
    year = values.get("year")
    if year is not None and year not in YEARS:
        raise ValidationError({"year": _("A year from 1990 to 2100.")})
