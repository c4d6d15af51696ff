"""Plans of a year with goals, actions and services; the team; what the customer gains."""

import datetime as dt
from decimal import Decimal

from accounts.models import (
    AccountPlan,
    Function,
    MirroredFunction,
    PlanAction,
    PlanGoal,
    PlanItem,
    PlanItemKind,
    PlanState,
    RequestAnswer,
    ResourceRequest,
    TeamMember,
    ValueCase,
)
from ka_crm.pages.demo import dossier_texts as texts
from ka_crm.pages.demo.dossier_folder import Account
from ka_crm.pages.demo.dossier_people import APPROVER, BUYER, DECIDER, OPERATIONS
from ka_crm.pages.demo.dossier_stories import day
from ka_crm.pages.demo.plan import DEMO_DAY

_NEEDS = (
    "More margin from the same shelf, and fewer empty places on Fridays.",
    "Something that competitors nearby do not have.",
    "One supplier less to argue with before the holidays.",
)
_PAINS = (
    "Displays of several brands arrive in the same week.",
    "Price tags lag behind the system.",
    "Nobody at the shelf can say what an añejo is.",
)
_STRATEGIES = (
    "Win the second facing where our share is lowest; leave price alone.",
    "Defend the shelf with service: counted stock, fixed day, one contact.",
    "Grow with the category: sizes and gifts before discounts.",
)
_COMMUNICATION = (
    "Buyer every second week, decider each half year with our sponsor, stores by the representative.",
    "A call a week before orders close; figures every quarter on one page.",
)
_EVALUATION = "Two of three goals are within reach; the display came late."
_GOALS = (
    ("Our share of what they buy", "share, %", 24, 30),
    ("Stores with a second facing", "stores", 4, 20),
    ("Sizes listed", "sizes", 5, 8),
    ("On time in full", "%", 92, 96),
    ("Promotions with a margin for both", "promotions", 1, 4),
)
_ACTIONS = (
    "Agree the shelf plan for the tequila bay",
    "Second facing in the weakest stores",
    "Tasting before Thanksgiving",
    "Meet who decides, with our sponsor",
    "Answer the rival's display",
    "Train the people at the shelf",
)
_SERVICES = (
    (PlanItemKind.SERVICE, "Category figures every quarter", "One page, by size"),
    (PlanItemKind.SERVICE, "Training at the shelf", "Half an hour before opening, twice a year"),
    (PlanItemKind.SERVICE, "Stock count every second week", "By our representative"),
    (PlanItemKind.ENTITLEMENT, "First call on gift boxes", "Before the list goes out"),
    (PlanItemKind.ENTITLEMENT, "Display money", "Up to 2 % of net sales, against a photo"),
)


def put_plans(account: Account) -> None:
    """Write the plans that the story tells of; that of next year has not begun yet."""
    for year, state in account.story.plans:
        put_plan(account, year, PlanState(state))


def put_plan(account: Account, year: int, state: PlanState) -> AccountPlan:
    """Write one plan with three goals, four actions and three services."""
    random = account.random
    written = day(16) if year > DEMO_DAY.year else day(40)
    plan = account.put(
        AccountPlan,
        written,
        year=year,
        state=state,
        needs=random.choice(_NEEDS),
        pain_points=random.choice(_PAINS),
        strategy=random.choice(_STRATEGIES),
        communication=random.choice(_COMMUNICATION),
        evaluation=_EVALUATION if year <= DEMO_DAY.year else "",
    )
    goals = [_goal(account, plan, written, goal) for goal in account.deal(_GOALS, 3)]
    for place, text in enumerate(account.deal(_ACTIONS, 4)):
        _put_action(account, plan, goals[place % 3], text, place, written)
    for kind, text, detail in account.deal(_SERVICES, 3):
        account.put(PlanItem, written, plan=plan, kind=kind, text=text, detail=detail)
    return plan


def _goal(account: Account, plan: AccountPlan, written: dt.date, goal: tuple[str, str, int, int]) -> PlanGoal:
    text, measure, start, target = goal
    is_running = plan.year <= DEMO_DAY.year
    present = start + round((target - start) * account.random.choice((0.25, 0.5, 0.75, 1.0)))
    return account.put(
        PlanGoal,
        written,
        plan=plan,
        text=text,
        measure=measure,
        start_value=Decimal(start),
        target_value=Decimal(target),
        present_value=Decimal(present) if is_running else None,
        due_on=dt.date(plan.year, 12, 15),
    )


def _put_action(
    account: Account, plan: AccountPlan, goal: PlanGoal, text: str, place: int, written: dt.date
) -> None:
    random = account.random
    is_running = plan.year <= DEMO_DAY.year
    is_done = is_running and place == 0
    due = day((60, 4, -10, -27)[place]) if is_running else dt.date(plan.year, 2 + 2 * place, 15)
    account.put(
        PlanAction,
        written,
        plan=plan,
        goal=goal,
        text=text,
        owner=random.choice((account.kam, account.kam, account.sponsor or account.kam)),
        due_on=due,
        done_on=due if is_done else None,
        steps_all=20 if place == 2 else None,
        steps_done=random.randint(3, 12) if place == 2 and is_running else None,
    )


def put_team(account: Account) -> None:
    """Write who of us works for the account beside its key account manager, and what they asked for."""
    written = day(180)
    if account.sponsor is not None:
        account.put(
            TeamMember, written, user=account.sponsor, function=Function.MANAGEMENT, is_sponsor=True,
            duty="Meets the decider each half year",
        )  # fmt: skip
    account.put(TeamMember, written, user=account.rep, function=Function.SALES, duty="Shelf and displays")
    if account.is_chain:
        account.put(
            TeamMember, written, user=account.finance, function=Function.FINANCE, duty="Invoices and terms"
        )
    text, function = account.random.choice(texts.REQUESTS)
    is_open = account.random.random() < 0.5
    account.put(
        ResourceRequest,
        day(20),
        text=text,
        function=function,
        asked_of=account.finance if function == Function.FINANCE else None,
        asked_on=day(20),
        needed_by=day(-14),
        answer=RequestAnswer.OPEN if is_open else RequestAnswer.GRANTED,
        answered_on=None if is_open else day(8),
        answer_text="" if is_open else "Granted, for one date.",
    )


def put_value_case(account: Account, yearly: Decimal) -> None:
    """Write what a year with us brings them; ``yearly``: our sales to them in twelve months."""
    random = account.random
    margin = Decimal(random.randint(24, 31)) / 100
    account.put(
        ValueCase,
        day(90),
        year=2022,
        their_turnover=round(yearly / (1 - margin), -2),
        their_margin_share=margin,
        category_margin_share=margin - Decimal(random.randint(1, 4)) / 100,
        savings=round(yearly * Decimal("0.008"), -2),
        savings_text=random.choice(texts.SAVINGS),
        problems=random.choice(texts.PROBLEMS),
        joint_plan=random.choice(texts.JOINT),
    )


def put_mirrors(account: Account) -> None:
    """Write which function of theirs talks to which of ours."""
    pairs = (
        (Function.SALES, account.kam, "Buying", BUYER),
        (Function.MANAGEMENT, account.sponsor, "Head of the business", DECIDER),
        (Function.FINANCE, account.finance, "Finance", APPROVER),
        (Function.SERVICE, account.rep, "Store operations", OPERATIONS),
        (Function.LOGISTICS, None, "Warehouse", ""),
    )
    for function, user, theirs, post in pairs[: 5 if account.is_chain else 3]:
        account.put(
            MirroredFunction,
            day(150),
            function=function,
            user=user,
            their_function=theirs,
            contact=account.people.get(post),
        )
