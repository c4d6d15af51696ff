"""The purchase profile of an account: figures with their reasons, files, the list of under-penetrated."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Profile
from accounts.operations.standing import set_standing
from ka_crm.lib.money import SCALE
from ka_crm.records.operations import set_system_setting
from purchases.models import AccountCost, Category, MonthlySales, OrderDay, Product, SalesLine
from purchases.operations.rfm import RFM_SCALE
from tests.facts import committed_batch
from tests.integration.pages.results import account_result, make_run

TODAY = dt.date(2022, 11, 14)
URL = "/accounts/ALPHA/purchases/"


@pytest.fixture(autouse=True)
def today(db):
    set_system_setting(name="demo_day", value=TODAY.isoformat())


@pytest.fixture
def run(db):
    return make_run()


@pytest.fixture
def tequila(db):
    return Category.objects.create(code="TEQ", name="Tequila")


@pytest.fixture
def silver(tequila):
    return Product.objects.create(code="SIL", name="Silver", category=tequila)


@pytest.fixture
def gold(tequila):
    return Product.objects.create(code="GOL", name="Gold", category=tequila)


def buy(customer, product, day, amount, *, cost=None):
    """One sales line with the sums that the import keeps of it."""
    batch = committed_batch()
    SalesLine.objects.create(
        batch=batch, customer=customer, product=product, category=product.category, date=day,
        net_amount=amount * SCALE, quantity=SCALE, cost_amount=None if cost is None else cost * SCALE,
    )  # fmt: skip
    MonthlySales.objects.create(
        batch=batch, customer=customer, category=product.category, month=day.replace(day=1), lines=1,
        net_amount=amount * SCALE, cost_amount=(cost or 0) * SCALE, uncosted_lines=int(cost is None),
    )  # fmt: skip
    OrderDay.objects.create(batch=batch, customer=customer, date=day, net_amount=amount * SCALE)


def opened(client, who, url=URL):
    client.force_login(who)
    return client.get(url)


def figure(answer, label):
    return next(one for one in answer.context["profile_metrics"] if str(one["label"]) == label)


@pytest.fixture
def bought(run, alpha, silver, gold):
    buy(alpha, silver, dt.date(2021, 1, 4), 50, cost=1)  # a year before; sales are known from here on
    for month in (3, 4, 5):
        buy(alpha, silver, dt.date(2022, month, 4), 100, cost=60)
    buy(alpha, gold, dt.date(2022, 5, 9), 100)


class TestFigures:
    def test_frequency_amount_and_variety_are_those_of_the_window(self, client, alice, alpha, bought):
        answer = opened(client, alice)
        assert figure(answer, "Orders a month")["figure"] == "0.3"
        assert figure(answer, "Orders a month")["lines"] == ["4 order days in 12 months"]
        assert figure(answer, "Bought from us")["figure"] == "$400"
        assert figure(answer, "Bought from us")["lines"] == ["Nov 2021–Oct 2022", "about $100 an order day"]
        assert figure(answer, "Variety")["figure"] == "2 products"
        assert figure(answer, "Variety")["lines"] == ["in 1 category", "75\u202f% of it Silver"]

    def test_the_margin_is_of_what_has_a_cost_and_the_contribution_waits_for_the_rest(
        self, client, alice, alpha, bought
    ):
        AccountCost.objects.create(
            customer=alpha, month=dt.date(2022, 5, 1), kind="visits", amount=20 * SCALE
        )
        answer = opened(client, alice)
        assert figure(answer, "Gross margin")["figure"] == "40.0\u202f%"
        assert figure(answer, "Gross margin")["lines"] == [
            "$120 gross profit", "cost is known for 75\u202f% of what it bought",
        ]  # fmt: skip
        lines = {line["label"]: line["value"] for line in answer.context["margin_lines"]}
        assert lines["Cost to serve: visits"] == "\u2212$20"
        assert lines["Contribution"] == "not known"

    def test_with_all_costs_the_contribution_is_profit_less_service(self, client, alice, alpha, run, silver):
        buy(alpha, silver, dt.date(2022, 5, 9), 100, cost=60)
        AccountCost.objects.create(
            customer=alpha, month=dt.date(2022, 5, 1), kind="freight", amount=15 * SCALE
        )
        AccountCost.objects.create(
            customer=alpha, month=dt.date(2021, 5, 1), kind="freight", amount=99 * SCALE
        )
        lines = {line["label"]: line["value"] for line in opened(client, alice).context["margin_lines"]}
        assert (lines["Gross profit"], lines["Contribution"]) == ("$40", "$25")

    def test_without_any_cost_nothing_is_called_a_margin(self, client, alice, alpha, run, silver):
        buy(alpha, silver, dt.date(2022, 5, 9), 100)
        found = figure(opened(client, alice), "Gross margin")
        assert (found["figure"], found["lines"]) == ("not known yet", ["no sales line has a cost"])

    def test_the_segment_says_what_it_means_and_among_how_many(self, client, alice, alpha, bought):
        set_standing(
            values={
                alpha.pk: {"rfm_recency": 2, "rfm_frequency": 4, "rfm_money": 3, "rfm_segment": "at_risk"}
            }
        )
        set_system_setting(name=RFM_SCALE, value={"accounts": 567, "classes": 5, "measure": "net_sales"})
        text = " ".join(opened(client, alice).text.split())
        assert "Good, but quiet." in text
        assert "Ranked among 567 accounts" in text
        assert "2 of 5" in text

    def test_habits_concerns_and_power_are_told_from_the_general_part(self, client, alice, alpha, bought):
        Profile.objects.create(
            customer=alpha,
            buying_habits="Orders on Mondays.",
            concerns="Late trucks.",
            bargaining_power="high",
        )
        text = opened(client, alice).text
        assert all(word in text for word in ("Orders on Mondays.", "Late trucks.", "High"))


class TestWallet:
    @pytest.mark.parametrize(
        ("values", "shown", "line"),
        [
            ({"net_sales": 200 * SCALE, "potential": 1000 * SCALE}, "20.0\u202f%", "about $800 elsewhere"),
            (
                {"net_sales": 200 * SCALE, "potential": 1000 * SCALE, "is_missed": True},
                "20.0\u202f%",
                "under-penetrated: buys much, little from us",
            ),
            (
                {"net_sales": 300 * SCALE, "potential": 100 * SCALE},
                "100.0\u202f%",
                "stated too small: it buys more from us alone",
            ),
            ({"potential": None, "share": None}, "not known yet", "what it buys at all is not known"),
        ],
    )
    def test_it_is_own_by_all_and_says_where_it_cannot_be_right(
        self, client, alice, run, alpha, bought, values, shown, line
    ):
        account_result(run, alpha, **values)
        found = figure(opened(client, alice), "Share of wallet")
        assert found["figure"] == shown
        assert line in found["lines"]

    def test_the_list_shows_it_as_the_profile_does_and_finds_the_under_penetrated(
        self, client, dora, run, alpha, beta
    ):
        account_result(run, alpha, is_missed=True)
        account_result(run, beta, net_sales=300 * SCALE, potential=100 * SCALE)
        client.force_login(dora)
        assert _column(client, "col=code&col=wallet") == {"ALPHA": "0.2", "BETA": "1.0"}
        assert _column(client, "penetration=under&col=code&col=wallet") == {"ALPHA": "0.2"}
        answer = client.get("/accounts/?penetration=under")
        assert next(tab for tab in answer.context["tabs"] if tab.key == "under").count == 1

    def test_the_list_can_be_narrowed_to_a_segment(self, client, dora, run, alpha, beta):
        values = {"rfm_recency": 5, "rfm_frequency": 5, "rfm_money": 5, "rfm_segment": "champion"}
        set_standing(values={alpha.pk: values})
        client.force_login(dora)
        assert _column(client, "rfm=champion&col=code&col=rfm") == {"ALPHA": "Champion"}
        assert "R 5 · F 5 · M 5" in client.get("/accounts/?col=name&col=rfm").text


def _column(client, query):
    """What the export says in its last column, by code."""
    answer = client.get(f"/accounts/?export=csv&{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    return {row[1]: row[-1] for row in rows}


class TestFiles:
    def lines(self, answer):
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    def test_products_and_categories_come_whole(self, client, alice, alpha, bought):
        products = self.lines(opened(client, alice, "/accounts/ALPHA/purchases-by-product.csv"))
        assert [row[:3] + [float(row[4]), float(row[6]) if row[6] else None] for row in products[1:]] == [
            ["SIL", "Silver", "Tequila", 300.0, 120.0],
            ["GOL", "Gold", "Tequila", 100.0, None],
        ]
        months = self.lines(client.get("/accounts/ALPHA/purchases-by-category.csv"))[1:]
        assert len(months) == 12
        assert {row[2]: float(row[3]) for row in months if float(row[3])} == {
            "2022-03-01": 100.0, "2022-04-01": 100.0, "2022-05-01": 200.0,
        }  # fmt: skip
        assert client.get("/accounts/ALPHA/purchases-by-product.xlsx").status_code == 200

    @pytest.mark.parametrize("name", ["purchases-by-brand.csv", "purchases-by-product.pdf"])
    def test_there_are_no_others(self, client, alice, alpha, name):
        assert opened(client, alice, f"/accounts/ALPHA/{name}").status_code == 404

    @pytest.mark.parametrize("who", ["bob", "rex", "fay"])
    @pytest.mark.parametrize("name", ["purchases-by-product.csv", "purchases-by-category.xlsx"])
    def test_they_are_not_there_for_who_does_not_see_the_account(self, client, request, alpha, who, name):
        assert opened(client, request.getfixturevalue(who), f"/accounts/ALPHA/{name}").status_code == 404


def test_it_asks_as_often_for_many_products_as_for_few(client, alice, run, alpha, bought, tequila):
    account_result(run, alpha)
    opened(client, alice)
    counts = []
    for size in (2, 40):
        for number in range(size):
            category = Category.objects.create(code=f"C{size}-{number}")
            product = Product.objects.create(code=f"P{size}-{number}", name="P", category=category)
            buy(alpha, product, dt.date(2022, 6, 1), 5)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 19
