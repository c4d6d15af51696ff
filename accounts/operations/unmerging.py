"""Making one two again, exactly: what moved goes back, what was dropped returns, values are as they were.

What somebody changed since stays as they left it; what was added to the kept record since stays there.
"""

import datetime as dt
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.merge_rules import follow_up, reason_against_undo
from accounts.models import Contact, Customer, MergedReference, Ownership, RecordMerge
from accounts.operations.duplicates import recheck
from accounts.operations.entries import check_may_edit
from accounts.operations.merging import lock_for_merging
from accounts.operations.standing import refresh_standing
from accounts.permissions import may_edit_customer, may_organise
from accounts.queries.merges import CONTACT, records_of
from ka_crm.lib import clock
from ka_crm.people.models import User
from ka_crm.records.operations import plain_value, record_change


@transaction.atomic
def undo_merge(*, by: User, merge: RecordMerge) -> RecordMerge:
    """Take a merge back. Raises ``ValidationError`` with the reason where something stands on it."""
    kept, merged = _records(merge)
    _check_permission(by, kept, merged)
    lock_for_merging()
    merge = RecordMerge.objects.select_for_update().get(pk=merge.pk)
    _refuse(merge, kept)
    for step in reversed(range(len(merge.moved))):
        _move_back(merge, step)
    for row in merge.dropped:
        _put_back(apps.get_model(row["model"]), row["values"])
    for change in reversed(merge.before.get("changes", [])):
        _change_back(merge, change)
    for record in (kept, merged):
        type(record)._base_manager.filter(pk=record.pk).update(version=F("version") + 1)
    MergedReference.objects.filter(merge=merge).delete()
    merge.undone_at = clock.now()
    merge.save(update_fields=["undone_at"])
    record_change(by=by, action="undo merge", record=kept, before={"merged": str(merged)})
    for record in records_of([merge]).values():
        recheck(record=record)
    _bring_up_to_date(kept, merged)
    return merge


def reason_against(merge: RecordMerge) -> str:
    """Return why a merge cannot be undone now; empty where nothing speaks against it."""
    if merge.undone_at is not None:
        return _("This is undone already.")
    found = records_of([merge])
    if len(found) < 2:
        return _("One of the two does not exist any more; the import that brought it was taken back.")
    later = _later_merge(merge)
    if later is not None:
        names = records_of([later])
        one = names.get((later.record_type, later.kept_id))
        other = names.get((later.record_type, later.merged_id))
        return _("First undo the later merge of %(one)s and %(other)s.") % {"one": one, "other": other}
    return str(reason_against_undo(merge) or "")


def _records(merge: RecordMerge) -> tuple[Customer | Contact, Customer | Contact]:
    found = records_of([merge])
    if len(found) < 2:
        raise ValidationError(reason_against(merge))
    return found[merge.record_type, merge.kept_id], found[merge.record_type, merge.merged_id]


def _check_permission(by: User, kept: Customer | Contact, merged: Customer | Contact) -> None:
    for record in (kept, merged):
        if isinstance(record, Contact):
            check_may_edit(by, record.customer)
        elif not may_organise(by) or not may_edit_customer(by, record):
            raise PermissionDenied


def _refuse(merge: RecordMerge, kept: Customer | Contact) -> None:
    reason = reason_against(merge)
    if reason:
        raise ValidationError(reason)
    if kept.archived_at is not None:
        raise ValidationError(_("%(name)s is put away. Restore it first.") % {"name": kept})


def _later_merge(merge: RecordMerge) -> RecordMerge | None:
    """The newest merge since that either record, or a person of the kept customer, has a part in."""
    both = (merge.kept_id, merge.merged_id)
    later = RecordMerge.objects.filter(undone_at__isnull=True, pk__gt=merge.pk)
    mine = Q(record_type=merge.record_type) & (Q(kept_id__in=both) | Q(merged_id__in=both))
    if merge.record_type != CONTACT:
        people = Contact.objects.filter(customer=merge.kept_id).order_by().values("pk")
        mine |= Q(record_type=CONTACT, kept_id__in=people)
    return later.filter(mine).order_by("-pk").first()


def _move_back(merge: RecordMerge, number: int) -> None:
    """Point the rows of a step back, save those that somebody has pointed elsewhere since."""
    step = merge.moved[number]
    model = apps.get_model(step["model"])
    field = model._meta.get_field(step["field"])
    noted = MergedReference.objects.filter(merge=merge, step=number).values("record_id")
    rows = model._base_manager.filter(pk__in=noted, **{field.attname: step["to"]})
    rows.update(**{field.attname: step["from"]}, **_stamps(model))


def _put_back(model: type[models.Model], values: dict[str, Any]) -> None:
    """Store a dropped link again, under its old number, where what it joins is still there."""
    fields: dict[str, models.Field[Any, Any]] = {item.attname: item for item in model._meta.concrete_fields}
    for name, value in values.items():
        target = fields[name].related_model
        if target is not None and value is not None and not target._base_manager.filter(pk=value).exists():  # type: ignore[union-attr]
            return
    row = model(**{name: fields[name].to_python(value) for name, value in values.items()})
    row.save(force_insert=True)


def _change_back(merge: RecordMerge, change: dict[str, Any]) -> None:
    """Give values back that nobody has changed since."""
    model = apps.get_model(change["model"])
    fields: dict[str, models.Field[Any, Any]] = {item.name: item for item in model._meta.concrete_fields}
    fields |= {item.attname: item for item in model._meta.concrete_fields}
    names = [fields[name].attname for name in change["before"]]
    row = model._base_manager.filter(pk=change["pk"])
    now = row.values(*names).first()
    if now is None:
        return
    back = {}
    for name, before in change["before"].items():
        attname = fields[name].attname
        if plain_value(now[attname]) == change["after"][name]:
            back[attname] = before if fields[name].is_relation else fields[name].to_python(before)
    if back:
        row.update(**back, **_stamps(model))
    if "kam_id" in back:
        _restore_ownerships(change["pk"], merge.before.get("ownerships", []))


def _restore_ownerships(customer: int, rows: list[dict[str, Any]]) -> None:
    """Let the history of who answered for the kept customer be what it was."""
    mine = Ownership.objects.filter(customer=customer)
    mine.exclude(pk__in=[row["pk"] for row in rows]).delete()
    for row in rows:
        to_on = dt.date.fromisoformat(row["to_on"]) if row["to_on"] else None
        values = {"kam_id": row["kam"], "from_on": dt.date.fromisoformat(row["from_on"]), "to_on": to_on}
        if not mine.filter(pk=row["pk"]).update(**values):
            Ownership.objects.create(pk=row["pk"], customer_id=customer, **values)


def _stamps(model: type[models.Model]) -> dict[str, Any]:
    now = clock.now()
    return {item.name: now for item in model._meta.concrete_fields if getattr(item, "auto_now", False)}


def _bring_up_to_date(kept: Customer | Contact, merged: Customer | Contact) -> None:
    if isinstance(kept, Contact):
        refresh_standing(customers={kept.customer_id, merged.customer_id})  # type: ignore[union-attr]
        return
    ids = [kept.pk, merged.pk]
    refresh_standing(customers=ids)
    transaction.on_commit(lambda: follow_up(ids), robust=True)
