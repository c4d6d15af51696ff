"""What an administrator sets about field work: how routes are planned, and what is looked at on a visit."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ka_crm.lib.locks import hold_until_commit
from ka_crm.people.models import User
from ka_crm.records.editing import archive_record, change_record, create_record, restore_record
from ka_crm.records.models import SystemSetting
from ka_crm.records.operations import differences, record_change, set_system_setting
from visits.models import CheckPoint
from visits.permissions import may_set_field_work
from visits.queries.route_settings import ROUTE, route_values

#: Lowest and highest value of each setting; ``worth_…`` share one range.
LIMITS: dict[str, tuple[float, float]] = {
    "minutes": (30, 900),
    "minutes_a_visit": (1, 240),
    "km_an_hour": (3, 130),
    "stale_days": (7, 730),
    "worth": (0.1, 100),
}


def limits_of(name: str) -> tuple[float, float]:
    """Return the lowest and highest value of a setting."""
    return LIMITS["worth" if name.startswith("worth_") else name]


@transaction.atomic
def set_route(*, by: User, shown: Mapping[str, float], values: Mapping[str, float]) -> bool:
    """Keep how days are planned: ``shown`` are the values that the form showed, ``values`` the new ones.

    The next plan uses them; what is planned stays. Returns whether anything changed, with one audit row.
    Raises ``PermissionDenied``, and ``ValidationError`` by field or where somebody else was faster.
    """
    if not may_set_field_work(by):
        raise PermissionDenied
    hold_until_commit(ROUTE)
    before = route_values()
    errors: dict[str, Any] = {}
    for name, value in values.items():
        if name not in before:
            errors[name] = _("There is no such setting.")
            continue
        low, high = limits_of(name)
        if not low <= value <= high:  # also what is no number
            errors[name] = _("From %(low)g to %(high)g.") % {"low": low, "high": high}
    if errors:
        raise ValidationError(errors)
    if any(before[name] != value for name, value in shown.items() if name in before):
        raise ValidationError(_("Somebody else changed these settings meanwhile. Look at them again."))
    old, new = differences(before, {**before, **values})
    if not new:
        return False
    set_system_setting(name=ROUTE, value={**before, **values})
    record_change(by=by, action="update", record=SystemSetting.objects.get(pk=ROUTE), before=old, after=new)
    return True


def create_check_point(*, by: User, values: Mapping[str, Any]) -> CheckPoint:
    """Add something to look at on every visit. Raises ``ValidationError`` by field."""
    _may(by)
    return create_record(CheckPoint(**values), by=by)


def change_check_point(
    *, by: User, point: CheckPoint, version: int, changes: Mapping[str, Any]
) -> CheckPoint:
    """Change name, part or place of a check point; findings of earlier visits carry the new words.

    Raises ``StaleVersion`` and ``ValidationError`` by field.
    """
    _may(by)
    return change_record(point, by=by, version=version, changes=changes)


def archive_check_point(*, by: User, point: CheckPoint) -> CheckPoint:
    """Ask for it no more; what was found stays. A phone that was offline may still send it."""
    _may(by)
    return archive_record(point, by=by)


def restore_check_point(*, by: User, point: CheckPoint) -> CheckPoint:
    """Ask for it again."""
    _may(by)
    return restore_record(point, by=by)


def _may(by: User) -> None:
    if not may_set_field_work(by):
        raise PermissionDenied
