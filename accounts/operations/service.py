"""Writes of service: what a customer asked for with the hours promised, and the standards themselves."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, ServiceCase, ServiceStandard, ServiceStep, ServiceTier
from accounts.operations.entries import add_entry, change_entry, check_may_edit
from accounts.operations.standing import refresh_standing
from accounts.permissions import may_edit_standards
from accounts.queries.service import business_now
from ka_crm.people.models import User
from ka_crm.records.editing import change_record, create_record


def begin_case(
    *, by: User, customer: Customer, values: Mapping[str, Any], model: type[ServiceCase] = ServiceCase
) -> ServiceCase:
    """Write down what the customer asked for, with the hours promised now to ``values["tier"]``.

    The tier is decided by who calls (from the quadrant); without one it is the standard tier. Later
    changes of the standards do not touch the case.
    """
    check_may_edit(by, customer)
    values = dict(values)
    tier = values.pop("tier", None) or ServiceTier.STANDARD
    if tier not in ServiceTier.values:
        raise ValidationError({"tier": _("There is no such tier.")})
    values["began_at"] = values.get("began_at") or business_now()
    hours = ServiceStandard.objects.filter(tier=tier, step=values.get("step")).values_list("promised_hours")
    values["promised_hours"] = hours[0][0] if hours else None
    return add_entry(by=by, customer=customer, model=model, values=values)


def change_case(*, by: User, entry: ServiceCase, version: int, changes: Mapping[str, Any]) -> ServiceCase:
    """Change a case; its step and promise stay as they were when it began."""
    check_may_edit(by, entry.customer)
    if {"step", "promised_hours"} & set(changes):
        raise ValidationError({"step": _("Step and promise stay as they were when it began.")})
    return change_entry(by=by, entry=entry, version=version, changes=changes)


def finish_case(*, by: User, case: ServiceCase, is_done: bool, at: dt.datetime | None = None) -> ServiceCase:
    """Say that a case is done, now or at ``at``, or that it is not; saying it twice changes nothing."""
    check_may_edit(by, case.customer)
    with transaction.atomic():
        fresh = ServiceCase.objects.select_for_update().get(pk=case.pk)
        if (fresh.done_at is not None) == is_done:
            return fresh
        changed = change_record(
            fresh,
            by=by,
            version=fresh.version,
            changes={"done_at": max(at or business_now(), fresh.began_at) if is_done else None},
            action="tick" if is_done else "untick",
        )
        refresh_standing(customers=[changed.customer_id])
    return changed


@dataclass(frozen=True)
class StandardChange:
    """What is promised to a tier for a step; ``version`` of the standard that was shown, None if new."""

    tier: str
    step: str
    version: int | None
    promised_hours: int
    note: str = ""


@transaction.atomic
def set_standards(*, by: User, changes: Sequence[StandardChange]) -> int:
    """Set several standards at once; returns how many differ. One audit row for each that does.

    Raises ``PermissionDenied``, ``StaleVersion`` and ``ValidationError`` by field.
    """
    if not may_edit_standards(by):
        raise PermissionDenied
    stored = {(row.tier, row.step): row for row in ServiceStandard.objects.all()}
    return sum(_set(by, change, stored.get((change.tier, change.step))) for change in changes)


def _set(by: User, change: StandardChange, standard: ServiceStandard | None) -> bool:
    if change.tier not in ServiceTier.values or change.step not in ServiceStep.values:
        raise ValidationError(_("There is no such standard."))
    values: dict[str, Any] = {"promised_hours": change.promised_hours, "note": change.note.strip()}
    if standard is None:
        create_record(ServiceStandard(tier=change.tier, step=change.step, **values), by=by)
        return True
    version = standard.version if change.version is None else change.version
    return change_record(standard, by=by, version=version, changes=values).version != standard.version
