"""Writes of order lines together with what arrived of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ka_crm.lib.versions import apply_changes, stale
from ka_crm.people.models import User
from ka_crm.records.operations import differences, field_values, record_change
from ka_crm.records.queries import business_today
from purchases.models import Delivery, OrderLine
from purchases.operations.facts import archive_fact, check_may_write, restore_fact, whose
from purchases.permissions import check_may_keep, check_whose

#: The key under which values and changes hold deliveries: a list of {"delivered_on", "units"}.
DELIVERIES = "deliveries"
Deliveries = Sequence[Mapping[str, Any]]


def create_order_line(*, by: User, values: Mapping[str, Any]) -> OrderLine:
    """Keep an order line with its ``deliveries``. Raises ``ValidationError`` by field."""
    check_may_keep(by)
    deliveries: Deliveries = values.get(DELIVERIES, ())
    line = OrderLine(**{name: value for name, value in values.items() if name != DELIVERIES})
    _check(by, line, deliveries)
    try:
        with transaction.atomic():
            line.save(force_insert=True)
            _replace(line, deliveries)
            after = {**field_values(line), DELIVERIES: _plain(deliveries)}
            kept = {name: value for name, value in after.items() if value not in (None, "", [])}
            record_change(by=by, action="create", record=line, after=kept)
    except IntegrityError as error:
        raise ValidationError(_("Somebody else has just saved the same.")) from error
    return line


def change_order_line(
    *, by: User, order_line: OrderLine, version: int, changes: Mapping[str, Any]
) -> OrderLine:
    """Change an order line; ``deliveries``, where given, take the place of those kept before.

    Raises ``StaleVersion`` and ``ValidationError`` by field.
    """
    check_may_write(by, order_line)
    fresh = OrderLine.objects.get(pk=order_line.pk)
    own = {name: value for name, value in changes.items() if name != DELIVERIES}
    if fresh.version != version:
        raise stale(fresh, own)
    before = {**field_values(fresh), DELIVERIES: _plain(fresh.deliveries.values("delivered_on", "units"))}
    deliveries: Deliveries | None = changes.get(DELIVERIES)
    for name, value in own.items():
        setattr(fresh, name, value)
    _check(by, fresh, deliveries or ())
    wanted = before[DELIVERIES] if deliveries is None else _plain(deliveries)
    old, new = differences(before, {**field_values(fresh), DELIVERIES: wanted})
    if not new:
        return fresh
    try:
        with transaction.atomic():
            apply_changes(fresh, version=version, changes=own)
            if DELIVERIES in new:
                _replace(fresh, deliveries or ())
            record_change(by=by, action="update", record=fresh, before=old, after=new)
    except IntegrityError as error:
        raise ValidationError(_("Somebody else has just saved the same.")) from error
    return fresh


def archive_order_line(*, by: User, order_line: OrderLine, reason: str = "") -> OrderLine:
    """Put an order line away with its deliveries: it no longer counts."""
    return archive_fact(order_line, by=by, reason=reason)


def restore_order_line(*, by: User, order_line: OrderLine) -> OrderLine:
    """Let an archived line count again. Raises ``ValidationError`` where another took its place."""
    return restore_fact(order_line, by=by)


def _check(by: User, line: OrderLine, deliveries: Deliveries) -> None:
    check_whose(by, whose(line))
    if line.store is not None and line.store.customer_id != line.customer_id:
        raise ValidationError({"store": _("This store belongs to another customer.")})
    days = [item["delivered_on"] for item in deliveries]
    if len(days) != len(set(days)):
        raise ValidationError({DELIVERIES: _("State each day once.")})
    if any(day > business_today() for day in days):
        raise ValidationError({DELIVERIES: _("A day in the future is not possible.")})
    if any(item["units"] < 0 for item in deliveries):
        raise ValidationError({DELIVERIES: _("This cannot be negative.")})
    line.full_clean()


def _replace(line: OrderLine, deliveries: Deliveries) -> None:
    line.deliveries.all().delete()
    Delivery.objects.bulk_create(Delivery(order_line=line, **item) for item in deliveries)


def _plain(deliveries: Any) -> list[str]:
    """Deliveries as the audit row keeps them: day and ten-thousandths, by day."""
    return sorted(f"{item['delivered_on']:%Y-%m-%d}: {item['units']}" for item in deliveries)
