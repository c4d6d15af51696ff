"""This year's plan with the largest customer, written by hand; there is none for next year."""

import datetime as dt
from decimal import Decimal

from accounts.models import AccountPlan, PlanAction, PlanGoal, PlanItem, PlanItemKind, PlanState
from ka_crm.pages.demo.dossier_folder import Account
from ka_crm.pages.demo.dossier_stories import day
from ka_crm.pages.demo.hy_vee_texts import ACTIONS


def put_plan_of_this_year(account: Account) -> None:
    """Write the plan of 2022: agreed, with three of eight actions open."""
    owners = {"sponsor": account.sponsor or account.kam, "kam": account.kam, "rep": account.rep}
    written = day(45)
    plan = account.put(
        AccountPlan,
        written,
        year=2022,
        state=PlanState.AGREED,
        needs="One price, cold displays before summer, fewer late orders.",
        pain_points="Late trucks in autumn; displays of three brands in one week.",
        strategy="Second facing where our share is lowest; answer display money with service.",
        communication="Buyer every second week, operations monthly, merchandising with our sponsor.",
        evaluation="Share is slipping, the second facing works where it stands.",
    )
    goals = [
        account.put(
            PlanGoal, written, plan=plan, text=text, measure=measure, start_value=Decimal(start),
            target_value=Decimal(target), present_value=Decimal(now), due_on=dt.date(2022, 12, 15),
        )
        for text, measure, start, target, now in (
            ("Our share of what they buy", "share, %", "26.9", "28", "25.1"),
            ("Second facing in the worst stores", "stores", "0", "20", "7"),
            ("On time in full", "%", "92", "96", "93.4"),
        )
    ]  # fmt: skip
    for text, owner, due, done, steps_all, steps_done, goal in ACTIONS:
        account.put(
            PlanAction, written, plan=plan, goal=goals[goal], text=text, owner=owners[owner], due_on=due,
            done_on=done, steps_all=steps_all, steps_done=steps_done,
        )  # fmt: skip
    for kind, text in (
        (PlanItemKind.SERVICE, "Category figures every quarter"),
        (PlanItemKind.SERVICE, "Training at the shelf, spring and autumn"),
        (PlanItemKind.ENTITLEMENT, "2 % for joint display"),
    ):
        account.put(PlanItem, written, plan=plan, kind=kind, text=text)
