"""Planning who visits which store on which day: a whole day at once, or stop by stop."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Store
from ka_crm.lib.locks import hold_until_commit
from ka_crm.people.models import User
from ka_crm.records.editing import change_record, create_record
from ka_crm.records.operations import record_change
from ka_crm.records.queries import business_today
from visits.models import TaskReason, TaskState, VisitKind, VisitTask
from visits.queries.candidates import candidates_for
from visits.queries.route_settings import route_rules
from visits.queries.visits import may_plan_for, stores_visited_by
from visits.rules.route import MOST_STOPS, DayCapacity, Due, Place, best_order, choose_day, due_on


def plan_day(
    *, by: User | None, user: User, on: dt.date, capacity: DayCapacity | None = None
) -> list[VisitTask]:
    """Fill the day of ``user`` with the stores that are due, as many as fit, in a good order.

    What is planned already stays first and counts as filled; a store that anybody is to visit that day, or
    that ``user`` skipped, is left out. ``by`` is ``None`` for the night. Raises ``PermissionDenied``, and
    ``ValidationError`` for days that are over.
    """
    if by is not None:
        _may(by, user)
    _check_day(on)
    with transaction.atomic():
        hold_until_commit(f"visits of {user.pk} on {on}")
        planned = list(
            VisitTask.objects.filter(user=user, on=on, state=TaskState.PLANNED).select_related("store")
        )
        rules = route_rules()
        due = [item for one in candidates_for(user, on) if (item := due_on(one, on, rules.stale_days))]
        already = [_place(task.store) for task in planned]
        chosen = choose_day(due, capacity or rules.capacity, already, MOST_STOPS, rules.worth)
        tasks = _tasks(by, user, on, chosen, after=planned)
        VisitTask.objects.bulk_create(tasks)
        if tasks:
            stores = Store.objects.in_bulk([task.store_id for task in tasks])
            after = {"on": on, "stores": [stores[task.store_id].code for task in tasks]}
            record_change(by=by, action="plan_visits", record=user, after=after)
    return tasks


def _tasks(
    by: User | None, user: User, on: dt.date, chosen: Sequence[Due], after: Sequence[VisitTask]
) -> list[VisitTask]:
    """New stops in a good order behind those planned before."""
    places = [item.candidate.place for item in chosen]
    start = [_place(after[-1].store)] if after else []
    order = [i - len(start) for i in best_order([*start, *places]) if i >= len(start)]
    first = max((task.position for task in after), default=-1) + 1
    return [
        VisitTask(
            store_id=chosen[i].candidate.store,
            user=user,
            on=on,
            position=first + place,
            reason=TaskReason(chosen[i].reason),
            created_by=by,
        )
        for place, i in enumerate(order)
    ]


def add_stop(
    *,
    by: User,
    user: User,
    store: Store,
    on: dt.date,
    note: str = "",
    kind: str = VisitKind.ROUTINE,
    reason: str = TaskReason.ASKED,
) -> VisitTask:
    """Ask ``user`` (or oneself) to visit a store on a day. Raises ``PermissionDenied`` where ``by`` may not
    plan for them, and ``ValidationError`` by field."""
    _may(by, user)
    _check_day(on)
    for person in (by, user):
        if not stores_visited_by(person).filter(pk=store.pk).exists():
            text = _("%(name)s does not visit this store.") % {"name": person}
            raise ValidationError({"store" if person == by else "user": text})
    if VisitTask.objects.filter(user=user, store=store, on=on, state=TaskState.PLANNED).exists():
        raise ValidationError({"on": _("This visit is planned already.")})
    task = VisitTask(
        store=store,
        user=user,
        on=on,
        position=_next_position(user, on),
        kind=kind,
        reason=reason,
        note=note,
        created_by=by,
    )
    return create_record(task, by=by)


def remove_stop(*, by: User, task: VisitTask) -> None:
    """Take a planned visit back, as if nobody had asked for it. Raises ``PermissionDenied`` and, for what
    was done or skipped, ``ValidationError``."""
    _may(by, task.user)
    with transaction.atomic():
        fresh = VisitTask.objects.select_for_update().filter(pk=task.pk, state=TaskState.PLANNED).first()
        if fresh is None:
            raise ValidationError(_("This visit is not planned any more."))
        if fresh.flag_id is not None:
            raise ValidationError(_("This visit checks a measure again; leave it out with a reason instead."))
        before = {"store": fresh.store_id, "user": fresh.user_id, "on": fresh.on}
        record_change(by=by, action="remove_visit", record=fresh, before=before)
        fresh.delete()


def skip_stop(*, by: User, task: VisitTask, version: int, reason: str) -> VisitTask:
    """Leave a planned visit out, and say why. Raises ``PermissionDenied``, ``ValidationError`` and
    ``StaleVersion``."""
    _may(by, task.user)
    _check_state(task, TaskState.PLANNED)
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": _("Say why this visit is left out.")})
    if len(reason) > 200:
        raise ValidationError({"reason": _("Say it in at most 200 characters.")})
    changes = {"state": TaskState.SKIPPED, "skip_reason": reason}
    return change_record(task, by=by, version=version, changes=changes, action="skip_visit")


def resume_stop(*, by: User, task: VisitTask, version: int) -> VisitTask:
    """Put a skipped visit back on the list. Raises as ``skip_stop``."""
    _may(by, task.user)
    _check_state(task, TaskState.SKIPPED)
    changes = {"state": TaskState.PLANNED, "skip_reason": ""}
    return change_record(task, by=by, version=version, changes=changes, action="resume_visit")


def move_stop(*, by: User, task: VisitTask, version: int, on: dt.date) -> VisitTask:
    """Put a planned visit on another day, at its end. Raises as ``skip_stop``."""
    _may(by, task.user)
    _check_state(task, TaskState.PLANNED)
    _check_day(on)
    if task.on == on:
        return task
    changes = {"on": on, "position": _next_position(task.user, on)}
    return change_record(task, by=by, version=version, changes=changes, action="move_visit")


def reorder_day(*, by: User, user: User, on: dt.date, order: Sequence[int]) -> None:
    """Bring the planned visits of a day into an order of their ids.

    Raises ``PermissionDenied``, and ``ValidationError`` where other visits are planned by now.
    """
    _may(by, user)
    with transaction.atomic():
        rows = VisitTask.objects.select_for_update().filter(user=user, on=on, state=TaskState.PLANNED)
        tasks = {task.pk: task for task in rows}
        if sorted(tasks) != sorted(order):
            raise ValidationError(_("The list changed meanwhile. Here is how it is now."))
        before = sorted(tasks, key=lambda pk: (tasks[pk].position, pk))
        if before == list(order):
            return
        for place, pk in enumerate(order):
            tasks[pk].position = place
        VisitTask.objects.bulk_update(tasks.values(), ["position"])
        record_change(
            by=by,
            action="reorder_visits",
            record=user,
            before={"order": before},
            after={"on": on, "order": list(order)},
        )


def _place(store: Store) -> Place:
    return Place(store.latitude, store.longitude)


def _next_position(user: User, on: dt.date) -> int:
    last = VisitTask.objects.filter(user=user, on=on).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _may(by: User, user: User) -> None:
    if not may_plan_for(by, user):
        raise PermissionDenied


def _check_day(on: dt.date) -> None:
    today = business_today()
    if on < today:
        raise ValidationError({"on": _("This day is over.")})
    if on > today + dt.timedelta(days=366):
        raise ValidationError({"on": _("Plan at most a year ahead.")})


def _check_state(task: VisitTask, state: str) -> None:
    if not VisitTask.objects.filter(pk=task.pk, state=state).exists():
        raise ValidationError(_("This visit was changed meanwhile."))
