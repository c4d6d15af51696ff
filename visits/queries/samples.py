"""Reads of samples: what can be drawn, and how far rounds are.

Who drew may look at once. Who is judged looks when a round is closed: nothing of it is open any more.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Store
from accounts.queries import kams_seen_by
from accounts.visibility import store_scope
from ka_crm.people.models import Role, User
from visits.models import SampleRound, StoreShare, TaskState, VisitTask
from visits.permissions import MAY_DRAW, may_read_samples
from visits.queries.visits import people_visiting
from visits.rules.sampling import REST_DAYS, Drawable


def visitors(viewer: User) -> "QuerySet[User]":
    """Return who may make the visits of a round that ``viewer`` draws: nobody who is judged by them."""
    return people_visiting(viewer).filter(role__in=MAY_DRAW)


def kams_to_control(viewer: User) -> "QuerySet[User]":
    """Return the account managers whose stores ``viewer`` may draw."""
    return kams_seen_by(viewer) if viewer.role in MAY_DRAW else User.objects.none()


def drawable(
    viewer: User, visitor: User, kams: Iterable[User], on: dt.date, until: dt.date
) -> list[Drawable]:
    """Return the stores that both may visit, of the given account managers; one query.

    Left out: stores that ``visitor`` is to visit in the period anyway. Resting: drawn in the last 60 days.
    """
    drawn = VisitTask.objects.filter(
        store=OuterRef("pk"), sample_round__drawn_on__gt=on - dt.timedelta(days=REST_DAYS)
    ).exclude(state=TaskState.SKIPPED)
    planned = VisitTask.objects.filter(
        store=OuterRef("pk"), user=visitor, state=TaskState.PLANNED, on__range=(on, until)
    )
    largest = StoreShare.objects.filter(store=OuterRef("pk"), potential_amount__isnull=False)
    rows = (
        Store.objects.visible_to(viewer)
        .filter(
            store_scope(visitor),
            archived_at__isnull=True,
            customer__archived_at__isnull=True,
            customer__kam__in=list(kams),
        )
        .annotate(
            rests=Exists(drawn),
            is_planned=Exists(planned),
            size=Subquery(largest.order_by("-potential_amount").values("potential_amount")[:1]),
        )
        .filter(Q(rests=True) | Q(is_planned=False))
        .order_by("pk")
        .values_list("pk", "customer__kam", "size", "rests")
    )
    return [Drawable(store, person, size, rests) for store, person, size, rests in rows]


def rounds_seen_by(viewer: User) -> "QuerySet[SampleRound]":
    """Return the rounds with stores that ``viewer`` may see, newest first, with ``stores``, ``done``,
    ``left_out`` and ``open`` counted over these stores; to account managers only closed ones."""
    if not may_read_samples(viewer):
        return SampleRound.objects.none()
    tasks = VisitTask.objects.filter(store_scope(viewer, "store__"), sample_round=OuterRef("pk"))

    def counted(**only: str) -> Coalesce:
        rows = tasks.filter(**only).order_by().values("sample_round")
        return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)

    rows = SampleRound.objects.filter(Exists(tasks)).annotate(
        stores=counted(),
        done=counted(state=TaskState.DONE),
        left_out=counted(state=TaskState.SKIPPED),
        open=counted(state=TaskState.PLANNED),
    )
    if viewer.role == Role.KAM:
        still_open = VisitTask.objects.filter(sample_round=OuterRef("pk"), state=TaskState.PLANNED)
        rows = rows.filter(Q(cancelled_at__isnull=False) | ~Exists(still_open))
    return rows.select_related("drawn_by", "visitor").order_by("-drawn_on", "-pk")


def tasks_of_round(viewer: User, sample: SampleRound) -> list[VisitTask]:
    """Return the visits of a round in stores that ``viewer`` may see, by day."""
    rows = VisitTask.objects.filter(store_scope(viewer, "store__"), sample_round=sample)
    rows = rows.select_related("store", "store__customer", "store__customer__kam", "visit", "user")
    return list(rows.order_by("on", "position", "pk"))
