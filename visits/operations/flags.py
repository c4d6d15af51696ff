"""The steps of a flag's life: assigned, inspection planned, moved, closed, opened again; and notes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ka_crm.lib.locks import hold_until_commit
from ka_crm.lib.versions import apply_changes
from ka_crm.people.models import User
from ka_crm.records.operations import differences, plain_value, record_change
from ka_crm.records.queries import business_today
from visits.effects import refresh_effects
from visits.models import Flag, FlagNote, FlagOutcome, FlagState, Inspection
from visits.permissions import may_move_flags, people_who_see
from visits.queries.flags import facts_of, flags_seen_by
from visits.rechecks import withdraw_recheck
from visits.rules import flag_life
from visits.watching import WRITING

#: Flags of one round of inspections.
MOST_AT_ONCE = 200
REASONS: dict[str, Any] = {
    flag_life.NO_SUCH_STEP: gettext_lazy("This step does not follow from where the flag stands."),
    flag_life.NEEDS_PLAN: gettext_lazy("First say who inspects, and when."),
    flag_life.NEEDS_DONE_INSPECTION: gettext_lazy("First inspect: display, promotion and sales staff."),
    flag_life.NEEDS_MEASURE: gettext_lazy("First say what is done, by whom, until when."),
    flag_life.MEASURES_OPEN: gettext_lazy("Some measures are still open: finish or cancel them first."),
    flag_life.NO_MEASURE_DONE: gettext_lazy("No measure was done yet."),
    flag_life.NEEDS_OUTCOME: gettext_lazy("Say how it ended."),
    flag_life.OUTCOME_TOO_EARLY: gettext_lazy("This outcome needs measures, and visits after them."),
}


def assign_flag(*, by: User, flag: Flag, version: int, supervisor: User | None) -> Flag:
    """Say who answers for a flag. Raises ``StaleVersion`` and ``ValidationError``."""
    with transaction.atomic():
        fresh = locked_flag(by, flag)
        check_open(fresh)
        if supervisor is not None:
            check_sees(fresh, supervisor, "supervisor")
        return changed(by, fresh, version, {"supervisor": supervisor}, "assign")


def plan_inspection(
    *, by: User, flag: Flag, version: int, inspector: User, planned_on: dt.date, note: str = ""
) -> Inspection:
    """Say who inspects a flagged store on which day; a plan that stands already is changed.

    A flag that nobody inspects yet goes to ``inspecting``.
    """
    with transaction.atomic():
        fresh = locked_flag(by, flag)
        return _plan(by, fresh, version, inspector, planned_on, note)


def plan_round(
    *, by: User, flags: Sequence[tuple[Flag, int]], inspector: User, planned_on: dt.date, note: str = ""
) -> int:
    """Plan the inspection of many flags (each with its version) at once, all or none; return how many."""
    if not 0 < len(flags) <= MOST_AT_ONCE:
        raise ValidationError(_("Choose at least one store, and at most %(n)s.") % {"n": MOST_AT_ONCE})
    with transaction.atomic():
        for flag, version in sorted(flags, key=lambda pair: pair[0].pk):
            _plan(by, locked_flag(by, flag), version, inspector, planned_on, note)
    return len(flags)


def move_flag(*, by: User, flag: Flag, version: int, to: str) -> Flag:
    """Take a flag a step on or back along the guard table; closing has an operation of its own."""
    if to == FlagState.CLOSED:
        raise ValidationError(REASONS[flag_life.NEEDS_OUTCOME])
    with transaction.atomic():
        fresh = locked_flag(by, flag)
        return step(by, fresh, version, to, "move_flag")


def close_flag(*, by: User, flag: Flag, version: int, outcome: str, text: str = "") -> Flag:
    """End a flag's life with an outcome and what was learned; its effect is computed a last time."""
    if outcome not in FlagOutcome.values:
        raise ValidationError({"outcome": REASONS[flag_life.NEEDS_OUTCOME]})
    with transaction.atomic():
        fresh = locked_flag(by, flag)
        refresh_effects([fresh])
        more = {"closed_on": business_today(), "outcome": outcome, "outcome_text": text.strip()}
        closed = step(by, fresh, version, FlagState.CLOSED, "close_flag", more)
        withdraw_recheck(closed)
        return closed


def reopen_flag(*, by: User, flag: Flag, version: int) -> Flag:
    """Open a closed flag again where it was left: recovering after measures, else flagged."""
    with transaction.atomic():
        hold_until_commit(WRITING)  # no evaluation opens another one meanwhile
        fresh = locked_flag(by, flag)
        if fresh.state != FlagState.CLOSED:
            raise ValidationError(_("This flag is open."))
        others = Flag.objects.filter(store=fresh.store_id, category=fresh.category_id)
        if others.exclude(state=FlagState.CLOSED).exists():
            raise ValidationError(_("The store has been flagged again meanwhile; work on that flag."))
        to = FlagState.RECOVERING if facts_of(fresh).measures_done else FlagState.FLAGGED
        changes = {
            "state": to, "moved_on": business_today(), "closed_on": None, "outcome": "", "outcome_text": "",
        }  # fmt: skip
        return changed(by, fresh, version, changes, "reopen_flag")


def note_flag(*, by: User, flag: Flag, text: str) -> FlagNote:
    """Write something down about a flag; whoever sees its store may."""
    text = text.strip()
    if not text:
        raise ValidationError({"text": _("Write a word.")})
    if not flags_seen_by(by).filter(pk=flag.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        note = FlagNote.objects.create(flag=flag, by=by, text=text)
        record_change(by=by, action="create", record=note, after={"flag": flag.pk, "text": text})
    return note


def locked_flag(by: User, flag: Flag) -> Flag:
    """Return the flag as it is now, held until the end of the transaction, for somebody who may move it.

    Raises ``PermissionDenied``.
    """
    if not may_move_flags(by):
        raise PermissionDenied
    found = flags_seen_by(by).filter(pk=flag.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise PermissionDenied
    return found


def check_sees(flag: Flag, person: User, field: str) -> None:
    """Refuse work for people who may not see the store."""
    if not people_who_see(flag.store).filter(pk=person.pk).exists():
        raise ValidationError({field: _("This person does not see the store.")})


def step(
    by: User, flag: Flag, version: int, to: str, action: str, more: Mapping[str, Any] | None = None
) -> Flag:
    """Take a locked flag to a state where the guard table lets it; one audit row."""
    more = dict(more or {})
    reason = flag_life.refusal(facts_of(flag), to, str(more.get("outcome", "")))
    if reason and flag.version == version:
        raise ValidationError(REASONS[reason])
    return changed(by, flag, version, {"state": to, "moved_on": business_today(), **more}, action)


def changed(by: User, flag: Flag, version: int, changes: dict[str, Any], action: str) -> Flag:
    """Write changes of a locked flag that still has ``version``, with their audit row."""
    before = {name: plain_value(getattr(flag, name)) for name in changes}
    apply_changes(flag, version=version, changes=changes)
    old, new = differences(before, {name: plain_value(getattr(flag, name)) for name in changes})
    record_change(by=by, action=action, record=flag, before=old, after=new)
    return flag


def check_open(flag: Flag) -> None:
    """Refuse work on closed flags."""
    if flag.state == FlagState.CLOSED:
        raise ValidationError(_("This flag is closed; open it again first."))


def _plan(by: User, flag: Flag, version: int, inspector: User, planned_on: dt.date, note: str) -> Inspection:
    """Plan the inspection of a locked flag; the flag's row tells it all in the audit."""
    if flag.version == version and flag.state not in (FlagState.FLAGGED, FlagState.INSPECTING):
        raise ValidationError(REASONS[flag_life.NO_SUCH_STEP])
    check_sees(flag, inspector, "inspector")
    if planned_on < business_today():
        raise ValidationError({"planned_on": _("This day is over.")})
    before: dict[str, Any] = {"state": flag.state}
    apply_changes(flag, version=version, changes={"state": FlagState.INSPECTING, "moved_on": _since(flag)})
    planned = flag.inspections.select_for_update().filter(done_on__isnull=True).first()
    if planned is None:
        planned = Inspection(flag=flag)
    else:
        before |= {"inspector": planned.by_id, "planned_on": plain_value(planned.planned_on)}
        planned.version += 1
    planned.by, planned.planned_on, planned.note = inspector, planned_on, note.strip() or planned.note
    planned.save()
    after = {"state": flag.state, "inspector": inspector.pk, "planned_on": plain_value(planned_on)}
    old, new = differences(before, after)
    record_change(by=by, action="plan_inspection", record=flag, before=old, after=new)
    return planned


def _since(flag: Flag) -> dt.date:
    return flag.moved_on if flag.state == FlagState.INSPECTING else business_today()
