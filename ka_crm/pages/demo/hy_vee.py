"""The one dossier of the demo company that was written by hand: the largest customer, a thin thread to it.

The decider was never met, the coach could introduce us, six of the last ten talks ran through the buyer, the
price proposal is late with talks in eight days, and there is no plan for next year. All of it is made up.
"""

import datetime as dt
from decimal import Decimal

from accounts.models import (
    Attitude,
    Bid,
    BidReason,
    BidResult,
    ChainRole,
    CommitmentState,
    Competitor,
    Consent,
    Contact,
    ContactChannel,
    DecisionChain,
    DecisionRole,
    InteractionState,
    Level,
    Pace,
    Profile,
    Promiser,
    Purpose,
    Rival,
    RivalMove,
    RivalStage,
    Source,
)
from ka_crm.pages.demo.dossier_folder import Account
from ka_crm.pages.demo.dossier_people import (
    ASSISTANT,
    BUYER,
    DECIDER,
    HEAD,
    OPERATIONS,
    PRICING,
    STORES,
    description,
)
from ka_crm.pages.demo.dossier_plans import put_mirrors, put_team, put_value_case
from ka_crm.pages.demo.dossier_rivals import put_contract
from ka_crm.pages.demo.dossier_stories import IN_ORDER, day
from ka_crm.pages.demo.dossier_talk_texts import Said
from ka_crm.pages.demo.dossier_talks import put_cadences, put_promise, put_service_cases, put_talk
from ka_crm.pages.demo.hy_vee_plan import put_plan_of_this_year
from ka_crm.pages.demo.hy_vee_texts import CLAIMS, EARLIER, MOVES, PEOPLE, TALKS
from ka_crm.pages.demo.plan import DEMO_DAY

CODE = "HY-VEE"
STORY = IN_ORDER._replace(name="written by hand", last_contact=6, overdue=41, otif=0.934)
_BRANDT_MET = 212
_NEXT_TALKS = 8


def put_hy_vee(account: Account, yearly: Decimal, competitors: dict[str, Competitor]) -> None:
    """Write the dossier; ``yearly``: our sales of twelve months."""
    _put_profile(account)
    _put_people(account)
    _put_chain(account)
    _put_talks(account)
    put_cadences(account)
    _put_promises(account)
    put_service_cases(account)
    put_contract(account, yearly, terms="45 days, 2 % for joint display, until 31 December.")
    _put_bids(account, competitors["Diageo"])
    _put_rivals(account, competitors)
    put_plan_of_this_year(account)
    put_team(account)
    put_value_case(account, yearly)
    put_mirrors(account)


def names() -> list[str]:
    """Return the names of its people."""
    return [person.name for person in PEOPLE]


def _put_profile(account: Account) -> None:
    account.put(
        Profile,
        day(48),
        description=description(account),
        history="The range was reviewed in spring 2021. Since then our two main sizes are listed everywhere.",
        ownership="Not looked into yet. (Made-up dossier.)",
        organisation="Merchandising at head office; a director for the stores; area people who visit them.",
        environment="Warehouse clubs set the price of the large bottle; convenience grows around the towns.",
        market_notes="Agave grows faster than the shelf. Cold displays decide the summer.",
        who_decides="Head office lists and prices, stores choose facings.",
        delivery="Own warehouses; stores are supplied from there.",
        buying_habits="Every month, stocks up before holidays.",
        concerns="One price in all stores. Who pays for cold displays.",
        bargaining_power=Level.HIGH,
        fiscal_year_month=10,
        confirmed_on=day(48),
    )


def _put_people(account: Account) -> None:
    who = {"sponsor": account.sponsor, "kam": account.kam, "rep": account.rep, "": None}
    for person in PEOPLE:
        is_strange = person.key in (DECIDER, PRICING)
        account.people[person.key] = account.put(
            Contact,
            day(30),
            name=person.name,
            title=person.title,
            department=person.department,
            phone="" if is_strange else f"515-555-01{70 + len(account.people)}",
            email="" if is_strange else f"{person.name.lower().replace(' ', '.')}@customer.example",
            language="English",
            consent=Consent.UNKNOWN if is_strange else Consent.GIVEN,
            consent_on=None if is_strange else day(230),
            influence=person.influence,
            attitude=None if person.attitude is None else Attitude(person.attitude),
            covered_by=who[person.covered_by],
            notes=person.notes,
            source=Source.GENERATED,
        )
        if person.boss:
            account.folder.link(account.people[person.key], "reports_to", account.people[person.boss])
    account.folder.link(account.people[DECIDER], "introduced_by", account.people[OPERATIONS])


def _put_chain(account: Account) -> None:
    listing = account.put(
        DecisionChain,
        day(30),
        name="Terms and listing",
        note="Reviewed each autumn. Who signs is not known yet.",
    )
    displays = account.put(DecisionChain, day(30), name="Displays and promotions")
    roles = [(listing, person.key, role) for person in PEOPLE for role in person.roles]
    roles += [
        (displays, DECIDER, DecisionRole.DECIDER),
        (displays, HEAD, DecisionRole.INFLUENCER),
        (displays, OPERATIONS, DecisionRole.INITIATOR),
        (displays, STORES, DecisionRole.USER),
    ]
    for chain, key, role in roles:
        account.folder.put(ChainRole(chain=chain, contact=account.people[key], role=role))


def _put_talks(account: Account) -> None:
    people = account.people
    for ago, key, said in (*TALKS, *EARLIER):
        put_talk(account, said, day(ago), people[key], owner=account.rep if key == STORES else account.kam)
    put_talk(
        account,
        Said(ContactChannel.EVENT, Purpose.ROUTINE, "Met at the spring trade show",
             "Ten minutes. Doubts our deliveries and wants to see display money first."),
        DEMO_DAY - dt.timedelta(days=_BRANDT_MET),
        people[HEAD],
        owner=account.sponsor,
    )  # fmt: skip
    coming = Said(ContactChannel.MEETING, Purpose.TALKS, "Talks on terms 2023", "")
    put_talk(
        account, coming, day(-_NEXT_TALKS), people[BUYER], people[HEAD],
        state=InteractionState.PLANNED, at=dt.time(10), place="West Des Moines",
    )  # fmt: skip
    visits = Said(
        ContactChannel.VISIT, Purpose.ROUTINE, "12 store visits, Des Moines", "Display check, second facing"
    )
    put_talk(account, visits, day(-3), people[STORES], state=InteractionState.PLANNED, owner=account.rep)


def _put_promises(account: Account) -> None:
    people = account.people
    put_promise(account, "Price proposal 2023", due=day(4), promised=day(18), contact=people[BUYER])
    put_promise(
        account, "Shelf plan for 12 stores", due=day(-3), promised=day(11), contact=people[OPERATIONS]
    )
    put_promise(account, "Credit note for 30 Sep", due=day(-7), promised=day(21), contact=people[ASSISTANT])
    put_promise(
        account, "Cold display, 6 stores", due=day(-16), promised=day(11), contact=people[OPERATIONS],
        by=Promiser.THEM,
    )  # fmt: skip
    for text, due, settled in (("Sales by size and store", 104, 105), ("Summer price list", 165, 168)):
        put_promise(
            account,
            text,
            due=day(due),
            contact=people[BUYER],
            state=CommitmentState.KEPT,
            settled=day(settled),
        )


def _put_bids(account: Account, diageo: Competitor) -> None:
    account.put(
        Bid, day(96), title="Cooler programme, 40 stores", submitted_on=day(96), decision_due_on=day(60),
        amount=Decimal(64_000), result=BidResult.LOST, decided_on=day(54), competitor=diageo,
    )  # fmt: skip
    account.put(
        Bid, day(300), title="375 ml in all stores", submitted_on=day(300), amount=Decimal(120_000),
        result=BidResult.WON, decided_on=day(270), reason=BidReason.SERVICE,
        reason_text="The fixed delivery day decided it.",
    )  # fmt: skip


def _put_rivals(account: Account, competitors: dict[str, Competitor]) -> None:
    push = "Their end caps stand in the stores where we are weakest."
    for place, (name, stage, holds, ends) in enumerate(CLAIMS):
        account.put(
            Rival,
            day(11 + 9 * place),
            competitor=competitors[name],
            stage=RivalStage(stage),
            holds=holds,
            contract_ends_on=ends,
            pace=Pace.PUSH if place == 0 else Pace.HOLD,
            pace_reason=push if place == 0 else "Losing shelf since spring; we watch.",
        )
    for ago, name, key, said, papers, heard in MOVES:
        account.put(
            RivalMove,
            day(ago),
            competitor=competitors[name],
            on=day(ago),
            contact=account.people.get(key),
            said=said,
            papers=papers,
            heard_from=heard,
            owner=account.kam,
        )
