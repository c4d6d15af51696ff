"""Talks held and planned, contact rhythms, promises and service cases of an account."""

import datetime as dt
import uuid
from collections.abc import Iterator

from accounts.models import (
    Cadence,
    Commitment,
    CommitmentState,
    Contact,
    ContactChannel,
    Interaction,
    InteractionContact,
    InteractionState,
    Promiser,
    Purpose,
    ServiceCase,
    ServiceStep,
    Source,
)
from ka_crm.pages.demo import dossier_texts as texts
from ka_crm.pages.demo.dossier_folder import Account
from ka_crm.pages.demo.dossier_people import BUYER, DECIDER, HEAD, OPERATIONS, STORES
from ka_crm.pages.demo.dossier_stories import MET, day
from ka_crm.pages.demo.dossier_talk_texts import BY_POST, COMING, NOTES, Said
from ka_crm.people.models import User

_UUID_SPACE = uuid.UUID("0b7a4a0e-52f5-4c55-8f0f-6f1f6d2c8a35")
_BACK_TO = 560  # days
_DECIDER_SEEN = 55
_WEIGHTS = {BUYER: 6, OPERATIONS: 4, STORES: 2}


def put_talk(
    account: Account,
    said: Said,
    on: dt.date,
    *people: Contact,
    state: str = InteractionState.DONE,
    owner: User | None = None,
    at: dt.time | None = None,
    place: str = "",
) -> Interaction:
    """Write one talk, held or planned, with who took part."""
    is_planned = state == InteractionState.PLANNED
    label = f"{account.customer.code} {on} {said.subject} {said.channel} {[person.name for person in people]}"
    talk = account.put(
        Interaction,
        day(5) if is_planned else on,
        channel=said.channel,
        purpose=said.purpose,
        state=state,
        on=on,
        at=at,
        place=place,
        subject=said.subject,
        text=said.text,
        owner=owner or account.kam,
        source=Source.GENERATED,
        client_uuid=uuid.uuid5(_UUID_SPACE, label),
    )
    for person in people:
        account.folder.put(
            InteractionContact(
                interaction=talk, contact=person, gave_information=said.is_inside and not is_planned
            )
        )
    return talk


def put_talks(account: Account) -> None:
    """Write what was talked about since spring 2021 and what is planned."""
    decks: dict[str, list[Said]] = {}
    for on, key in _held(account):
        if not decks.get(key):
            decks[key] = account.deal(BY_POST[key], len(BY_POST[key]))
        said = _with_rival(account, decks[key].pop())
        put_talk(account, said, on, account.people[key], owner=_owner(account, key))
    for subject, text in account.deal(NOTES, 2):
        note = Said(ContactChannel.NOTE, Purpose.ROUTINE, subject, text)
        put_talk(account, note, day(account.story.last_contact + account.random.randint(1, 90)))
    _put_coming(account)


def _held(account: Account) -> Iterator[tuple[dt.date, str]]:
    """Yield day and post, the latest first; one talk a day."""
    story, random = account.story, account.random
    others = [key for key in account.people if key != DECIDER]
    is_decider_due = story.decider == MET
    ago, before = story.last_contact, None
    while ago < _BACK_TO:
        on = day(ago)
        if on != before:
            weights = [_WEIGHTS.get(key, 1) for key in others]
            key = (
                BUYER if story.is_one_thread and random.random() < 0.8 else random.choices(others, weights)[0]
            )
            if is_decider_due and ago >= min(_DECIDER_SEEN, story.last_contact + 10):
                key, is_decider_due = DECIDER, False
            elif story.decider == MET and ago > 120 and random.random() < 0.15:
                key = DECIDER
            yield on, key
        before = on
        ago += random.randint(8, 45)


def _with_rival(account: Account, said: Said) -> Said:
    rival = account.rivals[0].name
    return said._replace(subject=said.subject.format(rival=rival), text=said.text.format(rival=rival))


def _owner(account: Account, key: str) -> User:
    if key == STORES:
        return account.rep
    return account.sponsor if key in (DECIDER, HEAD) and account.sponsor else account.kam


def _put_coming(account: Account) -> None:
    story, random = account.story, account.random
    buyer = account.people[BUYER]
    if story.talks_in:
        invited = [buyer, *([account.people[DECIDER]] if DECIDER in account.people else [])]
        said = Said(ContactChannel.MEETING, Purpose.TALKS, "Talks on terms 2023", "")
        put_talk(
            account, said, day(-story.talks_in), *invited,
            state=InteractionState.PLANNED, at=dt.time(random.choice((9, 10, 14))), place=_place(account),
        )  # fmt: skip
    if story.last_contact < 60:
        for said in account.deal(COMING, 2):
            on = day(-random.randint(1, 13))
            put_talk(account, said, on, buyer, state=InteractionState.PLANNED)
    put_talk(account, COMING[1], day(story.last_contact + 30), buyer, state=InteractionState.CANCELLED)


def _place(account: Account) -> str:
    return "Head office" if account.is_chain else "In the shop"


def put_cadences(account: Account) -> None:
    """Write how often the account and its people are to be contacted."""
    written = day(200)
    rhythm = account.random.choice((14, 21, 30))
    account.put(Cadence, written, every_days=max(30, rhythm), owner=account.kam, topic="Anything at all")
    account.put(
        Cadence,
        written,
        contact=account.people[BUYER],
        channel=ContactChannel.PHONE,
        every_days=rhythm,
        owner=account.kam,
        topic="Orders and shelf",
    )
    if DECIDER in account.people:
        account.put(
            Cadence,
            written,
            contact=account.people[DECIDER],
            channel=ContactChannel.MEETING,
            every_days=90,
            owner=account.sponsor or account.kam,
            topic="Half-year review",
        )


def put_promise(
    account: Account,
    text: str,
    *,
    due: dt.date,
    contact: Contact | None,
    by: Promiser = Promiser.US,
    state: CommitmentState = CommitmentState.OPEN,
    settled: dt.date | None = None,
    promised: dt.date | None = None,
) -> None:
    """Write one promise, made two or three weeks before it is due."""
    promised = min(promised or due - dt.timedelta(days=account.random.randint(10, 21)), day(1))
    account.put(
        Commitment,
        settled or promised,
        promiser=by,
        text=text,
        contact=contact,
        promised_on=promised,
        due_on=due,
        state=state,
        settled_on=settled,
        owner=account.kam,
    )


def put_promises(account: Account) -> None:
    """Write promises: kept ones, open ones due around the demo day, and what the story tells."""
    story, random = account.story, account.random
    ours, theirs = account.deal(texts.OURS, 7), account.deal(texts.THEIRS, 2)
    buyer = account.people[BUYER]
    helper = account.people.get(OPERATIONS, buyer)
    for ago, late in ((150, 0), (95, 4), (50, -2)):
        due = day(ago + random.randint(0, 20))
        settled = due + dt.timedelta(days=late)
        put_promise(account, ours.pop(), due=due, contact=buyer, state=CommitmentState.KEPT, settled=settled)
    if story.last_contact < 60:
        put_promise(account, ours.pop(), due=day(-random.randint(1, 16)), contact=helper)
        put_promise(account, theirs.pop(), due=day(-random.randint(2, 25)), contact=buyer, by=Promiser.THEM)
    if story.promise_late:
        put_promise(account, ours.pop(), due=day(story.promise_late), contact=buyer)
    if story.is_promise_broken:
        due = day(24)
        put_promise(
            account, ours.pop(), due=due, contact=buyer, state=CommitmentState.BROKEN, settled=day(14)
        )
        put_promise(account, ours.pop(), due=day(2), contact=helper)


def put_service_cases(account: Account) -> None:
    """Write what the customer asked for and how fast it was done; one is not done yet."""
    random = account.random
    for place, subject in enumerate(account.deal(texts.SERVICE_CASES, 3)):
        is_open = place == 0 and account.story.last_contact < 60
        on = day(2 if is_open else account.story.last_contact + random.randint(10, 120))
        began = dt.datetime.combine(on, dt.time(random.randint(14, 20)), dt.UTC)
        promised = random.choice((24, 48, 72))
        took = dt.timedelta(hours=random.randint(3, int(promised * 1.3)))
        account.put(
            ServiceCase,
            on,
            step=random.choice(ServiceStep.values),
            subject=subject,
            contact=account.people[BUYER],
            began_at=began,
            done_at=None if is_open else began + took,
            promised_hours=promised,
        )
