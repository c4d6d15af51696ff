"""Reads of control counts beside a person's own, and of the numbers that may judge a person."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Sum

from accounts.visibility import store_scope
from ka_crm.people.models import Role, User
from visits.models import CategoryTotal, Observation, VisitTask
from visits.models.observation import ObservationKind
from visits.permissions import MAY_DRAW, may_read_samples
from visits.queries.open_rounds import not_of_open_rounds
from visits.rules.deviation import DAYS_APART, Count, Pair, routine_of

#: Control counts older than this say nothing about how somebody counts today.
LOOK_BACK_DAYS = 365
_OF_ROUND = VisitTask.objects.filter(visit=OuterRef("visit"), sample_round__isnull=False)


@dataclass(frozen=True)
class SeenPair:
    """One control count beside the person's own counts around it; units in ten-thousandths."""

    person: User
    control: Observation
    routine: Count
    is_drawn: bool

    @property
    def pair(self) -> Pair:
        """What the comparison needs of it."""
        control = self.control
        visit = (control.store_id, control.date)
        return Pair(visit, self.routine.total, self.routine.own, control.total_units, control.own_units)


@dataclass(frozen=True)
class JudgedBy:
    """All brands and ours from numbers that a person did not type in; ten-thousandths, 0 where none."""

    full_total: int = 0
    full_own: int = 0
    sample_total: int = 0
    sample_own: int = 0

    @property
    def full_share(self) -> float | None:
        """Our share by full counts."""
        return self.full_own / self.full_total if self.full_total else None

    @property
    def sample_share(self) -> float | None:
        """Our share by drawn control counts."""
        return self.sample_own / self.sample_total if self.sample_total else None


def pairs_seen_by(viewer: User, today: dt.date, person: User | None = None) -> list[SeenPair]:
    """Return the control counts of the last twelve months that have routine counts of one person of the
    same store and category within two weeks around them, newest first; two queries for any number.

    A control is what a supervisor, director or administrator counted, never the person. Account managers
    get their own pairs of closed rounds.
    """
    if not may_read_samples(viewer):
        return []
    controls = _controls(viewer, today)
    counts, people = _routine_counts(controls, viewer if viewer.role == Role.KAM else person)
    found = []
    for control in controls:
        for name in sorted(counts.get((control.store_id, control.category_id), {})):
            if name == control.rep_id:
                continue
            near = routine_of(control.date, counts[control.store_id, control.category_id][name])
            if near is not None:
                is_drawn = bool(control.of_round)  # type: ignore[attr-defined]
                found.append(SeenPair(people[name], control, near, is_drawn))
    return found


def numbers_to_judge_by(viewer: User, kams: Sequence[User], today: dt.date) -> dict[int, JudgedBy]:
    """Return what account managers' stores sold by full counts and by drawn control counts of the last
    twelve months, by the manager's id: the only numbers that may judge a person. Two queries."""
    first = today - dt.timedelta(days=LOOK_BACK_DAYS)
    full = (
        CategoryTotal.objects.filter(
            store_scope(viewer, "store__"),
            is_live=True,
            month__gte=first,
            total_units__isnull=False,
            own_units__isnull=False,
            store__customer__kam__in=kams,
        )
        .order_by()
        .values("store__customer__kam")
        .annotate(total=Sum("total_units"), own=Sum("own_units"))
    )
    drawn = _control_rows(viewer, today).filter(Exists(_OF_ROUND), store__customer__kam__in=kams)
    sample = (
        drawn.order_by()
        .values("store__customer__kam")
        .annotate(total=Sum("total_units"), own=Sum("own_units"))
    )
    by_full = {row["store__customer__kam"]: row for row in full}
    by_sample = {row["store__customer__kam"]: row for row in sample}
    none = {"total": 0, "own": 0}
    return {
        kam.pk: JudgedBy(
            by_full.get(kam.pk, none)["total"],
            by_full.get(kam.pk, none)["own"],
            by_sample.get(kam.pk, none)["total"],
            by_sample.get(kam.pk, none)["own"],
        )
        for kam in kams
    }


def _control_rows(viewer: User, today: dt.date) -> "QuerySet[Observation]":
    return Observation.objects.filter(
        store_scope(viewer, "store__"),
        not_of_open_rounds(viewer, "visit"),
        kind=ObservationKind.CONTROL,
        is_live=True,
        is_confirmed=True,
        rep__role__in=MAY_DRAW,
        date__gt=today - dt.timedelta(days=LOOK_BACK_DAYS),
        date__lte=today,
    )


def _controls(viewer: User, today: dt.date) -> list[Observation]:
    rows = _control_rows(viewer, today).annotate(of_round=Exists(_OF_ROUND))
    rows = rows.select_related("store", "store__customer", "category", "rep", "visit")
    return list(rows.order_by("-date", "store__name", "category__name", "pk"))


def _routine_counts(
    controls: Sequence[Observation], person: User | None
) -> tuple[dict[tuple[int, int], dict[int, list[Count]]], dict[int, User]]:
    """Routine counts by store and category and by who counted, around the control counts."""
    found: dict[tuple[int, int], dict[int, list[Count]]] = defaultdict(lambda: defaultdict(list))
    if not controls:
        return found, {}
    days = dt.timedelta(days=DAYS_APART)
    dates = [control.date for control in controls]
    rows = Observation.objects.filter(
        store__in={control.store_id for control in controls},
        date__range=(min(dates) - days, max(dates) + days),
        kind=ObservationKind.ROUTINE,
        is_live=True,
        is_confirmed=True,
        rep__role__in=(Role.KAM, Role.REP),
    )
    if person is not None:
        rows = rows.filter(rep=person)
    people: dict[int, User] = {}
    for row in rows.select_related("rep").order_by("date", "pk"):
        if row.rep is not None:
            people[row.rep.pk] = row.rep
            found[row.store_id, row.category_id][row.rep.pk].append(
                Count(row.date, row.total_units, row.own_units)
            )
    return found, people
