"""Reads of single flags: who sees which, what the guard table looks at, the life of one."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import Customer
from accounts.visibility import store_scope
from ka_crm.people.models import User
from ka_crm.records.queries import system_setting
from visits.models import (
    Flag,
    FlagNote,
    FlagState,
    FlagWatch,
    Inspection,
    Measure,
    StoreShare,
    WatchState,
)
from visits.rules.flag_life import FlagFacts

#: Name of the system setting: the gap a month (ten-thousandths) below which the first list shows no flag.
MINIMUM_GAP = "flag_minimum_gap"


@dataclass(frozen=True)
class FlagLife:
    """Everything that the page of one flag shows."""

    flag: Flag
    facts: FlagFacts
    share: StoreShare | None
    inspections: list[Inspection]
    measures: list[Measure]
    notes: list[FlagNote]
    earlier: list[Flag]

    @property
    def inspection(self) -> Inspection | None:
        """The newest inspection, done or planned."""
        return self.inspections[0] if self.inspections else None


def minimum_gap() -> int:
    """Return the gap a month (ten-thousandths) below which flags are shown only on demand."""
    return int(system_setting(MINIMUM_GAP, 0))


def flags_seen_by(viewer: User) -> "QuerySet[Flag]":
    """Return the flags of stores that ``viewer`` may see, closed ones included."""
    flags = Flag.objects.filter(store_scope(viewer, "store__"))
    return flags.select_related("store__customer", "category")


def flag_seen_by(viewer: User, pk: int) -> Flag:
    """Return one flag; 404 for whoever may not see its store."""
    rows = flags_seen_by(viewer).select_related("supervisor", "store__customer__kam", "effect")
    return get_object_or_404(rows, pk=pk)


def inspections_seen_by(viewer: User) -> "QuerySet[Inspection]":
    """Return the inspections in stores that ``viewer`` may see."""
    rows = Inspection.objects.filter(store_scope(viewer, "flag__store__"))
    return rows.select_related("flag__store__customer", "flag__category", "by").prefetch_related("findings")


def measures_seen_by(viewer: User) -> "QuerySet[Measure]":
    """Return the measures in stores that ``viewer`` may see, cancelled ones included."""
    rows = Measure.objects.filter(store_scope(viewer, "flag__store__"))
    return rows.select_related("flag__store__customer", "flag__category", "owner")


def facts_of(flag: Flag) -> FlagFacts:
    """Return what the guard table looks at."""
    return facts_of_many([flag])[flag.pk]


def life_of(flag: Flag) -> FlagLife:
    """Return the life of one flag; a bounded number of queries."""
    share = StoreShare.objects.filter(store=flag.store_id, category=flag.category_id).first()
    earlier = Flag.objects.filter(store=flag.store_id, category=flag.category_id).exclude(pk=flag.pk)
    return FlagLife(
        flag=flag,
        facts=facts_of(flag),
        share=share,
        inspections=list(
            flag.inspections.select_related("by").prefetch_related("findings__photos__file")[:20]
        ),
        measures=list(flag.measures.select_related("owner")),
        notes=list(flag.notes.select_related("by")[:50]),
        earlier=list(earlier.select_related("effect").order_by("-opened_on")[:5]),
    )


def newest_flag_of(store_id: int, category_id: int, viewer: User) -> Flag | None:
    """Return the open flag of a store and category, else the one closed last."""
    rows = flags_seen_by(viewer).filter(store=store_id, category=category_id)
    rows = rows.select_related("supervisor", "effect")
    opened = rows.exclude(state=FlagState.CLOSED).first()
    return opened or rows.order_by("-closed_on", "-pk").first()


@dataclass(frozen=True)
class OpenFlags:
    """Open flags of a customer: how many, without any measure, and with one that is late."""

    count: int
    without_measure: int
    late: int
    oldest_on: dt.date | None


def open_flags_of(customer: Customer, viewer: User, today: dt.date) -> OpenFlags:
    """Return what a customer's open flags come to, for the head of its dossier; one query."""
    flags = Flag.objects.filter(store_scope(viewer, "store__"), store__customer=customer)
    measured = Q(measures__isnull=False, measures__cancelled_at__isnull=True)
    found = (
        flags.exclude(state=FlagState.CLOSED)
        .order_by()
        .aggregate(
            count=Count("pk", distinct=True),
            measured=Count("pk", filter=measured, distinct=True),
            late=Count(
                "pk",
                filter=measured & Q(measures__due_on__lt=today, measures__done_on__isnull=True),
                distinct=True,
            ),
            oldest=Min("opened_on"),
        )
    )
    return OpenFlags(found["count"], found["count"] - found["measured"], found["late"], found["oldest"])


def treated_flags_of(customer: Customer, viewer: User) -> "QuerySet[Flag]":
    """Return a customer's open flags for which a measure was taken."""
    measures = Measure.objects.filter(flag=OuterRef("pk"), cancelled_at__isnull=True)
    flags = Flag.objects.filter(store_scope(viewer, "store__"), store__customer=customer)
    return flags.exclude(state=FlagState.CLOSED).filter(Exists(measures))


def facts_of_many(flags: Sequence[Flag]) -> dict[int, FlagFacts]:
    """Return what the guard table looks at for each flag (by id); four queries for all."""
    ids = [flag.pk for flag in flags]
    inspections = Inspection.objects.filter(flag__in=ids).values_list(
        "flag_id", "by_id", "planned_on", "done_on"
    )
    planned = {row[0] for row in inspections if row[1] and row[2]}
    inspected = {row[0] for row in inspections if row[3]}
    measures = Measure.objects.filter(flag__in=ids, cancelled_at__isnull=True)
    done = Counter(measures.filter(done_on__isnull=False).values_list("flag_id", flat=True))
    undone = Counter(measures.filter(done_on__isnull=True).values_list("flag_id", flat=True))
    watches = FlagWatch.objects.filter(store__in=[flag.store_id for flag in flags], state=WatchState.OK)
    back = set(watches.values_list("store_id", "category_id"))
    return {
        flag.pk: FlagFacts(
            state=flag.state,
            is_inspection_planned=flag.pk in planned,
            is_inspected=flag.pk in inspected,
            measures_open=undone[flag.pk],
            measures_done=done[flag.pk],
            is_back=(flag.store_id, flag.category_id) in back,
        )
        for flag in flags
    }
