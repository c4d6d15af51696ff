"""Writes of the plan of a year: started once a year, changed, agreed, closed with its evaluation, copied."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountPlan, Customer, PlanAction, PlanGoal, PlanItem
from accounts.operations.entries import add_entry, change_entry, check_may_edit
from accounts.operations.standing import refresh_standing
from accounts.rules import plans as rules
from ka_crm.people.models import User
from ka_crm.records.editing import change_record, create_record

_COPIED = ("needs", "pain_points", "strategy", "communication", "service", "service_reason")
_PROBLEMS = {
    "unknown": _("There is no such service."),
    "number": _("This number is out of range."),
    "choice": _("Please choose one of the offered values."),
}
_EVALUATION = {
    "evaluation": _("Please write how the year went."),
    "evaluation_score": _("Please give it 1 (badly) to 5 (very well)."),
}


def start_plan(
    *, by: User, customer: Customer, values: Mapping[str, Any], model: type[AccountPlan] = AccountPlan
) -> AccountPlan:
    """Start the plan of a year; one a year. Raises ``ValidationError`` by field."""
    check_may_edit(by, customer)
    _check_year_is_free(customer, values.get("year"))
    _check_service(values.get("service"), values.get("service_reason", ""))
    return add_entry(by=by, customer=customer, model=model, values=values)


def change_plan(*, by: User, entry: AccountPlan, version: int, changes: Mapping[str, Any]) -> AccountPlan:
    """Change texts and service of a plan that is not closed. Raises ``StaleVersion``, ``ValidationError``.

    A service other than proposed needs its reason.
    """
    check_may_edit(by, entry.customer)
    fresh = AccountPlan.objects.get(pk=entry.pk)
    if fresh.version == version:
        check_open(fresh)
        if changes.get("year", fresh.year) != fresh.year:
            _check_year_is_free(fresh.customer, changes["year"])
        if {"service", "service_reason"} & set(changes):
            _check_service(
                changes.get("service", fresh.service), changes.get("service_reason", fresh.service_reason)
            )
    return change_entry(by=by, entry=fresh, version=version, changes=changes)


def agree_plan(*, by: User, plan: AccountPlan, version: int) -> AccountPlan:
    """Say that a draft holds."""
    return _move(by, plan, version, "agree")


def revise_plan(*, by: User, plan: AccountPlan, version: int) -> AccountPlan:
    """Make an agreed plan a draft again."""
    return _move(by, plan, version, "revise")


def close_plan(
    *, by: User, plan: AccountPlan, version: int, evaluation: str, evaluation_score: int | None
) -> AccountPlan:
    """Close an agreed plan with how it went: a text and 1 to 5. Raises ``ValidationError`` without."""
    check_may_edit(by, plan.customer)
    lacks = rules.evaluation_lacks(evaluation, evaluation_score)
    if lacks:
        raise ValidationError({name: _EVALUATION[name] for name in lacks})
    values = {"evaluation": evaluation.strip(), "evaluation_score": evaluation_score}
    return _move(by, plan, version, "close", values)


def reopen_plan(*, by: User, plan: AccountPlan, version: int) -> AccountPlan:
    """Open a closed plan again; its evaluation stays until it is closed anew."""
    return _move(by, plan, version, "reopen")


def copy_plan_forward(*, by: User, plan: AccountPlan) -> AccountPlan:
    """Start next year's plan from this one, with one audit row.

    Copies what is needed, wanted and given, and the goals and actions that are still open, their days
    moved a year. What is done, and the evaluation, stay behind.
    """
    check_may_edit(by, plan.customer)
    with transaction.atomic():
        source = AccountPlan.objects.select_for_update().get(pk=plan.pk)
        _check_year_is_free(source.customer, source.year + 1)
        copy = AccountPlan(
            customer=source.customer,
            created_by=by,
            year=source.year + 1,
            copied_from=source,
            **{name: getattr(source, name) for name in _COPIED},
        )
        create_record(copy, by=by)
        _copy_parts(source, copy, by)
        refresh_standing(customers=[copy.customer_id])
    return copy


def check_open(plan: AccountPlan) -> None:
    """Refuse changes in a plan that is closed or put away."""
    if plan.archived_at is not None:
        raise ValidationError(_("This plan was put away."))
    if not rules.is_open(plan.state):
        raise ValidationError(_("This plan is closed. Open it again to change it."))


def _move(
    by: User, plan: AccountPlan, version: int, act: str, more: Mapping[str, Any] | None = None
) -> AccountPlan:
    check_may_edit(by, plan.customer)
    with transaction.atomic():
        fresh = AccountPlan.objects.select_for_update().get(pk=plan.pk)
        state = rules.next_state(fresh.state, act)
        if fresh.version == version and (state is None or fresh.archived_at is not None):
            raise ValidationError(_("This does not follow from the state of the plan."))
        changes = {"state": state or fresh.state, **(more or {})}
        changed = change_record(fresh, by=by, version=version, changes=changes, action=act)
        refresh_standing(customers=[changed.customer_id])
    return changed


def _check_year_is_free(customer: Customer, year: Any) -> None:
    if AccountPlan.objects.kept().filter(customer=customer, year=year).exists():
        raise ValidationError({"year": _("There is a plan for this year.")})


def _check_service(service: Any, reason: str) -> None:
    if service in (None, {}):
        return
    if not isinstance(service, dict):
        raise ValidationError({"service": _PROBLEMS["unknown"]})
    problems = rules.service_problems(service)
    if problems:
        raise ValidationError({"service": [_PROBLEMS[problem] for problem in problems.values()]})
    if not reason.strip():
        raise ValidationError({"service_reason": _("Please say why it differs from what is proposed.")})


def _copy_parts(source: AccountPlan, copy: AccountPlan, by: User) -> None:
    goals = [goal for goal in source.goals.filter(archived_at__isnull=True) if not _is_reached(goal)]
    copies = PlanGoal.objects.bulk_create(_copied(goal, copy, by) for goal in goals)
    goal_of = {goal.pk: new for goal, new in zip(goals, copies, strict=True)}
    actions = source.actions.filter(archived_at__isnull=True, done_on__isnull=True)
    PlanAction.objects.bulk_create(
        _copied(action, copy, by, goal=goal_of.get(action.goal_id or 0)) for action in actions
    )
    items = source.items.filter(archived_at__isnull=True)
    PlanItem.objects.bulk_create(_copied(item, copy, by) for item in items)


def _is_reached(goal: PlanGoal) -> bool:
    return rules.progress(goal.start_value, goal.present_value, goal.target_value) == 1.0


def _copied(part: Any, plan: AccountPlan, by: User, **others: Any) -> Any:
    """Return an unsaved copy of a part for another plan, its day a year later."""
    left = ("id", "plan", "customer", "created_by", "created_at", "updated_at", "version", "archived_at")
    values = {
        field.attname: getattr(part, field.attname)
        for field in part._meta.concrete_fields
        if field.name not in left and field.name not in others
    }
    if values.get("due_on"):
        values["due_on"] = rules.a_year_later(values["due_on"])
    return type(part)(plan=plan, customer=plan.customer, created_by=by, **values, **others)
