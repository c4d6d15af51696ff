"""Two customers that are one, with everything that can point at them."""

import datetime as dt

import pytest
from django.apps import apps

from accounts import models as room
from accounts.models import Contact, Customer, Ownership, Store
from ka_crm.imports.models import BatchState
from ka_crm.lib import clock
from purchases.models import Category, MonthlySales, SalesLine
from tests.facts import months_before, sell, visit
from visits.models import PotentialEstimate

#: What may differ after a merge was undone: rows that tell what happened, and what is computed anew.
_NOT_COMPARED = {
    "records.auditrow", "accounts.recordmerge", "accounts.accountstanding", "accounts.duplicateproposal",
    "records.systemsetting", "sessions.session", "records.idempotencykey", "people.user", "axes.accesslog",
    "axes.accessattempt",
}  # fmt: skip
_STAMPS = {"version", "updated_at", "refreshed_at"}


def everything():
    """All rows of all tables, by model and primary key, without versions and stamps."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if label in _NOT_COMPARED or not model._meta.managed:
            continue
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in _STAMPS]
        for row in model._base_manager.order_by().values(*names):
            found[label, row[model._meta.pk.attname]] = row
    return found


def sales_of(customer):
    """What a customer bought by lines and by monthly sums of committed batches."""
    lines = SalesLine.objects.filter(
        customer=customer, batch__state=BatchState.COMMITTED, superseded_by__isnull=True
    )
    sums = MonthlySales.objects.filter(customer=customer, batch__state=BatchState.COMMITTED)
    return sum(lines.values_list("net_amount", flat=True)), sum(sums.values_list("net_amount", flat=True))


@pytest.fixture
def twin(alice, territories, region):
    """Alpha Markets once more, with a website and a channel, under another code."""
    return Customer.objects.create(
        code="ALFA",
        name="ALPHA MARKETS Inc.",
        kam=alice,
        territory=territories["north"],
        website="https://www.alpha.example/",
        headcount=40,
    )


@pytest.fixture
def contacts(alpha, twin):
    """People: Ann and Anne (one person) and Boss at Alpha; Ben at the twin."""
    boss = Contact.objects.create(customer=alpha, name="Boss")
    ann = Contact.objects.create(customer=alpha, name="Ann Lee", email="ann@alpha.example", reports_to=boss)
    anne = Contact.objects.create(
        customer=alpha, name="Anne Lee", phone="+1 555 010 2030", email="ann@alpha.example", notes="Likes tea"
    )
    ben = Contact.objects.create(customer=twin, name="Ben", reports_to=None)
    return {"boss": boss, "ann": ann, "anne": anne, "ben": ben}


@pytest.fixture
def full(alpha, twin, contacts, alice, bob, dora, alpha_store, company):
    """Both customers with facts and entries, those that may stand once only on both sides."""
    category = Category.objects.create(code="gin", name="Gin")
    months = months_before(dt.date(2022, 11, 1), 3)
    batch = sell(alpha, months, [10, 20, 30], category=category)
    sell(twin, months, [1, 2, 3], category=category, batch=batch)
    store = Store.objects.create(code="T1", name="Twin One", customer=twin)
    visit(store, category, months, [(10, 3)] * 3)
    for customer in (alpha, twin):
        for month, amount in zip(months, (1, 2, 3), strict=True):
            SalesLine.objects.create(
                date=month, customer=customer, net_amount=amount * 10_000, batch=batch, store=None
            )
        PotentialEstimate.objects.create(
            customer=customer, category=category, year=2022, amount=5, source="declared"
        )
        Ownership.objects.create(customer=customer, kam=alice, from_on=dt.date(2021, 1, 1))
        plan = room.AccountPlan.objects.create(customer=customer, year=2023, needs=customer.code)
        goal = room.PlanGoal.objects.create(customer=customer, plan=plan, text="More")
        room.PlanAction.objects.create(
            customer=customer, plan=plan, goal=goal, text="Do", due_on=dt.date(2023, 1, 1)
        )
        chain = room.DecisionChain.objects.create(customer=customer, name="Listing")
        person = contacts["ann"] if customer == alpha else contacts["ben"]
        room.ChainRole.objects.create(chain=chain, contact=person, role="decider")
        rival = room.Competitor.objects.get_or_create(name="Rival")[0]
        room.Rival.objects.create(customer=customer, competitor=rival)
        room.TeamMember.objects.create(customer=customer, user=bob)
        room.TeamMember.objects.create(
            customer=customer, user=dora if customer == alpha else alice, is_sponsor=True
        )
    room.Profile.objects.create(customer=alpha, description="Ours")
    room.Profile.objects.create(customer=twin, description="Theirs", history="Since 1990")
    Customer.objects.create(code="CHILD", name="Child", parent=twin)
    return {"batch": batch, "category": category, "store": store}


@pytest.fixture
def talk(alpha, contacts):
    """A talk in which both Ann and Anne took part."""
    talk = room.Interaction.objects.create(
        customer=alpha, channel="meeting", on=clock.today(), subject="Prices"
    )
    room.InteractionContact.objects.create(interaction=talk, contact=contacts["ann"])
    room.InteractionContact.objects.create(interaction=talk, contact=contacts["anne"], gave_information=True)
    return talk
