"""The page of one customer: header, strip, tabs, why; and the same visibility everywhere."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Store
from ka_crm.imports.models import ImportBatch
from ka_crm.lib.money import SCALE
from ka_crm.pages.dossier import PANELS
from purchases.models import Category, MonthlySales
from tests.integration.pages.results import account_result, make_run, store_result

PARTS = [
    "",
    "timeline/",
    "stores/",
    "purchases/",
    "plan/",
    "team/",
    "results/",
    "history/",
    "why/",
    "why/buying/",
    "net-terms/",
    "-/recent/",
    "purchases.csv",
    "purchases.xlsx",
    "general/",
    "competitors/",
    "documents/",
    "shelf.csv",
    "shelf.xlsx",
]


@pytest.fixture
def run(db):
    return make_run()


@pytest.fixture
def tequila(db):
    return Category.objects.create(code="TEQ", name="Tequila")


def sell(customer, month, amount, state="committed", category=None):
    batch = ImportBatch.objects.create(kind="sales", state=state)
    MonthlySales.objects.create(
        batch=batch, customer=customer, month=month, net_amount=amount * SCALE, category=category, lines=1
    )


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_there_for_who_sees_the_customer_and_for_nobody_else(
    client, request, run, alpha, alpha_store, part
):
    account_result(run, alpha)
    for who, status in {"alice": 200, "sue": 200, "dora": 200, "bob": 404, "fay": 404, "rex": 404}.items():
        client.force_login(request.getfixturevalue(who))
        assert client.get(f"/accounts/ALPHA/{part}").status_code == status, who
        assert client.get(f"/accounts/NOBODY/{part}").status_code == 404


def test_the_strip_says_share_market_gap_and_class(client, alice, run, alpha):
    account_result(run, alpha)
    client.force_login(alice)
    text = client.get("/accounts/ALPHA/").text
    for shown in ("20.0", "market 30.0", "surely below", "AX", "Attack", "1 / 20"):
        assert shown in text, shown


def test_without_a_result_the_page_says_what_fills_it(client, alice, alpha):
    client.force_login(alice)
    for part in PARTS:
        assert client.get(f"/accounts/ALPHA/{part}").status_code == 200
    text = client.get("/accounts/ALPHA/").text
    assert "not known yet" in text and "Compute them now" in text


def test_months_stand_beside_the_year_before_and_undone_files_do_not_count(client, alice, run, alpha):
    sell(alpha, dt.date(2022, 10, 1), 300)
    sell(alpha, dt.date(2021, 10, 1), 200)
    sell(alpha, dt.date(2022, 10, 1), 5000, state="undone")
    sell(alpha, dt.date(2022, 11, 1), 7000)
    client.force_login(alice)
    months = {row.month: row for row in client.get("/accounts/ALPHA/purchases/").context["months"]}
    newest = months[dt.date(2022, 10, 1)]
    assert (newest.net_amount, newest.year_before) == (300 * SCALE, 200 * SCALE)
    assert newest.change == pytest.approx(0.5)
    assert dt.date(2022, 11, 1) not in months
    assert months[dt.date(2022, 3, 1)].net_amount == 0
    text = b"".join(client.get("/accounts/ALPHA/purchases.csv").streaming_content).decode("utf-8-sig")
    assert text.splitlines()[-1] == "2022-10-01,300,200,0,300" or text.splitlines()[-1].startswith(
        "2022-10-01,300,200,0,"
    )


def test_stores_come_by_gap_with_what_is_sure_of_them(client, alice, run, alpha, alpha_store, tequila):
    second = Store.objects.create(code="A2", name="Alpha Markets, Second", customer=alpha)
    store_result(run, alpha_store, tequila, gap_amount=10 * SCALE, status="below_watch")
    store_result(run, second, tequila, gap_amount=90 * SCALE)
    client.force_login(alice)
    context = client.get("/accounts/ALPHA/stores/").context
    assert [row["code"] for row in context["stores"]] == ["A2", "A1"]
    assert context["stores"][0]["short"] == "Second"
    assert (context["counts"]["surely"], context["counts"]["probably"]) == (1, 1)


def test_a_supervisor_counts_only_the_stores_of_the_subtree(
    client, sue, run, alpha, alpha_store, territories, tequila
):
    far = Store.objects.create(code="A9", name="Far", customer=alpha, territory=territories["south"])
    store_result(run, alpha_store, tequila)
    store_result(run, far, tequila)
    client.force_login(sue)
    context = client.get("/accounts/ALPHA/stores/").context
    assert [row["code"] for row in context["stores"]] == ["A1"]
    assert context["counts"]["stores"] == 1


def test_unknown_tabs_are_not_found_and_each_known_one_is_an_address(client, alice, run, alpha):
    client.force_login(alice)
    assert client.get("/accounts/ALPHA/nothing/").status_code == 404
    assert client.get("/accounts/ALPHA/overview/").status_code == 404
    tabs = client.get("/accounts/ALPHA/").context["tabs"]
    for tab in tabs:
        assert client.get(tab["url"]).status_code == 200
    assert [tab["label"] for tab in tabs] == [panel.label for panel in PANELS]


def test_a_page_needs_few_queries_however_many_stores_there_are(
    client, sue, run, alpha, tequila, territories
):
    account_result(run, alpha)
    client.force_login(sue)
    client.get("/accounts/ALPHA/")  # what the frame keeps in its cache is not this page's
    counts = []
    for size in (5, 60):
        have = Store.objects.count()
        for number in range(size):
            store_result(
                run, Store.objects.create(code=f"S{have + number}", name="S", customer=alpha), tequila
            )
        with CaptureQueriesContext(connection) as queries:
            client.get("/accounts/ALPHA/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_names_with_markup_and_codes_with_signs_are_inert(client, dora, run, alpha):
    type(alpha).objects.filter(pk=alpha.pk).update(code='A"<b>', name="<img src=x onerror=alert(1)>")
    client.force_login(dora)
    answer = client.get("/accounts/A%22%3Cb%3E/")
    assert answer.status_code == 200
    assert "<img src=x" not in answer.text
    download = client.get("/accounts/A%22%3Cb%3E/purchases.csv")
    assert download.headers["Content-Disposition"] == 'attachment; filename="purchases-A--b-.csv"'


def test_the_history_names_people_and_fields_instead_of_numbers(client, dora, alpha, bob):
    client.force_login(dora)
    form = {"name": "Alpha Group", "version": 1, "region": alpha.region_id, "territory": alpha.territory_id}
    client.post("/accounts/ALPHA/edit/", {**form, "kam": bob.pk})
    text = client.get("/accounts/ALPHA/history/").text
    assert "<del>Alpha Markets</del> → Alpha Group" in text
    assert "Key account manager: <del>Alice</del> → Bob" in text
