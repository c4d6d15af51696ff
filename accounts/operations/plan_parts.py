"""Writes of what a plan consists of: goals, actions, services and entitlements."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountPlan, Customer, PlanAction, PlanGoal, PlanItem
from accounts.operations.entries import (
    add_entry,
    bring_back_entry,
    change_entry,
    check_may_edit,
    check_references,
    remove_entry,
)
from accounts.operations.plans import check_open
from accounts.operations.standing import refresh_standing
from ka_crm.people.models import User
from ka_crm.records.editing import change_record
from ka_crm.records.queries import business_today

Part = TypeVar("Part", PlanGoal, PlanAction, PlanItem)


def add_part(*, by: User, customer: Customer, model: type[Part], values: Mapping[str, Any]) -> Part:
    """Add a goal, an action or an item to ``values["plan"]``, an open plan of this customer."""
    check_may_edit(by, customer)
    check_references(customer, values)
    check_open(_fresh(values["plan"]))
    _check(values["plan"], None, values)
    return add_entry(by=by, customer=customer, model=model, values=values)


def change_part(*, by: User, entry: Part, version: int, changes: Mapping[str, Any]) -> Part:
    """Change a part of an open plan. Raises ``StaleVersion`` and ``ValidationError``."""
    check_may_edit(by, entry.customer)
    check_open(_fresh(entry.plan))
    _check(entry.plan, entry, changes)
    return change_entry(by=by, entry=entry, version=version, changes=changes)


def remove_part(*, by: User, entry: PlanGoal | PlanAction | PlanItem, reason: str = "") -> None:
    """Take a part out of an open plan."""
    check_may_edit(by, entry.customer)
    check_open(_fresh(entry.plan))
    remove_entry(by=by, entry=entry, reason=reason)


def bring_back_part(*, by: User, entry: PlanGoal | PlanAction | PlanItem) -> None:
    """Bring a part back into an open plan."""
    check_may_edit(by, entry.customer)
    check_open(_fresh(entry.plan))
    bring_back_entry(by=by, entry=entry)


def tick_action(*, by: User, action: PlanAction, is_done: bool) -> PlanAction:
    """Say that an action is done today, or that it is not; saying it twice changes nothing."""
    check_may_edit(by, action.customer)
    with transaction.atomic():
        fresh = PlanAction.objects.select_for_update().get(pk=action.pk)
        if (fresh.done_on is not None) == is_done:
            return fresh
        check_open(_fresh(fresh.plan))
        changed = change_record(
            fresh,
            by=by,
            version=fresh.version,
            changes={"done_on": business_today() if is_done else None},
            action="tick" if is_done else "untick",
        )
        refresh_standing(customers=[changed.customer_id])
    return changed


def _fresh(plan: AccountPlan) -> AccountPlan:
    return AccountPlan.objects.get(pk=plan.pk)


def _check(plan: AccountPlan, entry: Any, values: Mapping[str, Any]) -> None:
    """Refuse a goal of another plan, and more steps done than there are."""
    goal = values.get("goal")
    if goal is not None and goal.plan_id != plan.pk:
        raise ValidationError({"goal": _("This goal belongs to another plan.")})
    whole, done = (values.get(name, getattr(entry, name, None)) for name in ("steps_all", "steps_done"))
    if done is not None and (whole is None or done > whole):
        raise ValidationError({"steps_done": _("No more can be done than there is to do.")})
