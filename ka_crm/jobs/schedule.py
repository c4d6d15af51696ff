"""When what runs by itself: rows of the scheduler's own tables, which it reads anew within seconds.

The rows are made by a migration, so they are there before the first beat; ``ensure_schedule`` runs when
beat starts: it puts back what somebody deleted and follows ``KA_TIME_ZONE``, but never changes a time or
switch that an administrator chose.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from ka_crm.jobs.models import JobRun
from ka_crm.jobs.operations import start_job, start_job_once
from ka_crm.lib import clock
from ka_crm.people.models import Role, User
from ka_crm.records.operations import record_change

NIGHTLY = "nightly"
RING_AGAIN = "ring again"
NIGHT_TIME = dt.time(2, 10)
RING_EVERY_MINUTES = 2


@dataclass(frozen=True)
class NightlySchedule:
    """When the work of the night starts, in the company's time zone."""

    time: dt.time
    is_on: bool
    time_zone: str

    def next_start(self, now: dt.datetime) -> dt.datetime | None:
        """Return the next start after ``now``; ``None`` while it is switched off."""
        if not self.is_on:
            return None
        zone = ZoneInfo(self.time_zone)
        day = now.astimezone(zone).date()
        starts = (dt.datetime.combine(day + dt.timedelta(days=more), self.time, zone) for more in range(3))
        return next(start for start in starts if start > now)


@transaction.atomic
def ensure_schedule() -> None:
    """Make what is missing of the schedule; times and switches that somebody chose stay."""
    every, _made = IntervalSchedule.objects.get_or_create(
        every=RING_EVERY_MINUTES, period=IntervalSchedule.MINUTES
    )
    PeriodicTask.objects.get_or_create(
        name=RING_AGAIN,
        defaults={"task": "jobs.ring_again", "interval": every, "expire_seconds": RING_EVERY_MINUTES * 60},
    )
    task, is_new = PeriodicTask.objects.get_or_create(
        name=NIGHTLY, defaults={"task": "jobs.start_night", "crontab": _daily_at(NIGHT_TIME)}
    )
    if not is_new and task.crontab is not None and str(task.crontab.timezone) != settings.TIME_ZONE:
        _move(task, _time_of(task.crontab))


def nightly_schedule() -> NightlySchedule:
    """Return when the work of the night starts."""
    task = PeriodicTask.objects.select_related("crontab").filter(name=NIGHTLY).first()
    if task is None or task.crontab is None:
        return NightlySchedule(NIGHT_TIME, False, settings.TIME_ZONE)
    return NightlySchedule(_time_of(task.crontab), task.enabled, str(task.crontab.timezone))


@transaction.atomic
def change_schedule(*, by: User, time: dt.time, is_on: bool) -> NightlySchedule:
    """Let the work of the night start at another time, or not at all; for administrators.

    Raises ``PermissionDenied``. The scheduler follows within seconds; a start that lies earlier today is
    not made up for.
    """
    if by.role != Role.ADMIN:
        raise PermissionDenied
    ensure_schedule()
    before = nightly_schedule()
    task = PeriodicTask.objects.get(name=NIGHTLY)
    task.enabled = is_on
    _move(task, time)
    after = nightly_schedule()
    if after != before:
        record_change(
            by=by, action="change schedule", record=task, before=_plain(before), after=_plain(after)
        )
    return after


def start_night() -> JobRun:
    """Start the work of the night, once per date however many schedulers ask."""
    return start_job_once(kind="nightly", key=clock.today().isoformat())


def start_night_now(*, by: User) -> JobRun:
    """Start the work of the night by hand. Raises ``PermissionDenied`` unless ``by`` administers."""
    if by.role != Role.ADMIN:
        raise PermissionDenied
    return start_job(kind="nightly", key="by hand", by=by)


def _daily_at(time: dt.time) -> CrontabSchedule:
    values = {"minute": str(time.minute), "hour": str(time.hour), "timezone": settings.TIME_ZONE}
    everyday = {"day_of_week": "*", "day_of_month": "*", "month_of_year": "*"}
    found = CrontabSchedule.objects.filter(**values, **everyday).first()
    return found or CrontabSchedule.objects.create(**values, **everyday)


def _move(task: PeriodicTask, time: dt.time) -> None:
    task.crontab = _daily_at(time)
    task.last_run_at = None  # else the scheduler would make up for a start that lies earlier today
    task.save()


def _time_of(crontab: CrontabSchedule) -> dt.time:
    """Patterns such as ``*/2`` come only from the scheduler's own pages; our default stands for them."""
    if crontab.hour.isdigit() and crontab.minute.isdigit():
        return dt.time(int(crontab.hour), int(crontab.minute))
    return NIGHT_TIME


def _plain(schedule: NightlySchedule) -> dict[str, object]:
    return {"time": f"{schedule.time:%H:%M}", "is_on": schedule.is_on, "time_zone": schedule.time_zone}
