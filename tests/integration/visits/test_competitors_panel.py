"""The panel of competitors: cards, our steps beside theirs, and who has the shelf."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import (
    ChainRole,
    Competitor,
    Contact,
    DecisionChain,
    Interaction,
    InteractionContact,
    Store,
)
from accounts.operations.rivals import add_rival, add_rival_move
from ka_crm.records.models import SystemSetting
from purchases.models import Category
from visits.models import BrandCount, Observation
from visits.shelf import shelf_of_customer

TAB = "/accounts/ALPHA/competitors/"
TODAY = dt.date(2022, 11, 14)
UNIT = 10_000


@pytest.fixture(autouse=True)
def _today(db):
    SystemSetting.objects.create(name="demo_day", value=TODAY.isoformat())


@pytest.fixture
def tequila(db):
    return Category.objects.create(code="TEQ", name="Tequila")


@pytest.fixture
def diageo(db):
    return Competitor.objects.create(name="Diageo")


@pytest.fixture
def count(tequila):
    def make(store, competitor, on, amount=None, units=None, period="month", **more):
        return BrandCount.objects.create(
            store=store,
            category=tequila,
            competitor=competitor,
            on=on,
            period=period,
            amount=None if amount is None else amount * UNIT,
            units=None if units is None else units * UNIT,
            **more,
        )

    return make


def rival(by, customer, **values):
    return add_rival(by=by, customer=customer, values={"competitor_name": "Diageo", **values})


def met(customer, contact, on, subject="Lunch"):
    talk = Interaction.objects.create(customer=customer, channel="meeting", on=on, subject=subject)
    InteractionContact.objects.create(interaction=talk, contact=contact)
    return talk


def test_a_card_says_how_far_they_are_what_they_hold_and_whom_they_met(client, alice, alpha):
    buyer = Contact.objects.create(customer=alpha, name="Paul Brandt")
    rival(alice, alpha, stage="negotiating", holds="40 coolers", pace="hold", pace_reason="No money left")
    values = {
        "competitor_name": "Diageo",
        "on": dt.date(2022, 11, 3),
        "contact": buyer,
        "papers": "Offer, 3 pages",
        "said": "End caps until New Year",
    }
    add_rival_move(by=alice, customer=alpha, values=values)
    client.force_login(alice)
    text = client.get(TAB).text
    for shown in (
        "Negotiating",
        "40 coolers",
        "No money left",
        "met Paul Brandt",
        "3 Nov 2022",
        "Offer, 3 pages",
    ):
        assert shown in text, shown


def test_the_suggestion_follows_whether_we_have_met_who_decides(client, alice, alpha):
    entry = rival(alice, alpha, stage="offered")
    client.force_login(alice)

    def reason():
        return str(client.get(TAB).context["rivals"][0]["reason"])

    assert "nobody is named" in reason()
    boss = Contact.objects.create(customer=alpha, name="Margaret")
    chain = DecisionChain.objects.create(customer=alpha, name="Terms")
    ChainRole.objects.create(chain=chain, contact=boss, role="decider")
    assert "never talked" in reason()
    planned = met(alpha, boss, TODAY)
    Interaction.objects.filter(pk=planned.pk).update(state="planned")
    assert "never talked" in reason()
    met(alpha, boss, TODAY)
    assert "We have talked" in reason()
    entry.refresh_from_db()
    assert entry.pace == ""  # suggested, never set


def test_a_locked_customer_is_held_until_90_days_before_the_end(client, alice, alpha):
    rival(alice, alpha, stage="supplies", contract_ends_on=dt.date(2023, 6, 30))
    client.force_login(alice)
    page = client.get(TAB)
    assert page.context["rivals"][0]["until"] == dt.date(2023, 4, 1)
    assert "1 Apr 2023" in page.text


def test_a_competitor_only_heard_of_has_a_card_that_asks_how_far_they_are(client, alice, alpha):
    values = {"competitor_name": "Beam", "on": dt.date(2022, 1, 3), "said": "At the fair"}
    add_rival_move(by=alice, customer=alpha, values=values)
    client.force_login(alice)
    page = client.get(TAB)
    assert [card["rival"] for card in page.context["rivals"]] == [None]
    assert "rival/new/?competitor_name=Beam" in page.text


def test_our_steps_stand_above_the_line_and_theirs_below_for_six_months(client, alice, alpha, diageo):
    buyer = Contact.objects.create(customer=alpha, name="Paul")
    met(alpha, buyer, dt.date(2022, 11, 8), "Meeting on terms")
    met(alpha, buyer, dt.date(2022, 11, 8), "Call after it")
    met(alpha, buyer, dt.date(2022, 5, 31), "Too long ago")
    Interaction.objects.create(customer=alpha, channel="note", on=TODAY, subject="Only a note")
    for on, said in ((dt.date(2022, 6, 1), "Tasting"), (dt.date(2022, 5, 31), "Earlier")):
        add_rival_move(by=alice, customer=alpha, values={"competitor_name": "Diageo", "on": on, "said": said})
    client.force_login(alice)
    page = client.get(TAB)
    assert [step.what for step in page.context["steps"]] == ["Call after it", "Meeting on terms", "Tasting"]
    dots = page.context["line"]["dots"]
    assert [(dot["on"], dot["ours"], len(dot["steps"])) for dot in dots] == [
        (dt.date(2022, 6, 1), False, 1),
        (dt.date(2022, 11, 8), True, 2),
    ]
    assert dots[0]["x"] == "0.00%"
    assert "<title>1 Jun 2022: Diageo: Tasting</title>" in page.text


def test_shares_of_the_shelf_are_compared_with_the_year_before(client, alice, alpha_store, diageo, count):
    count(alpha_store, None, dt.date(2022, 10, 1), 30)
    count(alpha_store, diageo, dt.date(2022, 10, 1), 70)
    count(alpha_store, None, dt.date(2021, 10, 1), 50)
    count(alpha_store, diageo, dt.date(2021, 10, 1), 50)
    count(alpha_store, diageo, dt.date(2021, 11, 1), 999)  # its month is not over this year
    client.force_login(alice)
    page = client.get(TAB)
    shelf = page.context["shelf"]
    assert [(share.name, share.now, share.before) for share in shelf.shares] == [
        ("We", 0.3, 0.5),
        ("Diageo", 0.7, 0.5),
    ]
    assert "30.0" in page.text and "2021" in page.text
    csv = b"".join(client.get("/accounts/ALPHA/shelf.csv").streaming_content).decode()
    assert "2022-10-01,full months,Tequila,Diageo,70" in csv
    assert client.get("/accounts/ALPHA/shelf.xlsx").status_code == 200
    assert client.get("/accounts/ALPHA/shelf.pdf").status_code == 404


def test_full_months_count_and_visit_days_beside_them_do_not(alice, alpha, alpha_store, diageo, count):
    count(alpha_store, diageo, dt.date(2022, 10, 5), units=9, period="day")
    count(alpha_store, None, dt.date(2022, 10, 5), units=1, period="day")
    shelf = shelf_of_customer(alpha, alice, TODAY)
    assert shelf is not None and shelf.in_units and shelf.shares[0].now == 0.1
    count(alpha_store, None, dt.date(2022, 9, 1), 5)
    shelf = shelf_of_customer(alpha, alice, TODAY)
    assert shelf is not None and not shelf.in_units and shelf.shares[0].now == 1


def test_what_no_longer_holds_is_not_counted(alice, alpha, alpha_store, tequila, diageo, count):
    visit = Observation.objects.create(
        store=alpha_store, category=tequila, date=TODAY, total_units=10, own_units=1, is_live=False
    )
    count(alpha_store, diageo, TODAY, units=9, period="day", observation=visit)
    count(alpha_store, diageo, dt.date(2022, 10, 1), 5, is_live=False)
    assert shelf_of_customer(alpha, alice, TODAY) is None


def test_counts_without_the_measure_are_left_out_and_told(alice, alpha, alpha_store, diageo, count):
    count(alpha_store, diageo, dt.date(2022, 10, 1), 5)
    count(alpha_store, None, dt.date(2022, 10, 1), 5)
    count(alpha_store, diageo, dt.date(2022, 10, 1), units=500)
    shelf = shelf_of_customer(alpha, alice, TODAY)
    assert shelf is not None
    assert (shelf.in_units, shelf.left_out, shelf.shares[0].now) == (False, 1, 0.5)


def test_a_supervisor_s_shelf_is_that_of_the_stores_they_see(
    sue, dora, alpha, alpha_store, territories, diageo, count
):
    south = Store.objects.create(
        code="A2", name="Alpha Two", customer=alpha, territory=territories["south"], city="Southport"
    )
    count(alpha_store, None, dt.date(2022, 10, 1), 10)
    count(south, diageo, dt.date(2022, 10, 1), 90)
    seen = {who.email: shelf_of_customer(alpha, who, TODAY) for who in (sue, dora)}
    assert [shelf.shares[0].now for shelf in seen.values() if shelf] == [1.0, 0.1]


def test_an_empty_panel_says_what_fills_it(client, alice, alpha):
    client.force_login(alice)
    text = client.get(TAB).text
    assert "Who else courts this customer?" in text and "kind=brand_counts" in text


def test_the_panel_costs_the_same_however_much_there_is(client, alice, alpha, alpha_store, count):
    client.force_login(alice)

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(TAB).status_code == 200
        return len(found)

    def fill(number):
        name = f"Rival {number}"
        buyer = Contact.objects.create(customer=alpha, name=f"Buyer {number}")
        add_rival(by=alice, customer=alpha, values={"competitor_name": name, "stage": "offered"})
        values = {"competitor_name": name, "on": TODAY, "contact": buyer, "owner": alice}
        add_rival_move(by=alice, customer=alpha, values=values)
        met(alpha, buyer, TODAY)
        count(alpha_store, Competitor.objects.get(name=name), dt.date(2022, 10, 1), 5)

    queries()
    fill(0)
    before = queries()
    for number in range(1, 12):
        fill(number)
    assert queries() <= before
