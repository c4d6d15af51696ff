"""What those who are judged by control visits do not see yet: the visits of rounds that are still open."""

from django.db.models import Exists, OuterRef, Q

from ka_crm.people.models import User
from visits.models import TaskState, VisitTask
from visits.permissions import COUNT_FOR_OTHERS


def not_of_open_rounds(viewer: User, visit: str) -> Q:
    """Return the condition that hides control visits of open rounds from those who are judged by them;
    ``visit`` is the path to the visit's id."""
    if viewer.role in COUNT_FOR_OTHERS:
        return Q()
    open_ones = VisitTask.objects.filter(sample_round=OuterRef("sample_round"), state=TaskState.PLANNED)
    return ~Q(Exists(VisitTask.objects.filter(Exists(open_ones), visit=OuterRef(visit))))
