"""Reads of control counts beside a person's own, and of the numbers that may judge a person."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from accounts.visibility import store_scope
from ka_crm.people.models import Role, User
from visits.models import CategoryTotal, Observation, StoreShare, VisitTask
from visits.models.observation import ObservationKind
from visits.models.store_share import ShareStatus
from visits.permissions import MAY_DRAW, may_read_samples
from visits.queries.open_rounds import not_of_open_rounds
from visits.rules.deviation import DAYS_APART, LEAST_VISITS, Pair, routine_of
from visits.rules.deviation import Count as Counted

#: Control counts older than this say nothing about how somebody counts today.
LOOK_BACK_DAYS = 365
_OF_ROUND = VisitTask.objects.filter(visit=OuterRef("visit"), sample_round__isnull=False)


@dataclass(frozen=True)
class SeenPair:
    """One control count beside the person's own counts around it; units in ten-thousandths."""

    person: User
    control: Observation
    routine: Counted
    is_drawn: bool

    @property
    def pair(self) -> Pair:
        """What the comparison needs of it."""
        control = self.control
        visit = (control.store_id, control.date)
        return Pair(visit, self.routine.total, self.routine.own, control.total_units, control.own_units)


@dataclass(frozen=True)
class JudgedBy:
    """All brands and ours from numbers that a person did not type in; ten-thousandths, 0 where none.

    ``full_stores`` have full counts, ``sample_visits`` drawn control visits stand behind the sample.
    """

    full_total: int = 0
    full_own: int = 0
    sample_total: int = 0
    sample_own: int = 0
    full_stores: int = 0
    sample_visits: int = 0

    @property
    def full_share(self) -> float | None:
        """Our share by full counts."""
        return self.full_own / self.full_total if self.full_total else None

    @property
    def sample_share(self) -> float | None:
        """Our share by drawn control counts."""
        return self.sample_own / self.sample_total if self.sample_total else None

    @property
    def basis(self) -> str:
        """What may judge: ``full`` counts, else ``sample`` of at least five control visits, else nothing."""
        if self.full_total:
            return "full"
        return "sample" if self.sample_total and self.sample_visits >= LEAST_VISITS else ""

    @property
    def share(self) -> float | None:
        """Our share by the numbers that may judge; ``None`` where there are not enough."""
        return {"full": self.full_share, "sample": self.sample_share}.get(self.basis)


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
        .annotate(total=Sum("total_units"), own=Sum("own_units"), behind=Count("store", distinct=True))
    )
    drawn = _control_rows(viewer, today).filter(Exists(_OF_ROUND), store__customer__kam__in=kams)
    sample = (
        drawn.order_by()
        .values("store__customer__kam")
        .annotate(total=Sum("total_units"), own=Sum("own_units"), behind=Count("visit", distinct=True))
    )
    by_full = {row["store__customer__kam"]: row for row in full}
    by_sample = {row["store__customer__kam"]: row for row in sample}
    none = {"total": 0, "own": 0, "behind": 0}
    return {
        kam.pk: JudgedBy(
            by_full.get(kam.pk, none)["total"],
            by_full.get(kam.pk, none)["own"],
            by_sample.get(kam.pk, none)["total"],
            by_sample.get(kam.pk, none)["own"],
            by_full.get(kam.pk, none)["behind"],
            by_sample.get(kam.pk, none)["behind"],
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
) -> tuple[dict[tuple[int, int], dict[int, list[Counted]]], dict[int, User]]:
    """Routine counts by store and category and by who counted, around the control counts."""
    found: dict[tuple[int, int], dict[int, list[Counted]]] = defaultdict(lambda: defaultdict(list))
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
                Counted(row.date, row.total_units, row.own_units)
            )
    return found, people


@dataclass(frozen=True)
class GapByFullCounts:
    """Stores surely below market share, and their gap a month (ten-thousandths), by full counts alone."""

    stores: int = 0
    below: int = 0
    gap_amount: int = 0


def gaps_to_judge_by(viewer: User, kams: Sequence[User]) -> dict[int, GapByFullCounts]:
    """Return where account managers' stores with full counts stand against the market, by the manager's id.

    A manager without such stores is missing. One query.
    """
    sure = Q(status=ShareStatus.BELOW_CONFIRMED)
    rows = (
        StoreShare.objects.filter(
            store_scope(viewer, "store__"),
            basis="totals",
            store__archived_at__isnull=True,
            store__customer__kam__in=kams,
        )
        .order_by()
        .values("store__customer__kam")
        .annotate(
            stores=Count("store", distinct=True),
            below=Count("store", filter=sure, distinct=True),
            gap=Sum("gap_amount"),
        )
    )
    return {
        row["store__customer__kam"]: GapByFullCounts(row["stores"], row["below"], row["gap"] or 0)
        for row in rows
    }
