"""The one module that reads the clock; everything else is told the time."""

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    """This moment, timezone-aware."""
    return timezone.now()


def today() -> dt.date:
    """The business day in the current time zone."""
    return timezone.localdate()
