"""The head of a dossier: the sentence of what needs you, the strip, labels, what is one tap away, speed."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import (
    AccountPlan,
    AccountStanding,
    Commitment,
    Contact,
    Contract,
    Interaction,
    InteractionContact,
    Profile,
    Store,
    TeamMember,
)
from accounts.operations.standing import refresh_standing, set_standing
from ka_crm.lib.money import SCALE
from ka_crm.records.operations import set_system_setting
from purchases.models import Category, PriceTerm, Product
from tests.facts import months_before, sell
from tests.integration.pages.results import account_result, make_run, store_result

TODAY = dt.date(2022, 11, 14)
URL = "/accounts/ALPHA/"


@pytest.fixture(autouse=True)
def today(db):
    set_system_setting(name="demo_day", value=TODAY.isoformat())


@pytest.fixture
def run(db):
    return make_run()


@pytest.fixture
def tequila(db):
    return Category.objects.create(code="TEQ", name="Tequila")


def day(days):
    return TODAY + dt.timedelta(days=days)


def opened(client, who, url=URL):
    client.force_login(who)
    return client.get(url)


def cell(answer, label):
    return next(one for one in answer.context["metrics"] if str(one["label"]).startswith(label))


def promise(customer, days, **fields):
    return Commitment.objects.create(
        customer=customer, text="Price proposal", promised_on=day(-90), due_on=day(days), **fields
    )


class TestStrip:
    def test_its_cells_stand_in_their_order_and_say_what_is_not_known_yet(self, client, alice, alpha):
        answer = opened(client, alice)
        assert [str(one["label"]) for one in answer.context["metrics"]] == [
            "Our sales", "What they buy", "Overdue", "On time in full", "Next talks", "Dossier",
        ]  # fmt: skip
        for label in ("Our sales", "What they buy", "Overdue", "On time in full"):
            assert cell(answer, label)["figure"] == "not known yet", label
            assert cell(answer, label)["url"], label
        assert cell(answer, "Next talks")["figure"] == "none planned"
        assert cell(answer, "Dossier")["figure"] == "0"

    def test_sales_of_the_year_stand_beside_last_year_and_the_target_to_date(self, client, alice, run, alpha):
        sell(alpha, months_before(dt.date(2022, 11, 1), 22), [100] * 22)
        set_standing(values={alpha.pk: {"target_to_date_amount": 1250 * SCALE}})
        found = cell(opened(client, alice), "Our sales")
        assert found["label"] == "Our sales, Jan–Oct"
        assert (found["figure"], found["lines"]) == (
            "$1.0\u202fk",
            ["last year $1.0\u202fk", "80\u202f% of target so far"],
        )
        assert (found["bar"]["tick"], found["bar"]["target"]) == (1000 * SCALE, 1250 * SCALE)

    def test_a_year_before_that_is_known_in_part_is_not_compared(self, client, alice, run, alpha):
        sell(alpha, months_before(dt.date(2022, 11, 1), 21), [100] * 21)
        found = cell(opened(client, alice), "Our sales")
        assert found["lines"] == [] and "note" not in found

    @pytest.mark.parametrize(("long", "burns"), [(0, False), (1, True)])
    def test_money_overdue_burns_only_over_sixty_days(self, client, alice, alpha, long, burns):
        values = {"overdue_amount": 48_200 * SCALE, "overdue_over_60_amount": long, "overdue_documents": 3}
        set_standing(values={alpha.pk: {**values, "oldest_overdue_on": day(-41)}})
        found = cell(opened(client, alice), "Overdue")
        assert found["figure"] == "$48,200"
        assert found["lines"][:2] == ["3 invoices", "oldest 41 days"]
        assert found["burning"] is burns

    def test_a_ledger_without_anything_due_says_nothing_is(self, client, alice, alpha):
        set_standing(values={alpha.pk: {"overdue_amount": 0}})
        assert cell(opened(client, alice), "Overdue")["figure"] == "nothing"

    def test_deliveries_stand_beside_the_level_of_the_contract_in_force(self, client, alice, alpha):
        for title, state, start, end, share in (
            ("Old", "signed", -900, -1, "0.99"),
            ("Now", "signed", -100, None, "0.96"),
            ("Draft", "draft", -10, None, "0.50"),
            ("Later", "signed", 10, None, "0.40"),
        ):
            Contract.objects.create(
                customer=alpha, title=title, state=state, start_on=day(start),
                end_on=None if end is None else day(end), service_level_share=share,
            )  # fmt: skip
        set_standing(values={alpha.pk: {"otif_share": 0.934, "delivery_lines": 120}})
        found = cell(opened(client, alice), "On time")
        assert found["figure"] == "93.4\u202f%"
        assert found["lines"] == ["120 lines, last 90 days", "below the agreed 96\u202f%"]

    def test_talks_say_day_subject_and_with_whom_and_past_ones_are_none(self, client, alice, alpha):
        elena = Contact.objects.create(customer=alpha, name="Elena Ruiz")
        talks = Interaction.objects.create(
            customer=alpha, channel="meeting", purpose="talks", state="planned", on=day(8), subject="Terms"
        )
        InteractionContact.objects.create(interaction=talks, contact=elena)
        refresh_standing(customers=[alpha.pk])
        found = cell(opened(client, alice), "Next talks")
        assert (found["figure"], found["lines"]) == ("Tue 22 Nov", ["in 8 days, Terms", "with Elena Ruiz"])
        AccountStanding.objects.update(next_talks_on=day(-1))
        assert cell(opened(client, alice), "Next talks")["figure"] == "none planned"

    def test_the_score_says_the_next_best_thing_and_where_to_fill_it_in(self, client, alice, alpha):
        found = cell(opened(client, alice), "Dossier")
        assert found["lines"] == ["next: people and who decides", {"accent": "+25 points"}]
        assert found["url"] == "/accounts/ALPHA/fill-in/org_decision/begin/"


class TestSentence:
    def needs(self, client, who):
        return opened(client, who).context["needs"]

    def test_a_late_promise_comes_first_and_the_others_open_behind_it(
        self, client, alice, run, alpha, alpha_store, tequila
    ):
        contact = Contact.objects.create(customer=alpha, name="Elena Ruiz")
        promise(alpha, -3, contact=contact)
        promise(alpha, -1, promiser="them")
        promise(alpha, 0)
        account_result(run, alpha)
        store_result(run, alpha_store, tequila)
        set_standing(
            values={
                alpha.pk: {
                    "overdue_over_60_amount": 500 * SCALE,
                    "decider_met": False,
                    "next_talks_on": day(6),
                }
            }
        )
        found = self.needs(client, alice)
        assert (found["text"], found["tone"]) == ("Price proposal is 3 days late.", "burns")
        assert found["reason"] == "Promised to Elena Ruiz for 11 Nov. Talks are in 6 days."
        assert [one["text"] for one in found["rest"]] == [
            "$500 is overdue for more than 60 days.",
            "Talks are in 6 days, and there is no plan for 2023.",
            "The decider decides, and nobody has met them for 90 days.",
            "1 store is surely below market share.",
            "Budget season: help the customer apply.",
        ]
        assert "5 more" in opened(client, alice).text

    def test_a_late_promise_is_kept_from_the_sentence_with_one_click(self, client, alice, alpha):
        late = promise(alpha, -3)
        kept, moved = self.needs(client, alice)["actions"]
        assert moved["url"] == f"/accounts/ALPHA/-/promise/{late.pk}/?field=due_on"
        assert client.post(kept["url"], {"version": kept["version"]}).status_code == 302
        late.refresh_from_db()
        assert late.state == "kept"
        assert self.needs(client, alice)["tone"] != "burns"

    def test_a_plan_for_the_coming_year_takes_the_fire_out_of_talks(self, client, alice, alpha):
        set_standing(values={alpha.pk: {"next_talks_on": day(3)}})
        Profile.objects.create(customer=alpha, fiscal_year_month=7)
        assert self.needs(client, alice)["tone"] == "burns"
        AccountPlan.objects.create(customer=alpha, year=2022)
        assert self.needs(client, alice)["tone"] == "burns"
        AccountPlan.objects.create(customer=alpha, year=2023)
        assert self.needs(client, alice)["text"] == "Next: talks in 3 days."

    def test_where_nothing_burns_the_next_step_is_calm(self, client, alice, alpha):
        Profile.objects.create(customer=alpha, fiscal_year_month=7)
        found = self.needs(client, alice)
        assert (found["tone"], found["rest"]) == ("calm", [])
        assert found["text"] == "Nothing burns. Next for the dossier: people and who decides."

    def test_promises_with_markup_are_inert(self, client, alice, alpha):
        Commitment.objects.create(
            customer=alpha, text="<img src=x onerror=alert(1)>", promised_on=day(-9), due_on=day(-1)
        )
        assert "<img src=x" not in opened(client, alice).text


class TestPeopleAndState:
    def test_account_manager_and_executive_sponsor_stand_there_by_name(self, client, alice, dora, bob, alpha):
        TeamMember.objects.create(customer=alpha, user=bob)
        TeamMember.objects.create(customer=alpha, user=dora, is_sponsor=True)
        answer = opened(client, alice)
        assert answer.context["sponsor"] == "Dora"
        assert "Alice" in answer.text and "Sponsor" in answer.text

    def test_the_state_of_buying_stands_beside_the_quadrant_with_its_reason(self, client, alice, run, alpha):
        account_result(run, alpha)
        values = {
            "buying_state": "at_risk",
            "last_order_on": day(-66),
            "usual_gap_days": 30.2,
            "is_shrinking": True,
        }
        set_standing(values={alpha.pk: values})
        chip = opened(client, alice).context["buying"]
        assert (chip["word"], chip["tone"]) == ("At risk", "danger")
        assert chip["reason"] == "last order 9 Sep 2022, usually every 30 days"
        assert opened(client, alice, chip["url"]).status_code == 200

    def test_why_shows_the_order_days_the_limits_and_the_refined_rule(self, client, alice, alpha):
        sell(alpha, [dt.date(2022, month, 1) for month in range(1, 8)], [5] * 7)
        answer = opened(client, alice, f"{URL}why/buying/")
        text = re.sub(r"\s+", " ", answer.text)
        for shown in (
            "Usual gap between its orders",
            "1.5 × usual = 45 days",
            "3.0 × usual = 90 days",
            "Chance of a gap",
        ):
            assert shown in text, shown
        assert [row["gap"] for row in answer.context["days"]][-1] is None
        fragment = client.get(f"{URL}why/buying/", headers={"HX-Request": "true"})
        assert "<html" not in fragment.text and "sheet-body" in fragment.text

    def test_without_orders_why_says_so(self, client, alice, alpha):
        assert "has not ordered" in opened(client, alice, f"{URL}why/buying/").text


class TestTerms:
    def test_contracts_in_force_and_net_prices_are_one_tap_away(self, client, alice, alpha, beta):
        Contract.objects.create(customer=alpha, title="Terms 2022", start_on=day(-300), payment_days=45)
        Contract.objects.create(customer=alpha, title="Over", start_on=day(-900), end_on=day(-1))
        Contract.objects.create(customer=beta, title="Of others", start_on=day(-300))
        blanco = Product.objects.create(code="P1", name="Blanco")
        gold = Product.objects.create(code="P2", name="Gold")
        PriceTerm.objects.create(customer=alpha, product=blanco, net_price=231_500, from_on=day(-10))
        PriceTerm.objects.create(customer=beta, product=gold, net_price=1, from_on=day(-10))
        assert "/accounts/ALPHA/net-terms/" in opened(client, alice).text
        answer = client.get(f"{URL}net-terms/")
        assert [one.title for one in answer.context["contracts"]] == ["Terms 2022"]
        assert [one.product.name for one in answer.context["prices"]] == ["Blanco"]
        assert "$23.15" in answer.text and "within 45 days" in answer.text
        assert "<html" not in client.get(f"{URL}net-terms/", headers={"HX-Request": "true"}).text


class TestMissing:
    def test_at_most_four_pieces_are_missing_each_with_its_points(self, client, alice, alpha):
        answer = opened(client, alice)
        assert [(one["label"], one["points"]) for one in answer.context["missing"]] == [
            ("The people there", "+25"),
            ("What it is, in a few words", "+20"),
            ("The first talk", "+20"),
            ("Plan for 2023", "+20"),
        ]

    @pytest.mark.parametrize(
        "piece", ["general/website", "org_decision/begin", "plan/again", "history/bid_reasons"]
    )
    def test_a_piece_leads_to_where_it_is_filled_in(self, client, request, alpha, piece):
        url = f"{URL}fill-in/{piece}/"
        for who, status in {
            "alice": 302,
            "sue": 302,
            "dora": 302,
            "bob": 404,
            "fay": 404,
            "rex": 404,
        }.items():
            client.force_login(request.getfixturevalue(who))
            assert client.get(url).status_code == status, who
        client.force_login(request.getfixturevalue("alice"))
        assert client.get(url, follow=True).status_code == 200

    def test_what_has_no_form_in_the_sheet_is_a_page(self, client, alice, alpha):
        client.force_login(alice)
        answer = client.get(f"{URL}fill-in/general/headcount/", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/accounts/ALPHA/edit/")

    @pytest.mark.parametrize("piece", ["general/nothing", "nothing/begin", "plan/website"])
    def test_pieces_that_there_are_not_are_not_found(self, client, alice, alpha, piece):
        assert opened(client, alice, f"{URL}fill-in/{piece}/").status_code == 404


class TestSpeed:
    @pytest.mark.parametrize("who", ["alice", "sue", "dora"])
    def test_the_page_opens_with_at_most_a_dozen_queries(self, client, request, run, alpha, tequila, who):
        account_result(run, alpha)
        sell(alpha, months_before(dt.date(2022, 11, 1), 24), [100] * 24)
        client.force_login(request.getfixturevalue(who))
        client.get(URL)  # what the frame keeps in its cache is not this page's
        counts = []
        for size in (1, 199):
            start = Store.objects.count()
            for number in range(start, start + size):
                store_result(run, Store.objects.create(code=f"S{number}", name="S", customer=alpha), tequila)
                Contact.objects.create(customer=alpha, name=f"Person {number}")
                promise(alpha, -1 - number % 5)
            refresh_standing(customers=[alpha.pk])
            with CaptureQueriesContext(connection) as queries:
                assert client.get(URL).context["counts"]["surely"] == start + size
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 12

    def test_a_tab_in_place_computes_no_header(self, client, alice, run, alpha):
        account_result(run, alpha)
        client.force_login(alice)
        client.get(URL)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"{URL}stores/", headers={"HX-Request": "true", "HX-Target": "dossier-part"})
        assert "metrics" not in answer.context and "needs" not in answer.context
        assert not [query for query in queries if "purchases_monthlysales" in query["sql"]]
        assert len(queries) <= 7
