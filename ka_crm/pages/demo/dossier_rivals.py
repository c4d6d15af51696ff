"""Competitors at an account: how far they are, what they did, our pace; offers won and lost; contracts."""

import datetime as dt
from decimal import Decimal

from accounts.models import (
    Bid,
    BidKind,
    BidReason,
    BidResult,
    Competitor,
    Contract,
    ContractState,
    Pace,
    Rival,
    RivalMove,
    RivalStage,
)
from ka_crm.pages.demo import dossier_texts as texts
from ka_crm.pages.demo.dossier_folder import Account
from ka_crm.pages.demo.dossier_people import HEAD, OPERATIONS
from ka_crm.pages.demo.dossier_stories import day
from ka_crm.pages.demo.people import pick

NEW_YEAR, YEAR_END = dt.date(2022, 1, 1), dt.date(2022, 12, 31)
_HOLDS = (
    "The end cap at the entrance until New Year, by hearsay.",
    "Two feet beside the till.",
    "The buyer's ear; nothing on paper that we know of.",
    "Neck hangers and a tasting every quarter.",
    "",
)
_PACES = (
    (Pace.PUSH, "They are ahead with displays; ours has to stand before Thanksgiving."),
    (Pace.HOLD, "They wait for the review. We show figures, not money."),
    (Pace.PAUSE, "A price war on one size helps nobody; we wait for their stock to run out."),
)
_MOVES = (
    ("Offered an end cap for the holidays.", "Sketch of the display"),
    ("Asked for the price of the small size to be matched.", ""),
    ("Showed figures of other states.", "Slides, twelve pages"),
    ("Brought samples of a new añejo.", "Price sheet"),
    ("Promised a tasting before Christmas.", ""),
    ("Wanted to know when our terms end.", ""),
)
_HEARD_FROM = ("The buyer, in passing", "Seen in the store", "Our representative", "A flyer at the counter")


def payment_days(customer_code: str) -> int:
    """Return within how many days a customer of the demo pays by contract."""
    return (30, 30, 45, 60)[pick(f"{customer_code} terms", 4)]


def put_rivals(account: Account) -> None:
    """Write where competitors stand, and their moves."""
    story, random = account.story, account.random
    checked = story.rivals_checked
    for place, competitor in enumerate(account.rivals[: story.rivals]):
        pace, reason = random.choice(_PACES) if place < 2 else ("", "")
        account.put(
            Rival,
            day(checked + 5 * place),
            competitor=competitor,
            stage=RivalStage.SUPPLIES if place == 0 else random.choice(RivalStage.values),
            holds=random.choice(_HOLDS),
            contract_ends_on=random.choice((YEAR_END, dt.date(2023, 6, 30), None)),
            pace=pace,
            pace_reason=reason,
        )
        for number, (said, papers) in enumerate(account.deal(_MOVES, random.randint(1, 3))):
            put_move(account, competitor, day(checked + 31 * number + random.randint(0, 20)), said, papers)


def put_move(account: Account, competitor: Competitor, on: dt.date, said: str, papers: str) -> None:
    """Write one move; whom they met is known now and then."""
    random = account.random
    met = account.people.get(random.choice((HEAD, OPERATIONS, "nobody known")))
    account.put(
        RivalMove,
        on,
        competitor=competitor,
        on=on,
        contact=met,
        met_text="" if met else "Somebody of the spirits team",
        said=said,
        papers=papers,
        heard_from=random.choice(_HEARD_FROM),
        owner=random.choice((account.kam, account.rep)),
    )


def put_bids(account: Account, yearly: Decimal) -> None:
    """Write offers: one won, one lost, both with their reasons, and an open one. ``yearly``: our sales."""
    random = account.random
    titles = account.deal(texts.OFFERS, 3)
    reasons = [reason for reason in BidReason if reason in texts.LEARNED]
    for place, result in enumerate((BidResult.WON, BidResult.LOST, BidResult.OPEN)):
        is_open = result == BidResult.OPEN
        submitted = day((random.randint(140, 220), random.randint(60, 120), random.randint(5, 25))[place])
        reason = "" if is_open else random.choice(reasons)
        account.put(
            Bid,
            submitted,
            kind=BidKind.TENDER if account.is_chain and place == 1 else BidKind.OFFER,
            title=titles[place],
            submitted_on=submitted,
            decision_due_on=submitted + dt.timedelta(days=35),
            amount=round(yearly * Decimal(random.randint(2, 12)) / 100, -2),
            result=result,
            decided_on=None if is_open else submitted + dt.timedelta(days=random.randint(14, 40)),
            reason=reason,
            reason_text=texts.LEARNED.get(reason, ""),
            competitor=account.rivals[0] if result == BidResult.LOST else None,
        )


def put_contract(account: Account, yearly: Decimal, *, terms: str = "") -> None:
    """Write the terms of this year."""
    account.put(
        Contract,
        NEW_YEAR,
        title="Annual terms 2022",
        state=ContractState.SIGNED,
        start_on=NEW_YEAR,
        end_on=YEAR_END,
        notice_on=dt.date(2022, 11, 30),
        payment_days=payment_days(account.customer.code),
        credit_limit=max(round(yearly / 6, -3), Decimal(5000)),
        service_level_share=Decimal("0.96") if account.is_chain else Decimal("0.95"),
        terms=terms or account.random.choice(texts.TERMS),
    )
