"""Work in the field of the demo company, all made up: the day's visits, and flags on their way to an end.

Everything goes through the same operations as a person's clicks, on top of the flags that the runs opened.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from ka_crm.pages.demo.plan import DEMO_DAY, EARLIER_DAY
from ka_crm.pages.demo.price_facts import has_price_list, load_price_list, load_price_sightings
from ka_crm.pages.demo.trace_facts import load_cases, load_lots, load_routes
from ka_crm.people.models import Role, User
from visits.models import Flag, FlagState, Measure, MeasureKind, TaskReason, VisitTask
from visits.models.visit import CheckPart
from visits.operations.flags import move_flag, plan_inspection
from visits.operations.inspections import Found, record_inspection
from visits.operations.measures import add_measure, finish_measure
from visits.operations.planning import plan_day
from visits.rechecks import propose_rechecks

#: So many of a supervisor's largest flags are planned for inspection, inspected, treated, done with.
PLANNED, INSPECTED, TREATED, RECOVERING = 3, 2, 3, 2
#: The measures that have had time to work were done on this day.
TREATED_ON = dt.date(2022, 8, 12)
_FOUND: dict[str, Found] = {
    CheckPart.DISPLAY: Found(False, "One facing of 22, bottom shelf."),
    CheckPart.PROMOTION: Found(True, "The autumn promotion stands."),
    CheckPart.STAFF: Found(False, "Staff offers another brand first."),
}
_MEASURES = (
    (MeasureKind.DISPLAY, "Second facing at eye level", Decimal(120)),
    (MeasureKind.STAFF, "Tasting and training of the staff", Decimal(340)),
    (MeasureKind.PRICE, "Price tag put right", None),
)


def begin_field_work(*, report: Callable[[str, int], None]) -> None:
    """Plan the demo day's visits, take some flags on their way, fill the pages of control.

    Nothing happens the second time; a demo company of an earlier version gets what it lacks.
    """
    admin = User.objects.filter(role=Role.ADMIN).order_by("pk").first()
    if admin is not None and not has_price_list():
        listed = load_price_list(by=admin)
        report("Prices seen (generated)", load_price_sightings(listed))
        report("Lots seen (generated)", load_lots(listed))
        report("Levels of supply routes (generated)", load_routes())
        report("Case files (generated)", load_cases())
    _begin_visits_and_flags(report)  # a promotion of the price list is a reason to visit


def _begin_visits_and_flags(report: Callable[[str, int], None]) -> None:
    if VisitTask.objects.filter(on=DEMO_DAY).exclude(reason=TaskReason.SAMPLE).exists():
        return
    planned = 0
    for user in User.objects.filter(is_active=True, role__in=(Role.KAM, Role.REP)).order_by("pk"):
        planned += len(plan_day(by=None, user=user, on=DEMO_DAY))
    VisitTask.objects.filter(on=DEMO_DAY).update(is_generated=True)
    report("Visits of the day (generated)", planned)
    moved = 0
    for supervisor in User.objects.filter(role=Role.SUPERVISOR).order_by("pk"):
        flags = Flag.objects.filter(supervisor=supervisor, state=FlagState.FLAGGED)
        often = _often_visited(flags)
        largest = flags.exclude(pk__in=[flag.pk for flag in often]).order_by("-opening_gap_amount", "pk")
        chosen = [*largest[: PLANNED + INSPECTED + TREATED], *often]
        for place, flag in enumerate(chosen):
            _take_on(supervisor, flag, place)
            moved += 1
    Flag.objects.exclude(state=FlagState.FLAGGED).update(is_generated=True)
    propose_rechecks(on=DEMO_DAY)
    VisitTask.objects.update(is_generated=True)
    report("Flags being treated (generated)", moved)


def _often_visited(flags: "QuerySet[Flag]") -> list[Flag]:
    """Return the early flags with most visits since: it is time to check their measures again."""
    since = Count("store__observations", filter=Q(store__observations__date__gt=TREATED_ON))
    rows = flags.filter(opened_on__lte=EARLIER_DAY).annotate(visits_since=since)
    return list(rows.filter(visits_since__gte=5).order_by("-visits_since", "pk")[:RECOVERING])


def _take_on(by: User, flag: Flag, place: int) -> None:
    """Take a flag as far as its place says: the largest ones are at the beginning."""
    planned_on = _day(2 + place) if place < PLANNED else DEMO_DAY
    inspection = plan_inspection(by=by, flag=flag, version=flag.version, inspector=by, planned_on=planned_on)
    if place < PLANNED:
        return
    had_time = place >= PLANNED + INSPECTED + TREATED
    done_on = TREATED_ON - dt.timedelta(days=4) if had_time else _day(-18 - place)
    record_inspection(by=by, inspection=inspection, version=inspection.version, found=_FOUND, done_on=done_on)
    if place < PLANNED + INSPECTED:
        return
    kind, text, cost = _MEASURES[place % len(_MEASURES)]
    owner = flag.store.customer.kam or by
    values = {"kind": kind, "text": text, "owner": owner, "due_on": _day(8), "cost": cost}
    measure = add_measure(by=by, flag=flag, values=values)
    if place == PLANNED + INSPECTED:  # one that is late
        Measure.objects.filter(pk=measure.pk).update(due_on=_day(-4))
    if place < PLANNED + INSPECTED + TREATED:
        return
    finish_measure(by=by, measure=measure, version=measure.version, done_on=TREATED_ON, note="As planned.")
    treated = Flag.objects.get(pk=flag.pk)
    if treated.state == FlagState.MEASURES:
        move_flag(by=by, flag=treated, version=treated.version, to=FlagState.RECOVERING)


def _day(days: int) -> dt.date:
    return DEMO_DAY + dt.timedelta(days=days)
