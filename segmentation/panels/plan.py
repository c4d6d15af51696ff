"""The tab "Plan": the plan of a year, the service that cell and quadrant ask for, value and service kept."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountPlan, Customer, PlanAction
from accounts.panel import Opened, Panel
from accounts.queries.due_contacts import rhythms_of
from accounts.queries.plans import actions_of, goals_of, items_of, plan_shown, plans_of
from accounts.queries.service import business_now, cases_of, kept_by_step, standards_of, tier_label
from accounts.queries.value import value_case_of
from accounts.rules import plans as rules
from ka_crm.people.models import User
from ka_crm.records.queries import business_today
from segmentation.queries.strategy import proposal_of
from segmentation.rules.strategy import service_tier
from segmentation.views.key_account import three_p_context
from segmentation.views.strategy_words import note_of, strategy_lines

CASES_SHOWN = 8


def context(opened: Opened) -> dict[str, Any]:
    """Read one year's plan, or what starts one."""
    customer, today = opened.customer, business_today()
    plans = plans_of(customer)
    plan = plan_shown(plans, opened.request.GET.get("year", ""), today)
    proposal, quadrant = proposal_of(customer, opened.viewer)
    year = plan.year if plan else today.year
    return {
        "plan": plan,
        "plan_key": str(plan.pk) if plan else "",
        "year": year,
        "today": today,
        "years": [
            {"label": str(each.year), "url": f"?year={each.year}", "active": each is plan}
            for each in reversed(plans)
        ],
        "next_year": _next_year(plan, plans),
        "has_this_year": any(each.year == today.year for each in plans),
        "lines": strategy_lines(proposal, plan.service if plan else {}),
        "note": note_of(proposal),
        "value": value_case_of(customer, year),
        **(_parts(plan, today) if plan else {}),
        **_service(customer, quadrant),
        **three_p_context(customer),
    }


def _parts(plan: AccountPlan, today: Any) -> dict[str, Any]:
    actions = actions_of(plan, today)
    items = items_of(plan)
    return {
        "is_open": rules.is_open(plan.state),
        "goals": goals_of(plan),
        "actions": actions,
        "open_actions": sum(row.action.done_on is None for row in actions),
        "services": items["service"],
        "entitlements": items["entitlement"],
        "cadences": rhythms_of([plan.customer.pk], today),
    }


def _service(customer: Customer, quadrant: str) -> dict[str, Any]:
    now, tier = business_now(), service_tier(quadrant)
    return {
        "tier": tier,
        "tier_words": tier_label(tier),
        "promised": standards_of(tier),
        "cases": cases_of(customer, now, CASES_SHOWN),
        "kept": [row for row in kept_by_step(customer, now) if row.kept.decided],
    }


def _next_year(plan: AccountPlan | None, plans: list[AccountPlan]) -> int | None:
    """The year that this plan can be copied to."""
    if plan is None or any(each.year == plan.year + 1 for each in plans):
        return None
    return plan.year + 1


def counted(customer: Customer, viewer: User) -> list["QuerySet[Any]"]:
    """Open actions of plans that run."""
    rows = PlanAction.objects.kept().filter(customer=customer, done_on__isnull=True)
    return [rows.filter(plan__archived_at__isnull=True).exclude(plan__state=rules.CLOSED)]


PANEL = Panel("plan", _("Plan"), "dossier/plan.html", context, counted)
