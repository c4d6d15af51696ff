"""Create, change, archive and restore a record, each with its one audit row.

What the operations of the rooms have in common; whether somebody may do it is the room's question.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from ka_crm.lib import clock
from ka_crm.lib.versions import apply_changes, stale
from ka_crm.people.models import User
from ka_crm.records.operations import differences, field_values, record_change

Record = TypeVar("Record", bound=models.Model)
Differences = tuple[Mapping[str, Any], Mapping[str, Any]]


def create_record(record: Record, *, by: User | None, also: Mapping[str, Any] | None = None) -> Record:
    """Check and save a new record. Raises ``ValidationError`` by field.

    ``also`` names what hangs on the record and is written by the caller in the same transaction, for the
    audit row.
    """
    _check(record)
    try:
        with transaction.atomic():
            record.save(force_insert=True)
            after = {**field_values(record), **(also or {})}
            record_change(by=by, action="create", record=record, after=_filled(after))
    except IntegrityError as error:
        raise ValidationError(_("Somebody else has just saved the same.")) from error
    return record


def change_record(
    record: Record,
    *,
    by: User | None,
    version: int,
    changes: Mapping[str, Any],
    action: str = "update",
    also: Differences = ({}, {}),
    reason: str = "",
) -> Record:
    """Change some fields of a record that still has ``version``.

    ``also`` is what hangs on the record and differs, before and after: it counts as a change of the record,
    and the caller writes it in the same transaction. Nothing happens where nothing differs. Raises
    ``ValidationError`` by field and ``StaleVersion``.
    """
    fresh = type(record)._base_manager.get(pk=record.pk)
    if getattr(fresh, "version", version) != version:
        raise stale(fresh, changes)
    before = field_values(fresh)
    for name, value in changes.items():
        setattr(fresh, name, value)
    old, new = differences(before, field_values(fresh))
    old, new = {**old, **also[0]}, {**new, **also[1]}
    if not new:
        return fresh
    _check(fresh)
    try:
        with transaction.atomic():
            apply_changes(fresh, version=version, changes=dict(changes))
            record_change(by=by, action=action, record=fresh, before=old, after=new, reason=reason)
    except IntegrityError as error:
        raise ValidationError(_("Somebody else has just saved the same.")) from error
    return fresh


def archive_record(
    record: Record, *, by: User | None, reason: str = "", also: Differences = ({}, {})
) -> Record:
    """Put a record away: it stays in history and results, and leaves lists and choices.

    ``also`` is what the caller changes along with it, before and after, for the audit row.
    """
    return _set_archived(record, by=by, at=clock.now(), action="archive", reason=reason, also=also)


def restore_record(record: Record, *, by: User | None) -> Record:
    """Bring an archived record back."""
    return _set_archived(record, by=by, at=None, action="restore")


def _set_archived(
    record: Record,
    *,
    by: User | None,
    at: Any,
    action: str,
    reason: str = "",
    also: Differences = ({}, {}),
) -> Record:
    with transaction.atomic():
        fresh: Any = type(record)._base_manager.select_for_update().get(pk=record.pk)
        if (fresh.archived_at is None) == (at is None):
            return fresh  # type: ignore[no-any-return]
        before = fresh.archived_at
        apply_changes(fresh, version=fresh.version, changes={"archived_at": at})
        record_change(
            by=by,
            action=action,
            record=fresh,
            before={"archived_at": before, **also[0]},
            after={"archived_at": at, **also[1]},
            reason=reason,
        )
    return fresh  # type: ignore[no-any-return]


def _check(record: models.Model) -> None:
    try:
        record.full_clean()
    except ValidationError as error:
        raise ValidationError(error.message_dict) from error


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [])}
