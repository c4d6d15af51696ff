"""Proposes a visit where a measure has had time to work: whoever answers for the flag looks again.

Five new visits after the first measure, or three new months of full counts, ask for it; after a re-check
that left the flag open, five more do. Called by every evaluation of a store and once at night; one such
visit is planned at a time for each flag, so that calling it again plans nothing.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from ka_crm.lib.locks import hold_until_commit
from ka_crm.people.models import User
from ka_crm.records.operations import record_creations
from ka_crm.records.queries import business_today
from visits.models import Flag, FlagState, Observation, TaskReason, TaskState, VisitTask
from visits.models.observation import ObservationKind
from visits.queries.visits import stores_visited_by
from visits.rules.flag_life import is_recheck_due
from visits.rules.working_days import working_day

_TREATED = (FlagState.MEASURES, FlagState.RECOVERING)
_DAYS_TRIED = 10


def propose_rechecks(store_ids: Sequence[int] | None = None, *, on: dt.date | None = None) -> list[VisitTask]:
    """Plan the re-checks that are due, of some stores or of all, on a working day from ``on`` on.

    ``on`` is tomorrow where none is given. A flag whose supervisor cannot go is left to the account manager;
    where nobody can, nothing is planned. Returns the new visits.
    """
    flags = list(_due(store_ids))
    if not flags:
        return []
    first = working_day(on or business_today() + dt.timedelta(days=1))
    with transaction.atomic():
        hold_until_commit("rechecks")
        planned = set(_planned().values_list("flag", flat=True))
        tasks = [task for flag in flags if flag.pk not in planned and (task := _task(flag, first))]
        record_creations(
            by=None,
            created=[
                (task, {"store": task.store.code, "on": task.on, "user": task.user_id, "flag": task.flag_id})
                for task in tasks
            ],
        )
    return tasks


def recheck_of(flag: Flag) -> VisitTask | None:
    """Return the planned re-check of a flag, if there is one."""
    return _planned().filter(flag=flag).select_related("user").first()


def withdraw_recheck(flag: Flag) -> None:
    """Take a flag's planned re-check from the list: the flag was closed."""
    _planned().filter(flag=flag).update(
        state=TaskState.SKIPPED, skip_reason=_("The flag was closed."), version=F("version") + 1
    )


def _planned() -> "QuerySet[VisitTask]":
    return VisitTask.objects.filter(flag__isnull=False, state=TaskState.PLANNED)


def _due(store_ids: Sequence[int] | None) -> list[Flag]:
    rows = Flag.objects.filter(
        ~Exists(_planned().filter(flag=OuterRef("pk"))), state__in=_TREATED, effect__isnull=False
    )
    if store_ids is not None:
        rows = rows.filter(store__in=list(store_ids))
    ended = Q(tasks__state__in=(TaskState.DONE, TaskState.SKIPPED))
    rows = rows.select_related("store__customer__kam", "supervisor", "effect")
    return [
        flag
        for flag in rows.annotate(last_recheck=Max("tasks__on", filter=ended)).order_by("pk")
        if _is_due(flag, flag.last_recheck)
    ]


def _is_due(flag: Flag, last: dt.date | None) -> bool:
    effect = flag.effect
    if last is None or last < effect.since_on:  # or: another measure was done first after it
        return is_recheck_due(effect.visits_since, effect.visits_after if effect.basis == "totals" else 0)
    new = Observation.objects.filter(
        store=flag.store_id,
        category=flag.category_id,
        date__gt=last,
        kind=ObservationKind.ROUTINE,
        is_live=True,
        is_confirmed=True,
    )
    return is_recheck_due(new.count())


def _task(flag: Flag, first: dt.date) -> VisitTask | None:
    """Plan one re-check; a visit planned for that person, store and day anyway becomes it."""
    user = next((person for person in _people(flag) if _may_go(person, flag)), None)
    if user is None:
        return None
    on, planned = first, VisitTask.objects.filter(store=flag.store_id, user=user, state=TaskState.PLANNED)
    for _try in range(_DAYS_TRIED):
        there = planned.filter(on=on).first()
        if there is None:
            break
        if there.sample_round_id is None and there.flag_id is None:
            there.flag, there.reason, there.version = flag, TaskReason.RECHECK, there.version + 1
            there.save(update_fields=["flag", "reason", "version"])
            return there
        on = working_day(on + dt.timedelta(days=1))
    else:
        return None
    last = VisitTask.objects.filter(user=user, on=on).aggregate(last=Max("position"))["last"]
    return VisitTask.objects.create(
        store=flag.store,
        user=user,
        on=on,
        position=0 if last is None else last + 1,
        reason=TaskReason.RECHECK,
        flag=flag,
    )


def _people(flag: Flag) -> list[User]:
    """Who answers for the flag first, then the account manager."""
    return [person for person in (flag.supervisor, flag.store.customer.kam) if person is not None]


def _may_go(person: User, flag: Flag) -> bool:
    return person.is_active and stores_visited_by(person).filter(pk=flag.store_id).exists()
