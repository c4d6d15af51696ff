"""Reads about records and about this installation."""

import datetime as dt
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from ka_crm.lib import clock
from ka_crm.people.models import User
from ka_crm.records.models import AuditRow, SavedView, SystemSetting


def system_setting(name: str, default: Any = None) -> Any:
    """Return a kept fact about this installation, or ``default``."""
    value = SystemSetting.objects.filter(pk=name).values_list("value", flat=True).first()
    return default if value is None else value


def system_settings(*names: str) -> dict[str, Any]:
    """Return several kept facts at once; those never set are missing."""
    return dict(SystemSetting.objects.filter(pk__in=names).values_list("name", "value"))


def demo_day() -> dt.date | None:
    """Return the pinned day of the demo company, if this is one."""
    value = system_setting("demo_day")
    return dt.date.fromisoformat(value) if value else None


def business_today() -> dt.date:
    """Return the day that the pages treat as today: the pinned demo day, else the clock's."""
    return demo_day() or clock.today()


def audit_rows_for(record: Model) -> "QuerySet[AuditRow]":
    """Return what was done to a record, newest first, each row with its user."""
    return audit_rows_of(record._meta.label_lower, str(record.pk))


def audit_rows_of(record_type: str, record_id: str) -> "QuerySet[AuditRow]":
    """Return what was done to the record of this type (``accounts.customer``) and id, newest first."""
    return AuditRow.objects.select_related("by").filter(record_type=record_type, record_id=record_id)


def audit_rows_matching(
    *,
    record_type: str = "",
    record_id: str = "",
    action: str = "",
    by: str = "",
    text: str = "",
    from_on: dt.date | None = None,
    to_on: dt.date | None = None,
) -> "QuerySet[AuditRow]":
    """Return audit rows by record, act, user's mail address, part of the label, and days."""
    rows = AuditRow.objects.select_related("by")
    exact = {"record_type": record_type, "record_id": record_id, "action": action, "by__email__iexact": by}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if text:
        rows = rows.filter(label__icontains=text)
    if from_on:
        rows = rows.filter(at__gte=_start_of(from_on))
    if to_on:
        rows = rows.filter(at__lt=_start_of(to_on + dt.timedelta(days=1)))
    return rows


def audited_types() -> list[str]:
    """Return the types of records that have audit rows."""
    return sorted(AuditRow.objects.order_by().values_list("record_type", flat=True).distinct())


def saved_views_for(viewer: User, page: str) -> "QuerySet[SavedView]":
    """Return a list's saved views that ``viewer`` may use: their own, and those that others share."""
    return SavedView.objects.select_related("owner").filter(Q(owner=viewer) | Q(is_shared=True), page=page)


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
