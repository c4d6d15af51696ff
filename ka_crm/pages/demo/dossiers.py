"""Fills the demo company's dossiers: 30 in full, some 200 just begun, the others empty.

Who gets which is decided by what they buy; what stands in them by a fixed seed. Every row says that it is
generated (``is_generated``), and none of the people exists.
"""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

import pandas as pd

from accounts.models import Competitor, Customer
from accounts.operations.standing import refresh_standing
from ka_crm.lib.money import SCALE
from ka_crm.pages.demo import hy_vee
from ka_crm.pages.demo.brand_counts import SUPPLIERS
from ka_crm.pages.demo.dossier_folder import Account, Folder
from ka_crm.pages.demo.dossier_partial import put_begun
from ka_crm.pages.demo.dossier_people import post_count, put_people, put_profile
from ka_crm.pages.demo.dossier_plans import put_mirrors, put_plans, put_team, put_value_case
from ka_crm.pages.demo.dossier_rivals import put_bids, put_contract, put_rivals
from ka_crm.pages.demo.dossier_stories import Story, story_of
from ka_crm.pages.demo.dossier_talks import put_cadences, put_promises, put_service_cases, put_talks
from ka_crm.pages.demo.geography import AREAS
from ka_crm.pages.demo.made_up_names import made_up_names
from ka_crm.pages.demo.people import CAST, pick
from ka_crm.pages.demo.plan import DemoPlan
from ka_crm.pages.demo.visits import SEED
from ka_crm.people.models import Role, User

FULL, BEGUN = 30, 200
_MOST_SPONSORED = 5
_PLANNED_EVERY = 3
#: How many key account managers owe somebody something; half of them.
_LATE_KAMS = 7


def full_dossiers(plan: DemoPlan) -> dict[str, Story]:
    """Return the customers with a full dossier, the largest first, and what is the matter with them."""
    large = _by_size(plan)[:FULL]
    return {
        code: hy_vee.STORY if code == hy_vee.CODE else story_of(place) for place, code in enumerate(large)
    }


def _by_size(plan: DemoPlan) -> list[str]:
    sums = plan.stores.groupby("customer", sort=True)["amount"].sum()
    return [str(code) for code in sums.sort_values(ascending=False, kind="stable").index]


def load_dossiers(plan: DemoPlan, *, customers: dict[str, Customer], users: dict[str, User]) -> int:
    """Write all dossiers; returns the number of rows."""
    folder = Folder()
    competitors = {name: Competitor.objects.get(name=name) for name in SUPPLIERS.values()}
    accounts = dict(_accounts(plan, folder, list(competitors.values()), customers=customers, users=users))
    names = made_up_names({person.name for person in CAST} | set(hy_vee.names()))
    yearly = plan.stores.groupby("customer")["own_amount"].sum()
    stories = full_dossiers(plan)
    for code in stories:
        _put_full(accounts[code], names, _money(yearly, code), competitors)
    _put_begun(plan, accounts, names, stories)
    return folder.write()


def refresh_standings(customers: dict[str, Customer]) -> None:
    """Bring the standings of all customers up to date."""
    refresh_standing(customers=[customer.pk for customer in customers.values()])


def _money(yearly: "pd.Series[int]", code: str) -> Decimal:
    return Decimal(int(yearly[code])) / SCALE


def _accounts(
    plan: DemoPlan,
    folder: Folder,
    competitors: list[Competitor],
    *,
    customers: dict[str, Customer],
    users: dict[str, User],
) -> Iterator[tuple[str, Account]]:
    area_of = {territory: area for area, names in AREAS.items() for territory in names}
    stories = full_dossiers(plan)
    finance = next(users[person.name] for person in CAST if person.role == Role.FINANCE)
    sponsors = _sponsors(plan, area_of)
    for code in _by_size(plan)[: FULL + BEGUN]:
        row = plan.customers.loc[code]
        random = Random(f"{SEED} {code}")
        area = area_of[row["territory"]]
        reps = [person.name for person in CAST if person.role == Role.REP and person.territory == area]
        yield (
            code,
            Account(
                customer=customers[code],
                story=stories.get(code, story_of(1)),
                kam=users[row["kam"]],
                sponsor=users[sponsors[code]] if code in sponsors else None,
                rep=users[reps[pick(code, len(reps))]],
                finance=finance,
                stores=int(row["stores"]),
                random=random,
                folder=folder,
                rivals=[competitors[0], *random.sample(competitors[1:], len(competitors) - 1)],
            ),
        )


def _sponsors(plan: DemoPlan, area_of: dict[str, str]) -> dict[str, str]:
    """Return who sponsors which account: the director the largest, supervisors some of their area."""
    director = next(person.name for person in CAST if person.role == Role.DIRECTOR)
    of_area = {person.territory: person.name for person in CAST if person.role == Role.SUPERVISOR}
    found: dict[str, str] = {}
    for code in full_dossiers(plan):
        is_full = list(found.values()).count(director) >= _MOST_SPONSORED
        name = of_area[area_of[plan.customers.at[code, "territory"]]] if is_full else director
        if list(found.values()).count(name) < _MOST_SPONSORED:
            found[code] = name
    return found


def _put_full(
    account: Account, names: Iterator[str], yearly: Decimal, competitors: dict[str, Competitor]
) -> None:
    if account.customer.code == hy_vee.CODE:
        hy_vee.put_hy_vee(account, yearly, competitors)
        return
    put_profile(account)
    put_people(account, [next(names) for _post in range(post_count())])
    put_talks(account)
    put_cadences(account)
    put_promises(account)
    put_service_cases(account)
    put_contract(account, yearly)
    put_bids(account, yearly)
    put_rivals(account)
    put_plans(account)
    put_team(account)
    put_value_case(account, yearly)
    put_mirrors(account)


def _put_begun(
    plan: DemoPlan, accounts: dict[str, Account], names: Iterator[str], stories: dict[str, Story]
) -> None:
    """Write partial dossiers: every third of a person has something planned, and half of them are late."""
    late = {
        plan.customers.at[code, "kam"]
        for code, story in stories.items()
        if story.promise_late or story.is_promise_broken or code == hy_vee.CODE
    }
    seen: dict[str, int] = {}
    for code in accounts:
        if code in stories:
            continue
        kam = plan.customers.at[code, "kam"]
        seen[kam] = seen.get(kam, 0) + 1
        is_late = kam not in late and len(late) < _LATE_KAMS
        if is_late:
            late.add(kam)
        put_begun(accounts[code], next(names), has_plans=seen[kam] % _PLANNED_EVERY == 1, is_late=is_late)
