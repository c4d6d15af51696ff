"""Writes of what was seen on shelves (prices, lots), of shipments of lots, and of supply routes."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Store
from accounts.permissions import may_edit_accounts, may_edit_store
from ka_crm.people.models import Role, User
from ka_crm.people.queries import territory_ids_below
from ka_crm.records.editing import change_record, create_record
from ka_crm.records.files import keep_file
from ka_crm.records.operations import field_values, record_change
from ka_crm.records.queries import business_today
from visits.control_access import may_trace
from visits.models import LotShipment, LotSighting, PriceSighting, SupplyStep
from visits.permissions import may_count
from visits.rules.diversion import lot_key

_UNKNOWN = _("There is no record with this code.")


@transaction.atomic
def record_price_sighting(*, by: User, values: Mapping[str, Any]) -> PriceSighting:
    """Keep a price seen on a shelf. Raises ``PermissionDenied`` and ``ValidationError`` by field."""
    sighting = PriceSighting(**values)
    _check_seen(by, sighting)
    return create_record(sighting, by=by)


@transaction.atomic
def record_lot_sighting(
    *, by: User, values: Mapping[str, Any], photo: "UploadedFile[Any] | None" = None
) -> LotSighting:
    """Keep a lot seen in a store, with its photo. Raises like ``record_price_sighting``."""
    sighting = LotSighting(**{**values, "lot": lot_key(str(values["lot"])), "by": by})
    _check_seen(by, sighting)
    if photo is not None:
        try:
            sighting.photo = keep_file(by=by, upload=photo, only_images=True)
        except ValidationError as error:
            raise ValidationError({"photo": error.messages}) from error
    return create_record(sighting, by=by)


def _check_seen(by: User, sighting: PriceSighting | LotSighting) -> None:
    if not may_count(by):
        raise PermissionDenied
    if not Store.objects.visible_to(by).filter(pk=sighting.store_id).exists():
        raise ValidationError({"store": _UNKNOWN})
    if sighting.on and sighting.on > business_today():
        raise ValidationError({"on": _("A day in the future is not possible.")})


@transaction.atomic
def ship_lot(*, by: User, values: Mapping[str, Any]) -> LotShipment:
    """Note down where a lot was shipped to; a supervisor's shipments go to their own territory."""
    if not may_trace(by):
        raise PermissionDenied
    shipment = LotShipment(**{**values, "lot": lot_key(str(values["lot"]))})
    customer = shipment.customer_id
    if customer and not Customer.objects.visible_to(by).filter(pk=customer).exists():
        raise ValidationError({"customer": _UNKNOWN})
    if by.role == Role.SUPERVISOR:
        below = territory_ids_below(by.territory_id) if by.territory_id else []
        if shipment.territory_id not in below:
            raise ValidationError({"territory": _("This territory is outside yours.")})
    return create_record(shipment, by=by)


@transaction.atomic
def create_supply_step(*, by: User, values: Mapping[str, Any]) -> SupplyStep:
    """Add a level to a store's supply route. Raises ``ValidationError`` by field."""
    if not may_edit_accounts(by):
        raise PermissionDenied
    step = SupplyStep(**values)
    if not may_edit_store(by, step.store):
        raise ValidationError({"store": _UNKNOWN})
    if SupplyStep.objects.filter(store=step.store_id, level=step.level).exists():
        raise ValidationError({"level": _("This level is described already.")})
    return create_record(step, by=by)


@transaction.atomic
def change_supply_step(*, by: User, step: SupplyStep, version: int, changes: Mapping[str, Any]) -> SupplyStep:
    """Change a level of a supply route. Raises ``StaleVersion`` and ``ValidationError`` by field."""
    if not may_edit_store(by, step.store):
        raise PermissionDenied
    if changes.get("store", step.store) != step.store:
        raise ValidationError({"store": _("It cannot be changed later.")})
    return change_record(step, by=by, version=version, changes=changes)


@transaction.atomic
def remove_supply_step(*, by: User, step: SupplyStep) -> None:
    """Take a level out of a supply route; the audit row keeps what it said."""
    if not may_edit_store(by, step.store):
        raise PermissionDenied
    record_change(by=by, action="delete", record=step, before=field_values(step))
    step.delete()
