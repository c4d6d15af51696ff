"""Dossiers that have just been begun: somebody who buys, a call or two, now and then a line about them."""

from accounts.models import Attitude, Contact, InteractionState, Profile, Source
from ka_crm.pages.demo import dossier_texts as texts
from ka_crm.pages.demo.dossier_folder import Account
from ka_crm.pages.demo.dossier_people import BUYER, description
from ka_crm.pages.demo.dossier_stories import day
from ka_crm.pages.demo.dossier_talk_texts import BY_POST, CALL, COMING, VISIT
from ka_crm.pages.demo.dossier_talks import put_promise, put_talk


def put_begun(account: Account, name: str, *, has_plans: bool, is_late: bool) -> None:
    """Write a partial dossier; ``has_plans``: something is planned, ``is_late``: a promise of ours is."""
    random = account.random
    known = random.randint(20, 320)
    buyer = account.put(
        Contact,
        day(known),
        name=name,
        title=random.choice(("Owner", "Manager", "Buyer")),
        phone=f"515-555-0{random.randint(100, 199)}" if random.random() < 0.7 else "",
        influence=random.choice((3, 4, None)),
        attitude=random.choice((Attitude.NEUTRAL, Attitude.FOR_US, None)),
        covered_by=account.kam,
        source=Source.GENERATED,
    )
    account.people[BUYER] = buyer
    if random.random() < 0.35:
        account.put(Profile, day(known), description=description(account), confirmed_on=day(known))
    simple = tuple(said for said in BY_POST[BUYER] if said.channel in (CALL, VISIT))
    for number, said in enumerate(account.deal(simple, random.randint(1, 2))):
        put_talk(account, said, day(4 + (known - 4) * (number + 1) // 2), buyer)
    if has_plans:
        on = day(-random.randint(1, 13))
        put_talk(account, random.choice(COMING), on, buyer, state=InteractionState.PLANNED)
    if is_late:
        put_promise(account, random.choice(texts.OURS), due=day(random.randint(2, 15)), contact=buyer)
    elif random.random() < 0.3:
        put_promise(account, random.choice(texts.OURS), due=day(-random.randint(1, 14)), contact=buyer)
