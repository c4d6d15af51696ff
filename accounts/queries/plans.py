"""Reads of plans: the one that is shown, its goals and actions, and what is due for somebody."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import (
    AccountPlan,
    Customer,
    PlanAction,
    PlanGoal,
    PlanItem,
    PlanItemKind,
    PlanState,
)
from accounts.rules import plans as rules
from ka_crm.lib.money import SCALE
from ka_crm.people.models import User


@dataclass(frozen=True)
class GoalRow:
    """A goal with how far it is, a fraction of the way; its values in ten-thousandths. None is unknown."""

    goal: PlanGoal
    progress: float | None
    start: int | None
    present: int | None
    target: int | None


@dataclass(frozen=True)
class ActionRow:
    """An action; late where its day has passed and it is not done."""

    action: PlanAction
    is_late: bool
    days_late: int


@dataclass(frozen=True)
class OpenActions:
    """The next open actions of plans that run, and how many there are of how many."""

    rows: list[ActionRow]
    open: int
    all: int


def plans_of(customer: Customer) -> list[AccountPlan]:
    """Return a customer's plans, newest year first."""
    return list(AccountPlan.objects.kept().filter(customer=customer).select_related("created_by"))


def plan_shown(plans: Sequence[AccountPlan], year: str, today: dt.date) -> AccountPlan | None:
    """Return the plan of ``year`` as an address says it; without one this year's, else the newest."""
    wanted = [plan for plan in plans if str(plan.year) == year] if year else []
    this_year = [plan for plan in plans if plan.year == today.year]
    return next(iter([*wanted, *this_year, *plans]), None)


def goals_of(plan: AccountPlan) -> list[GoalRow]:
    """Return the goals of a plan with their progress."""
    return [_goal_row(goal) for goal in PlanGoal.objects.kept().filter(plan=plan)]


def actions_of(plan: AccountPlan, today: dt.date) -> list[ActionRow]:
    """Return the actions of a plan, open ones first, by day."""
    rows = PlanAction.objects.kept().filter(plan=plan).select_related("owner", "goal")
    found = sorted(rows, key=lambda row: (row.done_on is not None, row.due_on, row.pk))
    return [_action_row(action, today) for action in found]


def items_of(plan: AccountPlan) -> dict[str, list[PlanItem]]:
    """Return what the customer gets beyond goods: ``service`` and ``entitlement``."""
    found: dict[str, list[PlanItem]] = {kind: [] for kind in PlanItemKind.values}
    for item in PlanItem.objects.kept().filter(plan=plan):
        found[item.kind].append(item)
    return found


def open_actions(customer: Customer, limit: int, today: dt.date) -> OpenActions:
    """Return the next open actions of a customer's plans that are not closed; two queries."""
    running = _running().filter(customer=customer)
    counts = running.aggregate(all=Count("pk"), open=Count("pk", filter=Q(done_on__isnull=True)))
    rows = running.filter(done_on__isnull=True).select_related("owner").order_by("due_on", "pk")[:limit]
    return OpenActions([_action_row(action, today) for action in rows], counts["open"], counts["all"])


def actions_due(viewer: User, today: dt.date, limit: int) -> "QuerySet[PlanAction]":
    """Return the open actions of customers that ``viewer`` sees whose day has come, the oldest first."""
    due: QuerySet[PlanAction] = _running().visible_to(viewer).filter(done_on__isnull=True, due_on__lte=today)
    return due.select_related("customer", "owner").order_by("due_on", "pk")[:limit]


def _running() -> Any:
    """Actions of plans that are neither closed nor put away."""
    return (
        PlanAction.objects.kept()
        .filter(plan__archived_at__isnull=True, customer__archived_at__isnull=True)
        .exclude(plan__state=PlanState.CLOSED)
    )


def _goal_row(goal: PlanGoal) -> GoalRow:
    start, present, target = goal.start_value, goal.present_value, goal.target_value
    scaled = [None if value is None else int(value * SCALE) for value in (start, present, target)]
    return GoalRow(goal, rules.progress(start, present, target), *scaled)


def _action_row(action: PlanAction, today: dt.date) -> ActionRow:
    late = max((today - action.due_on).days, 0) if action.done_on is None else 0
    return ActionRow(action, is_late=late > 0, days_late=late)
