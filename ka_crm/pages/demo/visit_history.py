"""The visits on which the demo company's generated counts were made: who, when, and what was looked at.

All made up. Every third visit looked at the check points, and a few left a note.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from ka_crm.pages.demo.people import pick
from ka_crm.pages.demo.visits import VisitDay
from visits.models import Check, CheckPart, CheckPoint, TaskReason, TaskState, Visit, VisitTask

_UUID_SPACE = uuid.UUID("b3c4f3f0-8f5b-4f0e-9a52-7f3f0a3f6d21")
_NOTES = (
    "Buyer away, asked the shift leader.",
    "Shelf was being restocked.",
    "Asked for a second facing at eye level.",
    "A rival's tasting on Friday.",
    "Price tags of two bottles missing.",
)
_SKIPPED = ("Stocktaking, come back tomorrow", "Buyer asked for another day", "Road closed")
#: From here on the plan of the days is kept.
PLANNED_SINCE = dt.date(2022, 10, 10)
#: Out of so many looks one finds something wrong, by what is looked at.
_WRONG = {CheckPart.DISPLAY: 3, CheckPart.PROMOTION: 4, CheckPart.PRICE: 6, CheckPart.STOCK: 8}
_FIRST_HOUR, _STORES_A_DAY = 9, 8


def load_visit_history(
    days: Iterable[VisitDay], stores: dict[str, int], visitors: dict[str, tuple[int, int]]
) -> dict[VisitDay, Visit]:
    """Create the visit of each visit day and its checks.

    ``stores``: keys by code; ``visitors``: the keys of a store's representative and its account manager,
    who goes every fourth time.
    """
    visits = {day: _visit(day, stores[day.store], visitors[day.store]) for day in days}
    Visit.objects.bulk_create(visits.values(), batch_size=500)
    looked = [day for day in visits if pick(f"checks {_label(day)}", 3) == 0]
    points = list(CheckPoint.objects.filter(archived_at__isnull=True))
    checks = (Check(visit=visits[day], point=at, is_ok=_in_order(day, at)) for day in looked for at in points)
    Check.objects.bulk_create(checks, batch_size=500)
    VisitTask.objects.bulk_create(
        [
            task
            for day, visit in visits.items()
            if day.date >= PLANNED_SINCE
            for task in _tasks(day, visit, visit.by_id or 0)
        ],
        batch_size=500,
    )
    return visits


def _tasks(day: VisitDay, visit: Visit, visitor_id: int) -> list[VisitTask]:
    """The plan that led to a visit: done as planned, or skipped the day before; some went unplanned."""
    lot = pick(f"planned {_label(day)}", 9)
    planned = VisitTask(
        store_id=visit.store_id,
        user_id=visitor_id,
        on=day.date,
        reason=TaskReason.CADENCE,
        state=TaskState.DONE,
        visit=visit,
        position=visit.began_at.hour if visit.began_at else 0,
        is_generated=True,
    )
    if lot == 1:
        planned.on -= dt.timedelta(days=1 if day.date.weekday() else 3)
        planned.state, planned.visit = TaskState.SKIPPED, None
        planned.skip_reason = _SKIPPED[pick(f"skipped {_label(day)}", len(_SKIPPED))]
    return [planned] if lot else []


def _in_order(day: VisitDay, point: CheckPoint) -> bool:
    return pick(f"{_label(day)} {point.pk}", _WRONG.get(CheckPart(point.part), 9)) > 0


def _visit(day: VisitDay, store_id: int, visitor: tuple[int, int]) -> Visit:
    label = _label(day)
    representative, account_manager = visitor
    minutes = 60 * _FIRST_HOUR + 60 * pick(f"hour {label}", _STORES_A_DAY) + pick(f"minute {label}", 45)
    began = dt.datetime.combine(day.date, dt.time(minutes // 60, minutes % 60), dt.UTC)
    note = pick(f"note {label}", 6 * len(_NOTES))
    return Visit(
        store_id=store_id,
        on=day.date,
        by_id=account_manager if pick(label, 4) == 0 else representative,
        note=_NOTES[note] if note < len(_NOTES) else "",
        client_uuid=uuid.uuid5(_UUID_SPACE, label),
        began_at=began,
        saved_at=began + dt.timedelta(minutes=6 + pick(f"long {label}", 14)),
        is_generated=True,
    )


def _label(day: VisitDay) -> str:
    return f"{day.store} {day.date}"
