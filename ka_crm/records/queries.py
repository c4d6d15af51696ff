"""Reads about records and about this installation."""

import datetime as dt
from typing import Any

from ka_crm.lib import clock
from ka_crm.records.models import SystemSetting


def system_setting(name: str, default: Any = None) -> Any:
    """Return a kept fact about this installation, or ``default``."""
    value = SystemSetting.objects.filter(pk=name).values_list("value", flat=True).first()
    return default if value is None else value


def demo_day() -> dt.date | None:
    """Return the pinned day of the demo company, if this is one."""
    value = system_setting("demo_day")
    return dt.date.fromisoformat(value) if value else None


def business_today() -> dt.date:
    """Return the day that the pages treat as today: the pinned demo day, else the clock's."""
    return demo_day() or clock.today()
