"""Writes of the list of shelf prices. Lines for the same product, whom and kind never overlap."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ka_crm.lib.locks import hold_until_commit
from ka_crm.people.models import User
from ka_crm.records.editing import archive_record, change_record, create_record, restore_record
from visits.control_access import may_edit_price_list
from visits.models import ShelfPrice
from visits.queries.control import prices_beside


@transaction.atomic
def create_shelf_price(*, by: User, values: Mapping[str, Any]) -> ShelfPrice:
    """Add a line to the price list. Raises ``ValidationError`` by field."""
    _may(by)
    listed = ShelfPrice(**values)
    _check_shape(listed)
    created = create_record(listed, by=by)
    _check_alone(created)
    return created


@transaction.atomic
def change_shelf_price(
    *, by: User, shelf_price: ShelfPrice, version: int, changes: Mapping[str, Any]
) -> ShelfPrice:
    """Change a line of the price list. Raises ``StaleVersion`` and ``ValidationError`` by field."""
    _may(by)
    changed = change_record(shelf_price, by=by, version=version, changes=changes)
    _check_shape(changed)
    _check_alone(changed)
    return changed


def archive_shelf_price(*, by: User, shelf_price: ShelfPrice, reason: str = "") -> ShelfPrice:
    """Put a line away: prices are no longer compared with it."""
    _may(by)
    return archive_record(shelf_price, by=by, reason=reason)


@transaction.atomic
def restore_shelf_price(*, by: User, shelf_price: ShelfPrice) -> ShelfPrice:
    """Let an archived line hold again. Raises ``ValidationError`` where another took its place."""
    _may(by)
    restored = restore_record(shelf_price, by=by)
    _check_alone(restored)
    return restored


def _may(by: User) -> None:
    if not may_edit_price_list(by):
        raise PermissionDenied


def _check_shape(listed: ShelfPrice) -> None:
    if listed.customer_id and listed.region_id:
        raise ValidationError({"region": _("Name a customer or a region, or neither for everywhere.")})
    if listed.is_promotion and listed.to_on is None:
        raise ValidationError({"to_on": _("A promotion has a last day.")})
    if listed.to_on is not None and listed.from_on is not None and listed.to_on < listed.from_on:
        raise ValidationError({"to_on": _("It ends before it begins.")})
    if listed.price is not None and listed.floor is not None and listed.floor > listed.price:
        raise ValidationError({"floor": _("The floor lies between zero and the price.")})


def _check_alone(listed: ShelfPrice) -> None:
    if listed.archived_at is not None:
        return
    hold_until_commit("shelf prices")
    other = prices_beside(listed).first()
    if other is not None:
        until = other.to_on or _("further notice")
        text = _("Another line for the same holds from %(start)s until %(end)s; end that one first.")
        raise ValidationError({"from_on": text % {"start": other.from_on, "end": until}})
