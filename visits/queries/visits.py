"""Reads of visits: what was planned, done and left out, by whom, and what came of it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Store
from accounts.visibility import visited_scope
from ka_crm.people.models import Role, User
from ka_crm.people.queries import territory_ids_below
from visits.models import (
    Observation,
    StoreShare,
    TaskState,
    Visit,
    VisitCadence,
    VisitPhoto,
    VisitTask,
)
from visits.models.observation import ObservationKind
from visits.models.store_share import ShareStatus
from visits.permissions import COUNT_FOR_OTHERS, MAY_COUNT
from visits.queries.open_rounds import not_of_open_rounds
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
    """Return the visits in stores that ``viewer`` visits; representatives see their own. Control visits of
    open rounds are not there for those who are judged by them."""
    rows = Visit.objects.filter(visited_scope(viewer, "store__"), not_of_open_rounds(viewer, "pk"))
    return rows.filter(by=viewer) if viewer.role == Role.REP else rows


def visits_with_sums(viewer: User) -> "QuerySet[Visit]":
    """Return the visits that ``viewer`` may see with ``total`` and ``own`` over their categories,
    ``photo_count``, and ``waits``: a count of it waits to be confirmed."""
    counts = Observation.objects.filter(visit=OuterRef("pk"), is_live=True).order_by().values("visit")
    photos = VisitPhoto.objects.filter(visit=OuterRef("pk")).order_by().values("visit")
    return visits_seen_by(viewer).annotate(
        total=Subquery(counts.annotate(n=Sum("total_units")).values("n")),
        own=Subquery(counts.annotate(n=Sum("own_units")).values("n")),
        photo_count=Coalesce(Subquery(photos.annotate(n=Count("pk")).values("n")), 0),
        waits=Exists(counts.filter(is_confirmed=False)),
    )


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
    return list(rows.select_related("store", "store__customer", "visit", "created_by", "flag__effect"))


def task_planned_by(viewer: User, pk: int) -> VisitTask | None:
    """Return a planned visit that ``viewer`` may change: their own, or of people whose days they plan."""
    rows = VisitTask.objects.filter(visited_scope(viewer, "store__"), pk=pk)
    task = rows.select_related("store", "user").first()
    return task if task is not None and may_plan_for(viewer, task.user) else None


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


def proposed_store(viewer: User, *, store: str = "", customer: str = "") -> Store | None:
    """Return the store that is named, or of a customer the one that loses most; among those visited."""
    rows = stores_visited_by(viewer).select_related("customer")
    if store:
        return rows.filter(code=store).first()
    if not customer:
        return None
    lost = Coalesce(Max("shares__gap_amount"), 0)
    return rows.filter(customer__code=customer).annotate(lost=lost).order_by("-lost", "pk").first()


def days_planned(store: Store, user_id: int | None) -> set[dt.date]:
    """Return the days on which somebody is to visit a store already."""
    planned = VisitTask.objects.filter(store=store, user=user_id, state=TaskState.PLANNED)
    return set(planned.values_list("on", flat=True))


def counts_of_visit(visit: Visit) -> list[Observation]:
    """Return what was counted on a visit, corrected counts included."""
    rows = Observation.objects.filter(visit=visit).select_related("category")
    return list(rows.prefetch_related("brand_counts").order_by("category__name", "pk"))


def counts_by_visit(ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return (all brands, ours) summed over the categories of each visit; ten-thousandths."""
    rows = Observation.objects.filter(visit__in=ids, is_live=True).order_by().values("visit")
    sums = rows.annotate(total=Sum("total_units"), own=Sum("own_units"))
    return {row["visit"]: (row["total"], row["own"]) for row in sums}


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


def visit_text(text: str) -> Q:
    """Return the condition for a text within a visit's store, note or author."""
    return (
        Q(store__name__icontains=text)
        | Q(store__code__icontains=text)
        | Q(store__city__icontains=text)
        | Q(note__icontains=text)
        | Q(by__name__icontains=text)
    )
