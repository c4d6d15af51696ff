"""Planned against done, person by person."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from ka_crm.people.models import User
from visits.models import TaskState, Visit, VisitTask
from visits.queries.visits import people_visiting


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
