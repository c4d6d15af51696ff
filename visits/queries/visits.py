"""Reads of visits: what was planned, done and left out, by whom, and what came of it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from accounts.models import Store
from accounts.visibility import visited_scope
from ka_crm.people.models import Role, User
from ka_crm.people.queries import territory_ids_below
from visits.models import Observation, StoreShare, TaskState, Visit, VisitCadence, VisitTask
from visits.models.observation import ObservationKind
from visits.models.store_share import ShareStatus
from visits.permissions import COUNT_FOR_OTHERS, MAY_COUNT
from visits.rules.plausibility import USUAL_OF, Usual, usual_of

BELOW = (ShareStatus.BELOW_CONFIRMED, ShareStatus.BELOW_WATCH)
NEAR = 5


@dataclass(frozen=True)
class Stop:
    """One planned visit, with what tells why this store.

    ``share`` is where the store stands in its worst category; ``last_on`` its last count before the day.
    """

    task: VisitTask
    share: StoreShare | None
    last_on: dt.date | None
    visits_a_month: float | None


def visits_seen_by(viewer: User) -> "QuerySet[Visit]":
    """Return the visits in stores that ``viewer`` visits; representatives see their own."""
    rows = Visit.objects.filter(visited_scope(viewer, "store__"))
    return rows.filter(by=viewer) if viewer.role == Role.REP else rows


def visit_by_uuid(viewer: User, client_uuid: uuid.UUID) -> Visit | None:
    """Return a visit that ``viewer`` may see by the number that the phone gave it."""
    rows = visits_seen_by(viewer).select_related("store", "store__customer", "by")
    return rows.filter(client_uuid=client_uuid).first()


def people_visiting(viewer: User) -> "QuerySet[User]":
    """Return whose days ``viewer`` may look at and plan: their own; supervisors those of their subtree,
    directors and administrators everybody's."""
    people = User.objects.filter(is_active=True, role__in=MAY_COUNT)
    if viewer.role in (Role.DIRECTOR, Role.ADMIN):
        return people
    if viewer.role == Role.SUPERVISOR and viewer.territory_id:
        below = Q(territory__in=territory_ids_below(viewer.territory_id))
        return people.filter(Q(pk=viewer.pk) | below & Q(role__in=(Role.KAM, Role.REP, Role.SUPERVISOR)))
    return people.filter(pk=viewer.pk)


def may_plan_for(viewer: User, user: User) -> bool:
    """Return whether ``viewer`` may change the day of ``user``."""
    if viewer.role not in MAY_COUNT:
        return False
    return viewer.pk == user.pk or (
        viewer.role in COUNT_FOR_OTHERS and people_visiting(viewer).filter(pk=user.pk).exists()
    )


def stores_visited_by(viewer: User) -> "QuerySet[Store]":
    """Return the stores that ``viewer`` visits, without those put away."""
    return Store.objects.visited_by(viewer).filter(
        archived_at__isnull=True, customer__archived_at__isnull=True
    )


def tasks_of(viewer: User, user: User, on: dt.date) -> list[VisitTask]:
    """Return the planned visits of ``user`` on a day in stores that both may visit, in their order."""
    rows = VisitTask.objects.filter(
        visited_scope(viewer, "store__"), visited_scope(user, "store__"), user=user, on=on
    )
    return list(rows.select_related("store", "store__customer", "visit", "created_by"))


def stops_of(viewer: User, user: User, on: dt.date) -> list[Stop]:
    """Return the stops of a day with their reasons; four queries however many there are."""
    tasks = tasks_of(viewer, user, on)
    ids = [task.store_id for task in tasks]
    shares = worst_shares(ids)
    last = last_counts(ids, before=on)
    rhythm = dict(VisitCadence.objects.filter(store__in=ids).values_list("store", "visits_a_month"))
    return [
        Stop(task, shares.get(task.store_id), last.get(task.store_id), rhythm.get(task.store_id))
        for task in tasks
    ]


def worst_shares(ids: Sequence[int]) -> dict[int, StoreShare]:
    """Return where each store stands in the category that loses most, by store id."""
    rows = StoreShare.objects.filter(store__in=ids).select_related("category")
    found: dict[int, StoreShare] = {}
    for row in rows.order_by("-gap_amount", "category__name", "pk"):
        found.setdefault(row.store_id, row)
    return found


def last_counts(ids: Sequence[int], *, before: dt.date) -> dict[int, dt.date]:
    """Return the newest day, before another, on which somebody counted in each store."""
    visits = Visit.objects.filter(store__in=ids, on__lt=before).order_by()
    counts = Observation.objects.filter(store__in=ids, date__lt=before, is_live=True).order_by()
    found: dict[int, dt.date] = dict(
        visits.values("store").annotate(last=Max("on")).values_list("store", "last")
    )
    for store, day in counts.values("store").annotate(last=Max("date")).values_list("store", "last"):
        found[store] = max(day, found.get(store, day))
    return found


def stores_losing_most(viewer: User, most: int = NEAR) -> list[StoreShare]:
    """Return the stores that ``viewer`` visits and that lose most against market share."""
    rows = StoreShare.objects.filter(
        visited_scope(viewer, "store__"),
        status__in=BELOW,
        gap_amount__gt=0,
        store__archived_at__isnull=True,
        store__customer__archived_at__isnull=True,
    )
    return list(
        rows.select_related("store", "store__customer", "category").order_by("-gap_amount", "pk")[:most]
    )


def counts_of_visit(visit: Visit) -> list[Observation]:
    """Return what was counted on a visit, corrected counts included."""
    rows = Observation.objects.filter(visit=visit).select_related("category")
    return list(rows.prefetch_related("brand_counts").order_by("category__name", "pk"))


def asides_of(visit: Visit) -> list[tuple[Observation, Usual | None]]:
    """Return the counts of a visit that wait to be confirmed, each with what its store usually sells."""
    waiting = Observation.objects.filter(visit=visit, is_live=True, is_confirmed=False)
    return [(count, _usual(count)) for count in waiting.select_related("category").order_by("pk")]


def _usual(count: Observation) -> Usual | None:
    earlier = Observation.objects.filter(
        store=count.store_id,
        category=count.category_id,
        is_live=True,
        is_confirmed=True,
        kind=ObservationKind.ROUTINE,
    ).exclude(date=count.date)
    return usual_of(list(earlier.order_by("-date").values_list("total_units", flat=True)[:USUAL_OF]))


@dataclass(frozen=True)
class WeekOfPerson:
    """Planned against done in one week; ``unplanned`` visits had no task."""

    user: User
    planned: int
    done: int
    skipped: int
    unplanned: int

    @property
    def open(self) -> int:
        """Planned and neither done nor skipped."""
        return self.planned - self.done - self.skipped


def week_of_people(viewer: User, monday: dt.date) -> list[WeekOfPerson]:
    """Return planned against done in the seven days from ``monday``, for everybody whom ``viewer`` sees."""
    days = (monday, monday + dt.timedelta(days=6))
    people = {user.pk: user for user in people_visiting(viewer)}
    tasks = (
        VisitTask.objects.filter(user__in=people, on__range=days)
        .order_by()
        .values("user")
        .annotate(
            planned=Count("pk"),
            done=Count("pk", filter=Q(state=TaskState.DONE)),
            skipped=Count("pk", filter=Q(state=TaskState.SKIPPED)),
        )
    )
    visits = (
        Visit.objects.filter(by__in=people, on__range=days, tasks__isnull=True)
        .order_by()
        .values("by")
        .annotate(n=Count("pk"))
    )
    by_tasks = {row["user"]: row for row in tasks}
    by_visits = {row["by"]: row["n"] for row in visits}
    none = {"planned": 0, "done": 0, "skipped": 0}
    rows = [
        WeekOfPerson(
            people[pk],
            *(by_tasks.get(pk, none)[key] for key in ("planned", "done", "skipped")),
            unplanned=by_visits.get(pk, 0),
        )
        for pk in sorted(by_tasks.keys() | by_visits.keys())
    ]
    return sorted(rows, key=lambda row: (-row.open, row.user.name))
