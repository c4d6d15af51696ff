"""Writes the demo company: master data, facts by the fast path, and who may log in."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import pandas as pd
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Channel, Customer, Format, Ownership, Region, Store
from ka_crm.pages.demo import facts
from ka_crm.pages.demo.account_facts import load_account_facts
from ka_crm.pages.demo.brand_counts import load_brand_counts, load_competitors
from ka_crm.pages.demo.delivery_facts import load_orders
from ka_crm.pages.demo.dossiers import full_dossiers, load_dossiers, refresh_standings
from ka_crm.pages.demo.geography import AREAS, STATE
from ka_crm.pages.demo.people import CAST, PASSWORD, TAKEN_OVER, pick
from ka_crm.pages.demo.plan import DEMO_DAY, DemoPlan, plan_demo
from ka_crm.pages.demo.source import DemoSource, read_source
from ka_crm.people.models import Territory, User
from ka_crm.records.models import SystemSetting
from ka_crm.records.operations import record_change, set_system_setting

COMPANY = "Bacardi · Iowa (demo)"
Report = Callable[[str, int], None]
Term = TypeVar("Term", Channel, Format)


def load_company(*, report: Report) -> None:
    """Load everything but the results, all or nothing; ``report`` is told what was loaded and how many."""
    source = read_source()
    report("Purchase lines read", len(source.lines))
    plan = plan_demo(source)
    with transaction.atomic():
        territories = load_territories()
        users = load_people(territories)
        report("People", len(users))
        customers = load_customers(plan, territories=territories, users=users)
        report("Customers", len(customers))
        stores = load_stores(plan, territories=territories, customers=customers)
        report("Stores", len(stores))
        _load_facts(source, plan, customers=customers, stores=stores, users=users, report=report)
        set_system_setting(name="company", value=COMPANY)
        set_system_setting(name="demo_day", value=DEMO_DAY.isoformat())
        refresh_standings(customers)
        record_change(by=None, action="load_demo", record=SystemSetting.objects.get(pk="demo_day"))


def _load_facts(
    source: DemoSource,
    plan: DemoPlan,
    *,
    customers: dict[str, Customer],
    stores: dict[str, Store],
    users: dict[str, User],
    report: Report,
) -> None:
    admin = users["Alan Pruitt"]
    category = facts.load_category()
    products = facts.load_products(source, category)
    report("Products", len(products))
    ids = facts.Keys(
        customer_of_store={code: store.customer_id for code, store in stores.items()},
        store={code: store.pk for code, store in stores.items()},
        product={code: product.pk for code, product in products.items()},
        category=category.pk,
    )
    report("Sales lines", facts.load_sales(source, ids, by=admin))
    report("Store months", facts.load_totals(plan, ids, by=admin))
    report("Visit days (generated)", facts.load_visits(plan, ids, reps=_reps(plan, users), by=admin))
    stories = full_dossiers(plan)
    competitors = load_competitors()
    counts = load_brand_counts(source, plan, ids, customers=set(stories), competitors=competitors)
    report("Sums by supplier", counts)
    report("Dossier entries (generated)", load_dossiers(plan, customers=customers, users=users))
    keys = {code: customer.pk for code, customer in customers.items()}
    made = load_account_facts(source, plan, keys=keys, products=products, stories=stories, by=admin)
    report("Targets, invoices, prices, costs (generated)", made)
    lines = load_orders(plan, keys=keys, stores=ids.store, products=ids.product, stories=stories, by=admin)
    report("Order lines (generated)", lines)


def load_territories() -> dict[str, Territory]:
    """Create the tree: the state, its areas, their territories; returned by name."""
    found = {STATE: Territory.objects.create(name=STATE)}
    for area, names in AREAS.items():
        found[area] = Territory.objects.create(name=area, parent=found[STATE])
        for name in names:
            found[name] = Territory.objects.create(name=name, parent=found[area])
    return found


def load_people(territories: dict[str, Territory]) -> dict[str, User]:
    """Create the cast; the password is given past the validators, to the logins only."""
    password = make_password(PASSWORD)
    unusable = make_password(None)
    users = {}
    for person in CAST:
        users[person.name] = User.objects.update_or_create(
            email=person.email,
            defaults={
                "name": person.name,
                "role": person.role,
                "territory": territories.get(person.territory),
                "password": password if person.login else unusable,
                "is_active": True,
            },
        )[0]
    return users


def load_customers(
    plan: DemoPlan, *, territories: dict[str, Territory], users: dict[str, User]
) -> dict[str, Customer]:
    """Create customers and who answers for them; returned by code."""
    region = Region.objects.get_or_create(name=STATE)[0]
    channels = _terms(Channel, plan.customers["channel"])
    formats = _terms(Format, plan.stores["format"])
    made = Customer.objects.bulk_create(
        [
            Customer(
                code=str(row.Index),
                name=row.name,
                imported_name=row.imported_name,
                channel=channels[row.channel],
                format=formats[row.format],
                region=region,
                territory=territories[row.territory],
                kam=users[row.kam],
            )
            for row in plan.customers.itertuples()
        ],
        batch_size=500,
    )
    Ownership.objects.bulk_create(_ownerships(made, users), batch_size=500)
    return {customer.code: customer for customer in made}


def _terms(model: type[Term], names: pd.Series) -> dict[str, Term]:
    return {name: model._default_manager.get_or_create(name=name)[0] for name in sorted(names.unique())}


def _ownerships(customers: Iterable[Customer], users: dict[str, User]) -> list[Ownership]:
    began, handed_over = DEMO_DAY.replace(year=2021, month=1), DEMO_DAY.replace(month=4)
    before = {users[now].pk: users[earlier] for now, earlier in TAKEN_OVER.items()}
    rows = []
    for customer in customers:
        earlier = before.get(customer.kam_id or 0) if pick(customer.code, 3) == 0 else None
        if earlier is not None:
            rows.append(Ownership(customer=customer, kam=earlier, from_on=began, to_on=handed_over))
        rows.append(Ownership(customer=customer, kam=customer.kam, from_on=handed_over if earlier else began))
    return rows


def load_stores(
    plan: DemoPlan, *, territories: dict[str, Territory], customers: dict[str, Customer]
) -> dict[str, Store]:
    """Create the stores; returned by code."""
    region = Region.objects.get(name=STATE)
    formats = {term.name: term for term in Format.objects.all()}
    made = Store.objects.bulk_create(
        [
            Store(
                code=str(row.Index),
                name=row.name,
                imported_name=row.imported_name,
                customer=customers[row.customer],
                format=formats[row.format],
                region=region,
                territory=territories[row.territory],
                city=row.city,
                address=row.address,
                latitude=None if pd.isna(row.latitude) else row.latitude,
                longitude=None if pd.isna(row.longitude) else row.longitude,
            )
            for row in plan.stores.itertuples()
        ],
        batch_size=500,
    )
    return {store.code: store for store in made}


def _reps(plan: DemoPlan, users: dict[str, User]) -> dict[str, tuple[int, int]]:
    """Return who visits a store: its representative and the key account manager, by store code."""
    by_area = {
        area: [users[person.name].pk for person in CAST if person.role == "rep" and person.territory == area]
        for area in AREAS
    }
    area_of = {territory: area for area, names in AREAS.items() for territory in names}
    kam_of = plan.customers["kam"]
    found = {}
    for row in plan.stores.itertuples():
        reps = by_area[area_of[row.territory]]
        found[str(row.Index)] = (reps[pick(str(row.Index), len(reps))], users[kam_of[row.customer]].pk)
    return found
