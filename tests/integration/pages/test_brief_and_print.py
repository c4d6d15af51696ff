"""What somebody takes along: the meeting brief on one sheet, and the whole dossier on paper."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import (
    AccountPlan,
    ChainRole,
    Commitment,
    Competitor,
    Contact,
    Contract,
    DecisionChain,
    Interaction,
    InteractionContact,
    PlanAction,
    PlanGoal,
    Profile,
    Rival,
    RivalMove,
    Store,
)
from accounts.operations.merging import merge_customers
from accounts.operations.standing import refresh_standing
from ka_crm.records.operations import set_system_setting
from purchases.models import Category
from tests.facts import months_before, sell
from tests.integration.pages.results import account_result, make_run, store_result

TODAY = dt.date(2022, 11, 14)
BRIEF, PRINT = "/accounts/ALPHA/brief/", "/accounts/ALPHA/print/"


@pytest.fixture(autouse=True)
def today(db):
    set_system_setting(name="demo_day", value=TODAY.isoformat())


@pytest.fixture
def run(db):
    return make_run()


def day(days):
    return TODAY + dt.timedelta(days=days)


def opened(client, who, url=BRIEF):
    client.force_login(who)
    return client.get(url)


def words(answer):
    """The text of the page's content as people read it."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def talk(customer, days, subject, *people, state="done", **fields):
    row = Interaction.objects.create(
        customer=customer, channel="meeting", state=state, on=day(days), subject=subject, **fields
    )
    for person in people:
        InteractionContact.objects.create(interaction=row, contact=person)
    return row


@pytest.fixture
def told(alice, alpha, run):
    """A dossier with something in every part."""
    buyer = Contact.objects.create(
        customer=alpha, name="Irene", title="Buyer", influence=4, attitude=-1, notes="Wants one price."
    )
    boss = Contact.objects.create(customer=alpha, name="Margaret", influence=5)
    chain = DecisionChain.objects.create(customer=alpha, name="Listing")
    ChainRole.objects.create(chain=chain, contact=buyer, role="buyer")
    ChainRole.objects.create(chain=chain, contact=boss, role="decider")
    other = DecisionChain.objects.create(customer=alpha, name="Displays")
    ChainRole.objects.create(chain=other, contact=boss, role="influencer")
    for number in range(4):
        talk(alpha, -10 * (number + 1), f"Talk {number + 1}", buyer, text="Asked for one price.")
    talks = talk(
        alpha, 5, "Terms 2023", buyer, state="planned", purpose="talks", at=dt.time(10), place="Des Moines",
        text="Agenda: price, displays.",
    )  # fmt: skip
    for text, promiser, due in (("Price proposal", "us", -4), ("Shelf plan", "them", 9)):
        Commitment.objects.create(
            customer=alpha, text=text, promiser=promiser, promised_on=day(-30), due_on=day(due), contact=buyer
        )
    rival = Competitor.objects.create(name="Diageo")
    Rival.objects.create(
        customer=alpha,
        competitor=rival,
        stage="negotiating",
        pace="push",
        pace_reason="They hold the end caps.",
    )
    for number in range(8):
        RivalMove.objects.create(customer=alpha, competitor=rival, on=day(-number), said=f"Move {number}")
    plan = AccountPlan.objects.create(customer=alpha, year=2022, needs="Fewer late orders.")
    PlanGoal.objects.create(
        customer=alpha, plan=plan, text="A second facing", start_value=0, target_value=20, present_value=5
    )
    PlanAction.objects.create(customer=alpha, plan=plan, text="Measure shelves", owner=alice, due_on=day(-2))
    Contract.objects.create(
        customer=alpha, title="Terms 2022", state="signed", start_on=day(-300), payment_days=30
    )
    Profile.objects.create(customer=alpha, description="A chain of supermarkets.")
    account_result(run, alpha)
    tequila = Category.objects.create(code="TEQ", name="Tequila")
    for number in range(7):
        store = Store.objects.create(code=f"S{number}", name=f"Alpha Markets, Town {number}", customer=alpha)
        store_result(run, store, tequila, gap_amount=(number + 1) * 1_000_0000)
    sell(alpha, months_before(dt.date(2022, 11, 1), 22), [100] * 22, category=tequila)
    refresh_standing(customers=[alpha.pk])
    return talks


class TestWhoSeesThem:
    @pytest.mark.parametrize("url", [BRIEF, PRINT])
    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("alice", 200),
            ("sue", 200),
            ("dora", 200),
            ("adam", 200),
            ("bob", 404),
            ("rex", 404),
            ("fay", 404),
        ],
    )
    def test_whoever_sees_the_account_and_nobody_else(self, client, request, told, url, who, status):
        assert opened(client, request.getfixturevalue(who), url).status_code == status

    @pytest.mark.parametrize("url", [BRIEF, PRINT])
    def test_a_stranger_is_asked_to_log_in(self, client, alpha, url):
        answer = client.get(url)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/login/")

    def test_the_old_code_of_a_merged_account_leads_to_the_kept_one(self, client, dora, alpha, beta):
        merge_customers(by=dora, kept=alpha, merged=beta)
        for page in ("brief", "print"):
            answer = opened(client, dora, f"/accounts/BETA/{page}/")
            assert (answer.status_code, answer["Location"]) == (302, f"/accounts/ALPHA/{page}/")


class TestBrief:
    def test_it_names_the_talks_with_who_takes_part_and_what_they_care_about(self, client, alice, told):
        text = words(opened(client, alice))
        assert "Sat 19 Nov 2022, 10:00 , Des Moines · Meeting · Terms 2023" in text
        assert "Agenda: price, displays." in text
        assert (
            "Irene , Buyer: Buyer · Sceptical · influence 4 of 5 · last talk 4 Nov 2022 Wants one price."
            in text
        )

    def test_it_says_what_burns_what_was_promised_and_by_whom(self, client, alice, told):
        text = words(opened(client, alice))
        assert text.index("Price proposal is 4 days late.") < text.index("Whom we meet")
        ours, theirs = text.index("Ours Price proposal"), text.index("Theirs Shelf plan")
        assert ours < theirs
        assert "10 Nov, 4 days late" in text

    def test_it_says_who_decides_who_is_missing_and_the_next_step(self, client, alice, told):
        answer = opened(client, alice)
        text = words(answer)
        assert "Who decides Listing Margaret , Decider · attitude unknown · never met" in text
        assert "Approver" in answer.context["missing_roles"]
        assert answer.context["next_step"].text in text

    def test_it_holds_figures_terms_rivals_stores_goals_and_the_last_three_talks(self, client, alice, told):
        answer = opened(client, alice)
        text = words(answer)
        assert [str(figure["label"]) for figure in answer.context["figures"]][2:] == [
            "Overdue",
            "On time in full",
        ]
        assert "Terms 30 days Terms 2022" in text
        assert "Diageo , Negotiating · Push : They hold the end caps." in text
        assert [store["short"] for store in answer.context["stores"]] == [
            f"Town {n}" for n in (6, 5, 4, 3, 2)
        ]
        assert "A second facing · 25 % of the way" in text
        assert "Measure shelves · Alice · 12 Nov, late" in text
        assert [row.subject for row in answer.context["last_talks"]] == ["Talk 1", "Talk 2", "Talk 3"]

    def test_it_asks_for_what_is_missing_with_the_points_it_brings(self, client, alice, told):
        answer = opened(client, alice)
        first = answer.context["missing"][0]
        assert f"{first['label']} {first['points']}" in words(answer)

    def test_an_empty_dossier_says_so_in_every_part(self, client, alice, alpha):
        text = words(opened(client, alice))
        for said in (
            "No talks are planned.", "Nobody is named yet.", "No open promises.", "None is written down.",
            "Nobody is known to court this customer.", "No store is measured yet.", "There is no plan yet.",
            "no contract in force is written down",
        ):  # fmt: skip
            assert said in text, said

    def test_other_talks_can_be_chosen_but_only_of_this_customer(self, client, dora, told, alpha, beta):
        review = talk(alpha, 2, "A short review", state="planned")
        assert opened(client, dora).context["talks"] == told, "talks on terms come first"
        assert opened(client, dora, f"{BRIEF}?talks={review.pk}").context["talks"] == review
        foreign = talk(beta, 2, "Beta", state="planned")
        for asked in (foreign.pk, "x", "9" * 30, -1):
            assert opened(client, dora, f"{BRIEF}?talks={asked}").status_code == 404, asked

    def test_nothing_of_it_comes_later_or_needs_a_script(self, client, alice, told):
        main = opened(client, alice).text.partition("<main")[2].partition("</main>")[0]
        assert "hx-get" not in main.partition('class="brief"')[2]

    def test_the_dossier_and_the_talks_of_the_week_lead_to_it(self, client, alice, told):
        assert f'href="{BRIEF}"' in opened(client, alice, "/accounts/ALPHA/").text
        assert f'href="{BRIEF}"' in opened(client, alice, "/").text


class TestPrint:
    def test_it_holds_all_parts_in_order_with_day_and_who_printed(self, client, alice, told):
        answer = opened(client, alice, PRINT)
        assert [str(part["title"]) for part in answer.context["printed"]] == [
            "General", "Timeline of twelve months", "People and who decides", "Competitors", "Plan", "Team",
            "Purchases", "Stores",
        ]  # fmt: skip
        text = words(answer)
        assert text.count("Alpha Markets · 14 Nov 2022 · Alice") == 8
        for said in (
            "A chain of supermarkets.", "Talk 4", "Decider (Listing)", "Influencer (Displays)",
            "They hold the end caps.", "Fewer late orders.", "Share of wallet", "Town 0",
        ):  # fmt: skip
            assert said in text, said

    def test_nothing_is_folded_and_nothing_can_be_changed(self, client, alice, told):
        main = opened(client, alice, PRINT).text.partition("<main")[2].partition("</main>")[0]
        parts = main.partition('class="print-part"')[2]
        assert "Move 7" in parts
        assert "<details>" not in parts
        assert "<form" not in parts
        assert "data-opens-dialog" not in parts

    def test_its_timeline_begins_twelve_months_ago(self, client, alice, alpha, told):
        talk(alpha, -400, "Long ago")
        talk(alpha, -330, "In December")
        text = words(opened(client, alice, PRINT))
        assert "In December" in text
        assert "Long ago" not in text

    def test_an_account_nobody_wrote_of_prints_too(self, client, alice, alpha):
        assert opened(client, alice, PRINT).status_code == 200


@pytest.mark.parametrize(("url", "most"), [(BRIEF, 28), (PRINT, 82)])
def test_it_asks_as_often_for_much_as_for_little(client, alice, alpha, run, told, url, most):
    opened(client, alice, url)
    chain = DecisionChain.objects.get(customer=alpha, name="Listing")
    rival, plan = Competitor.objects.get(), AccountPlan.objects.get()
    tequila = Category.objects.get()
    counts = []
    for size in (1, 20):
        for number in range(size):
            name = f"N{size}-{number}"
            person = Contact.objects.create(customer=alpha, name=name, influence=1)
            ChainRole.objects.create(chain=chain, contact=person, role="user")
            talk(alpha, -5, name, person)
            talk(alpha, 8, name, person, state="planned")
            Commitment.objects.create(
                customer=alpha, text=name, promised_on=day(-30), due_on=day(9), contact=person
            )
            RivalMove.objects.create(customer=alpha, competitor=rival, on=day(-3), contact=person)
            PlanGoal.objects.create(customer=alpha, plan=plan, text=name)
            PlanAction.objects.create(customer=alpha, plan=plan, text=name, owner=alice, due_on=day(4))
            store = Store.objects.create(code=name, name=name, customer=alpha)
            store_result(run, store, tequila)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= most, counts
