"""Writes that every room needs: the audit row of a change, and facts about the installation."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.forms.models import model_to_dict

from ka_crm.people.models import User
from ka_crm.records.models import AuditRow, SystemSetting


def record_change(
    *,
    by: User | None,
    action: str,
    record: models.Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditRow:
    """Write the one audit row of a change; call it inside the transaction that makes the change.

    ``before`` and ``after`` hold only the fields that differ; empty for something new or gone.
    ``by`` is ``None`` for the nightly schedule and the command line.
    """
    return AuditRow.objects.create(
        by=by,
        action=action,
        record_type=record._meta.label_lower,
        record_id=str(record.pk),
        label=str(record)[:200],
        before={key: plain_value(value) for key, value in (before or {}).items()},
        after={key: plain_value(value) for key, value in (after or {}).items()},
        reason=reason,
    )


def field_values(record: models.Model) -> dict[str, Any]:
    """Return the editable fields of a record as plain values, to compare before and after."""
    return {key: plain_value(value) for key, value in model_to_dict(record).items()}


def differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return only what differs, as (before, after)."""
    keys = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in keys}, {key: after[key] for key in keys}


def plain_value(value: Any) -> Any:
    """Return ``value`` as JSON can keep it."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    return value


def set_system_setting(*, name: str, value: Any) -> None:
    """Keep a fact about this installation."""
    SystemSetting.objects.update_or_create(name=name, defaults={"value": value})
