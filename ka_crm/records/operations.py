"""Writes that every room needs: the audit row of a change, and facts about the installation."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from ka_crm.people.models import Role, User
from ka_crm.records.models import AuditRow, SavedView, SystemSetting


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
    row = _audit_row(by, action, record, before or {}, after or {}, reason)
    row.save(force_insert=True)
    return row


def record_creations(
    *, by: User | None, created: Iterable[tuple[models.Model, dict[str, Any]]], reason: str = ""
) -> None:
    """Write one audit row for each of many new records (record, fields); like ``record_change`` otherwise."""
    AuditRow.objects.bulk_create(
        [_audit_row(by, "create", record, {}, after, reason) for record, after in created]
    )


def _audit_row(
    by: User | None,
    action: str,
    record: models.Model,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str,
) -> AuditRow:
    return AuditRow(
        by=by,
        action=action,
        record_type=record._meta.label_lower,
        record_id=str(record.pk),
        label=str(record)[:200],
        before={key: plain_value(value) for key, value in before.items()},
        after={key: plain_value(value) for key, value in after.items()},
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
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    return value


def set_system_setting(*, name: str, value: Any) -> None:
    """Keep a fact about this installation."""
    SystemSetting.objects.update_or_create(name=name, defaults={"value": value})


@transaction.atomic
def save_view(*, by: User, page: str, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Keep filters, order and columns of a list under a name; the same name again replaces them.

    ``query`` is the query string without its question mark. Raises ``ValidationError``.
    """
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise ValidationError({"name": _("Give it a name of at most 80 characters.")})
    if len(query) > 2000 or not page or len(page) > 60:
        raise ValidationError(_("This view is too long to be saved."))
    view, is_new = SavedView.objects.update_or_create(
        owner=by, page=page, name=name, defaults={"query": query, "is_shared": is_shared}
    )
    after = {"name": name, "page": page, "query": query, "is_shared": is_shared}
    record_change(by=by, action="create" if is_new else "update", record=view, after=after)
    return view


@transaction.atomic
def share_view(*, by: User, view: SavedView, is_shared: bool) -> SavedView:
    """Show a view to everybody, or no longer. Raises ``PermissionDenied`` for other people's views."""
    _check_owner(by, view)
    if view.is_shared != is_shared:
        view.is_shared = is_shared
        view.save(update_fields=["is_shared"])
        record_change(
            by=by,
            action="share",
            record=view,
            before={"is_shared": not is_shared},
            after={"is_shared": is_shared},
        )
    return view


@transaction.atomic
def delete_view(*, by: User, view: SavedView) -> None:
    """Forget a view. Raises ``PermissionDenied`` for other people's views; administrators may tidy up."""
    _check_owner(by, view)
    record_change(by=by, action="delete", record=view, before={"name": view.name, "query": view.query})
    view.delete()


def _check_owner(by: User, view: SavedView) -> None:
    if view.owner_id != by.pk and not (view.is_shared and by.role == Role.ADMIN):
        raise PermissionDenied
