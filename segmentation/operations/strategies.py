"""Writes of the service strategies (by admins) and of people's hours (by who leads their team)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ka_crm.jobs.operations import start_job
from ka_crm.lib.versions import Difference, StaleVersion
from ka_crm.people.models import User
from ka_crm.records.editing import change_record, create_record
from ka_crm.records.operations import record_change
from ka_crm.records.queries import business_today
from segmentation import access
from segmentation.models import KamHours, StrategyVersion
from segmentation.queries.load import is_of_team
from segmentation.queries.strategy import newest_version, strategies_of
from segmentation.rules.strategy_set import DEFAULT_SET, changed_keys, strategy_set_from

VISIT_RHYTHMS = "visit_rhythms"
#: A version may begin so many days ahead at most.
LONGEST_AHEAD = 730
LONGEST_REASON = 1000


def publish_strategies(
    *,
    by: User,
    values: Mapping[str, Any],
    effective_from: dt.date,
    reason: str,
    based_on: int,
) -> StrategyVersion:
    """Store the strategies as the next version; the visits of stores follow where it begins today.

    ``values`` are flat (``AX.meetings``), what they leave out has its default; ``based_on`` is the number of
    the newest version that the author looked at, 0 for none. Raises ``PermissionDenied``,
    ``InvalidStrategies``, ``ValidationError`` by field, and ``StaleVersion`` where somebody was faster.
    """
    if not access.may_edit_strategies(by):
        raise PermissionDenied
    wanted, reason = strategy_set_from(values), reason.strip()
    _check_head(effective_from, reason)
    newest = newest_version()
    if (newest.number if newest else 0) != based_on and newest is not None:
        raise _stale(newest, wanted.as_values())
    changes = changed_keys(strategies_of(newest), wanted)
    if not changes:
        raise ValidationError(_("Nothing is different from the version before."))
    version = StrategyVersion(
        number=based_on + 1,
        settings=wanted.as_values(),
        effective_from=effective_from,
        reason=reason,
        author=by,
    )
    try:
        with transaction.atomic():
            version.save()
            record_change(
                by=by,
                action="publish_strategies",
                record=version,
                before={key: old for key, (old, _new) in changes.items()},
                after={key: new for key, (_old, new) in changes.items()} | {"effective_from": effective_from},
                reason=reason,
            )
            if effective_from <= business_today():
                start_job(kind=VISIT_RHYTHMS, by=by)
    except IntegrityError as error:
        raise _stale(newest_version() or version, wanted.as_values()) from error
    return version


def reset_strategies(*, by: User, effective_from: dt.date, reason: str, based_on: int) -> StrategyVersion:
    """Publish the product's defaults as the next version."""
    return publish_strategies(
        by=by,
        values=DEFAULT_SET.as_values(),
        effective_from=effective_from,
        reason=reason,
        based_on=based_on,
    )


def set_hours(*, by: User, kam: User, hours: float | None, version: int) -> KamHours | None:
    """Set the hours a month that somebody has for buyers; ``None``: as everybody.

    ``version`` is 0 where they had none of their own. Raises ``PermissionDenied``, ``ValidationError`` and
    ``StaleVersion``.
    """
    if not access.may_reassign(by) or not is_of_team(by, kam):
        raise PermissionDenied
    row = KamHours.objects.filter(user=kam).first()
    if row is None:
        return None if hours is None else create_record(KamHours(user=kam, hours_a_month=hours), by=by)
    if row.version != version:
        raise StaleVersion(row, [Difference("hours_a_month", _("Hours a month"), row.hours_a_month, hours)])
    if hours is not None:
        return change_record(row, by=by, version=version, changes={"hours_a_month": hours})
    with transaction.atomic():
        record_change(by=by, action="delete", record=row, before={"hours_a_month": row.hours_a_month})
        row.delete()
    return None


def _check_head(effective_from: dt.date, reason: str) -> None:
    errors, today = {}, business_today()
    if effective_from < today:
        errors["effective_from"] = _("From today on at the earliest.")
    elif effective_from > today + dt.timedelta(days=LONGEST_AHEAD):
        errors["effective_from"] = _("Within two years at the latest.")
    if not reason:
        errors["reason"] = _("Say why, for those who ask later.")
    elif len(reason) > LONGEST_REASON:
        errors["reason"] = _("At most %(n)s characters.") % {"n": LONGEST_REASON}
    if errors:
        raise ValidationError(errors)


def _stale(newest: StrategyVersion, wanted: Mapping[str, Any]) -> StaleVersion:
    stored = strategies_of(newest).as_values()
    found = [Difference(key, key, stored[key], wanted[key]) for key in wanted if stored[key] != wanted[key]]
    return StaleVersion(newest, found)
