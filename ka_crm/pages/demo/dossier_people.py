"""The general part and the people of an account: posts, reporting lines, roles in what is decided."""

from typing import NamedTuple

from accounts.models import (
    Attitude,
    ChainRole,
    Consent,
    Contact,
    DecisionChain,
    DecisionRole,
    Level,
    PreferredChannel,
    Profile,
    Source,
)
from ka_crm.pages.demo import dossier_texts as texts
from ka_crm.pages.demo.dossier_folder import Account
from ka_crm.pages.demo.dossier_stories import NOT_MET, UNNAMED, day
from ka_crm.people.models import User

DECIDER, APPROVER, HEAD, PRICING = "decider", "approver", "head", "pricing"
BUYER, OPERATIONS, ASSISTANT, STORES = "buyer", "operations", "assistant", "stores"


class Post(NamedTuple):
    """A position at a customer: who reports to whom, and what they do when something is decided."""

    key: str
    titles: tuple[str, ...]
    department: str
    boss: str
    roles: tuple[DecisionRole, ...]
    influence: int


CHAIN_POSTS = (
    Post(DECIDER, ("SVP Merchandising", "Chief Merchant", "VP Merchandising"), "Merchandising", "",
         (DecisionRole.DECIDER,), 5),
    Post(APPROVER, ("Finance director", "Controller, purchasing"), "Finance", DECIDER,
         (DecisionRole.APPROVER,), 4),
    Post(HEAD, ("VP Wine and Spirits", "Director of beverages"), "Merchandising", DECIDER,
         (DecisionRole.INFLUENCER,), 4),
    Post(PRICING, ("Pricing and promotion", "Promotion manager"), "Pricing", DECIDER,
         (DecisionRole.INFLUENCER, DecisionRole.INITIATOR), 3),
    Post(BUYER, ("Category manager, spirits", "Buyer, spirits", "Buyer, beverages"), "Merchandising", HEAD,
         (DecisionRole.BUYER,), 4),
    Post(OPERATIONS, ("Director store operations", "Head of store operations"), "Operations", HEAD,
         (DecisionRole.INFLUENCER,), 3),
    Post(ASSISTANT, ("Assistant buyer", "Coordinator, spirits"), "Merchandising", BUYER,
         (DecisionRole.GATEKEEPER,), 2),
    Post(STORES, ("Store operations lead", "Area supervisor, stores"), "Operations", OPERATIONS,
         (DecisionRole.USER,), 2),
)  # fmt: skip
SHOP_POSTS = (
    Post(DECIDER, ("Owner", "Co-owner"), "", "", (DecisionRole.DECIDER,), 5),
    Post(APPROVER, ("Bookkeeper", "Office manager"), "Office", DECIDER, (DecisionRole.APPROVER,), 2),
    Post(BUYER, ("Store manager", "Manager, spirits"), "", DECIDER,
         (DecisionRole.BUYER, DecisionRole.INFLUENCER), 4),
    Post(OPERATIONS, ("Assistant manager", "Shift manager"), "", BUYER, (DecisionRole.INFLUENCER,), 3),
    Post(STORES, ("Sales floor, spirits", "Receiving and shelves"), "", BUYER, (DecisionRole.USER,), 1),
)  # fmt: skip
_ATTITUDES = (Attitude.SCEPTICAL, Attitude.NEUTRAL, Attitude.NEUTRAL, Attitude.FOR_US, None)


def put_profile(account: Account) -> None:
    """Write the general part; who was not asked for long, or small ones, have it in part only."""
    story, random = account.story, account.random
    kind = texts.CHAIN if account.is_chain else texts.SHOP
    is_thin = story.confirmed > 250
    account.put(
        Profile,
        day(story.confirmed),
        description=description(account),
        history="" if is_thin else random.choice(kind.history),
        ownership=random.choice(kind.ownership),
        organisation=random.choice(kind.organisation),
        environment="" if is_thin else random.choice(texts.ENVIRONMENT),
        market_notes="" if is_thin else random.choice(texts.MARKET_NOTES),
        who_decides=random.choice(kind.who_decides),
        delivery=random.choice(kind.delivery),
        buying_habits=random.choice(texts.BUYING_HABITS),
        concerns="" if is_thin else random.choice(texts.CONCERNS),
        bargaining_power=Level.HIGH if account.stores > 50 else random.choice((Level.LOW, Level.MEDIUM)),
        fiscal_year_month=random.choice((1, 1, 2, 7, 10)),
        confirmed_on=day(story.confirmed),
    )


def description(account: Account) -> str:
    """Return what the account is, from the file alone."""
    stores = f"{account.stores} stores" if account.stores > 1 else "one store"
    kind = str(account.customer.format or "Customer")
    return f"{kind}, {stores} in the file. The texts and the people in this dossier are made up."


def put_people(account: Account, names: "list[str]") -> None:
    """Write the people with their lines, and the chain of the main decision with who does what in it."""
    story = account.story
    posts = [post for post in (CHAIN_POSTS if account.is_chain else SHOP_POSTS) if _is_held(account, post)]
    for post, name in zip(posts, names, strict=False):
        account.people[post.key] = _contact(account, post, name)
    for post in posts:
        boss = account.people.get(post.boss)
        if boss is not None:
            account.folder.link(account.people[post.key], "reports_to", boss)
    coach = account.people.get(OPERATIONS)
    if story.decider == NOT_MET and coach is not None:
        account.folder.link(account.people[DECIDER], "introduced_by", coach)
    _put_chains(account, posts)


def post_count() -> int:
    """Return how many names an account may need."""
    return max(len(CHAIN_POSTS), len(SHOP_POSTS))


def _is_held(account: Account, post: Post) -> bool:
    """Return whether somebody is known in a post."""
    if post.key == DECIDER:
        return account.story.decider != UNNAMED
    if post.key == APPROVER:
        return account.story.has_approver
    return post.key not in (PRICING, HEAD) or account.stores > 20 or account.random.random() < 0.6


def _contact(account: Account, post: Post, name: str) -> Contact:
    story, random = account.story, account.random
    is_coach = post.key == OPERATIONS and story.has_coach
    is_strange = post.key == DECIDER and story.decider == NOT_MET
    number = f"515-555-0{random.randint(100, 199)}"
    checked = day(story.people_checked + random.randint(0, 20))
    consent = random.choice((Consent.GIVEN, Consent.GIVEN, Consent.UNKNOWN))
    return account.put(
        Contact,
        checked,
        name=name,
        title=random.choice(post.titles),
        department=post.department,
        phone="" if is_strange else number,
        email="" if is_strange else f"{name.lower().replace(' ', '.')}@customer.example",
        preferred_channel="" if is_strange else random.choice(PreferredChannel.values),
        language="English",
        consent=Consent.UNKNOWN if is_strange else consent,
        consent_on=checked if consent == Consent.GIVEN and not is_strange else None,
        influence=post.influence,
        attitude=Attitude.STRONGLY_FOR_US if is_coach else None if is_strange else random.choice(_ATTITUDES),
        covered_by=_covered_by(account, post),
        notes=random.choice(texts.PERSON_NOTES) if random.random() < 0.5 and not is_strange else "",
        source=Source.GENERATED,
    )


def _covered_by(account: Account, post: Post) -> User | None:
    if post.key == STORES:
        return account.rep
    if post.key == DECIDER and account.sponsor is not None:
        return account.sponsor
    return None if post.key == PRICING else account.kam


def _put_chains(account: Account, posts: list[Post]) -> None:
    written = day(account.story.people_checked)
    listing = account.put(
        DecisionChain,
        written,
        name="Terms and listing" if account.is_chain else "Listing and shelf",
        note=account.random.choice(texts.CHAIN_NOTES if account.is_chain else texts.SHOP_NOTES),
    )
    for post in posts:
        is_coach = post.key == OPERATIONS and account.story.has_coach
        for role in (*post.roles, *((DecisionRole.COACH,) if is_coach else ())):
            _put_role(account, listing, post.key, role)
    if account.is_chain:
        displays = account.put(DecisionChain, written, name="Displays and promotions")
        for key, role in _DISPLAY_ROLES:
            if key in account.people:
                _put_role(account, displays, key, role)


_DISPLAY_ROLES = (
    (DECIDER, DecisionRole.DECIDER),
    (HEAD, DecisionRole.INFLUENCER),
    (BUYER, DecisionRole.BUYER),
    (OPERATIONS, DecisionRole.INITIATOR),
    (STORES, DecisionRole.USER),
)


def _put_role(account: Account, chain: DecisionChain, key: str, role: DecisionRole) -> None:
    account.folder.put(ChainRole(chain=chain, contact=account.people[key], role=role))
