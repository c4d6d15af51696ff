"""The schedule as it comes: the night at 02:10, forgotten jobs every two minutes.

A migration, so that the rows are there on every installation before the first beat; an administrator
changes them later, and beat puts back what is missing (``ka_crm.jobs.schedule.ensure_schedule``).
"""

from django.conf import settings
from django.db import migrations


def make_schedule(apps, schema_editor):
    interval = apps.get_model("django_celery_beat", "IntervalSchedule")
    crontab = apps.get_model("django_celery_beat", "CrontabSchedule")
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    every, _made = interval.objects.get_or_create(every=2, period="minutes")
    task.objects.get_or_create(
        name="ring again", defaults={"task": "jobs.ring_again", "interval": every, "expire_seconds": 120}
    )
    night, _made = crontab.objects.get_or_create(minute="10", hour="2", timezone=settings.TIME_ZONE)
    task.objects.get_or_create(name="nightly", defaults={"task": "jobs.start_night", "crontab": night})


def forget_schedule(apps, schema_editor):
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    task.objects.filter(name__in=["ring again", "nightly"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0003_phases_and_leases"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [migrations.RunPython(make_schedule, forget_schedule)]
