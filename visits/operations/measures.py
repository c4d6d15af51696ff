"""Measures of a flag: taken, changed, done, cancelled; and their owner reminded."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from ka_crm.lib import clock
from ka_crm.lib.versions import apply_changes
from ka_crm.people.models import User
from ka_crm.records.editing import change_record
from ka_crm.records.operations import field_values, plain_value, record_change
from ka_crm.records.queries import business_today
from visits.effects import refresh_effects
from visits.models import Flag, FlagState, Measure
from visits.operations.flags import REASONS, check_open, check_sees, locked_flag
from visits.permissions import may_move_flags
from visits.queries.flags import facts_of, flags_seen_by
from visits.rules import flag_life


def add_measure(*, by: User, flag: Flag, values: Mapping[str, Any]) -> Measure:
    """Say what is done about a flag (``kind``, ``text``, ``owner``, ``due_on``, ``cost``).

    The flag goes to ``measures``; that needs a done inspection, or a flag that was recovering already.
    """
    with transaction.atomic():
        fresh = locked_flag(by, flag)
        check_open(fresh)
        facts = facts_of(fresh)
        if fresh.state == FlagState.FLAGGED or not (facts.is_inspected or facts.measures_done):
            raise ValidationError(REASONS[flag_life.NEEDS_DONE_INSPECTION])
        measure = Measure(flag=fresh, **values)
        _check(measure)
        check_sees(fresh, measure.owner, "owner")
        if measure.due_on < business_today():
            raise ValidationError({"due_on": _("This day is over.")})
        measure.save(force_insert=True)
        moved: dict[str, Any] = {}
        if fresh.state != FlagState.MEASURES:
            moved = {"flag_state": FlagState.MEASURES}
            changes = {"state": FlagState.MEASURES, "moved_on": business_today()}
            apply_changes(fresh, version=fresh.version, changes=changes)
        after = {name: value for name, value in field_values(measure).items() if value not in (None, "")}
        record_change(by=by, action="create", record=measure, after={**after, **moved})
    return measure


def change_measure(*, by: User, measure: Measure, version: int, changes: Mapping[str, Any]) -> Measure:
    """Change an open measure. Raises ``StaleVersion`` and ``ValidationError``."""
    with transaction.atomic():
        flag = locked_flag(by, measure.flag)
        check_open(flag)
        _check_undone(Measure.objects.select_for_update().get(pk=measure.pk))
        if "owner" in changes:
            check_sees(flag, changes["owner"], "owner")
        return change_record(measure, by=by, version=version, changes=changes)


def finish_measure(
    *, by: User, measure: Measure, version: int, done_on: dt.date | None = None, note: str = ""
) -> Measure:
    """Say that a measure was done; its owner may, and whoever moves flags. The effect is followed then."""
    day = done_on or business_today()
    if day > business_today():
        raise ValidationError({"done_on": _("A day in the future is not possible.")})
    with transaction.atomic():
        fresh, flag = _owned(by, measure)
        if day < flag.opened_on:
            raise ValidationError({"done_on": _("The store was not flagged yet.")})
        _change(by, fresh, version, {"done_on": day, "done_note": note.strip()}, "finish_measure")
        refresh_effects([flag])
    return fresh


def cancel_measure(*, by: User, measure: Measure, version: int, note: str = "") -> Measure:
    """Give a measure up; it stays in the history."""
    with transaction.atomic():
        flag = locked_flag(by, measure.flag)
        check_open(flag)
        fresh = Measure.objects.select_for_update().get(pk=measure.pk)
        _check_undone(fresh)
        changes: dict[str, Any] = {"cancelled_at": clock.now()}
        if note.strip():
            changes["done_note"] = note.strip()
        _change(by, fresh, version, changes, "cancel_measure")
    return fresh


def remind_owner(*, by: User, measure: Measure, url: str = "") -> Measure:
    """Send the owner of a late measure a mail, once a day at most. Raises ``ValidationError``."""
    today = business_today()
    with transaction.atomic():
        flag = locked_flag(by, measure.flag)
        fresh = Measure.objects.select_for_update().select_related("owner").get(pk=measure.pk)
        _check_undone(fresh)
        if fresh.due_on >= today:
            raise ValidationError(_("This measure is not late."))
        if fresh.reminded_on == today:
            raise ValidationError(_("%(name)s was reminded today already.") % {"name": fresh.owner})
        before = {"reminded_on": fresh.reminded_on}
        Measure.objects.filter(pk=fresh.pk).update(reminded_on=today)
        fresh.reminded_on = today
        record_change(by=by, action="remind", record=fresh, before=before, after={"reminded_on": today})
        transaction.on_commit(lambda: _send(fresh, flag, by, url))
    return fresh


def _send(measure: Measure, flag: Flag, by: User, url: str) -> None:
    owner = measure.owner
    with translation.override(owner.language or settings.LANGUAGE_CODE):
        context = {"measure": measure, "flag": flag, "by": by, "url": url}
        text = render_to_string("visits/mail/reminder.txt", context)
        subject = _("Late since %(day)s: %(store)s") % {
            "day": measure.due_on.isoformat(),
            "store": " ".join(flag.store.name.split()),
        }
        send_mail(subject, text, None, [owner.email], fail_silently=True)


def _owned(by: User, measure: Measure) -> tuple[Measure, Flag]:
    """Return measure and flag, locked, for its owner or somebody who moves flags, and sees the store."""
    flag = flags_seen_by(by).filter(pk=measure.flag_id).select_for_update(of=("self",)).first()
    fresh = Measure.objects.select_for_update().get(pk=measure.pk)
    if flag is None or not (may_move_flags(by) or fresh.owner_id == by.pk):
        raise PermissionDenied
    check_open(flag)
    _check_undone(fresh)
    return fresh, flag


def _check_undone(measure: Measure) -> None:
    if measure.done_on is not None:
        raise ValidationError(_("This measure is done."))
    if measure.cancelled_at is not None:
        raise ValidationError(_("This measure was cancelled."))


def _change(by: User, measure: Measure, version: int, changes: dict[str, Any], action: str) -> None:
    before = {name: plain_value(getattr(measure, name)) for name in changes}
    apply_changes(measure, version=version, changes=changes)
    after = {name: plain_value(getattr(measure, name)) for name in changes}
    record_change(by=by, action=action, record=measure, before=before, after=after)


def _check(measure: Measure) -> None:
    try:
        measure.full_clean(exclude=["flag"])
    except ValidationError as error:
        raise ValidationError(error.message_dict) from error
