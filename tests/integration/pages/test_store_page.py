"""The list and the page of stores: where a store stands now, and what a count moves."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Store
from ka_crm.lib.money import SCALE
from ka_crm.records.operations import set_system_setting
from purchases.models import Category
from tests.integration.pages.results import make_run, store_result
from visits.models import CategoryTotal, MarketShare
from visits.operations import record_observation

TODAY = dt.date(2022, 11, 1)


@pytest.fixture
def run(db):
    set_system_setting(name="demo_day", value=TODAY.isoformat())
    return make_run()


@pytest.fixture
def tequila(db):
    return Category.objects.create(code="TEQ", name="Tequila")


@pytest.mark.parametrize(
    ("who", "seen"),
    [("alice", ["A1"]), ("bob", ["B1"]), ("sue", ["A1"]), ("dora", ["A1", "B1"]), ("fay", []), ("rex", [])],
)
def test_list_page_and_export_show_each_role_its_stores(
    client, request, run, tequila, alpha_store, beta_store, who, seen
):
    store_result(run, alpha_store, tequila)
    store_result(run, beta_store, tequila, gap_amount=1)
    client.force_login(request.getfixturevalue(who))
    answer = client.get("/stores/")
    assert [row.data["code"] for row in answer.context["rows"]] == seen
    assert answer.context["total"] == len(seen)
    text = b"".join(client.get("/stores/?export=csv&col=code").streaming_content).decode("utf-8-sig")
    assert [line.split(",")[1] for line in text.splitlines()[1:]] == seen
    for part in ("", "why/", "share-history.json", "share-history.csv", "edit/"):
        assert client.get(f"/stores/A1/{part}").status_code == (200 if "A1" in seen else 404)


def test_a_store_with_two_categories_is_one_row_and_the_category_is_chosen(
    client, dora, run, tequila, alpha_store, beta_store
):
    gin = Category.objects.create(code="GIN", name="Gin")
    store_result(run, alpha_store, tequila)
    store_result(run, beta_store, tequila)
    store_result(run, alpha_store, gin, gap_amount=777 * SCALE, quadrant="explore")
    client.force_login(dora)
    assert client.get("/stores/").context["sums"]["gap"] == 100 * SCALE
    answer = client.get("/stores/?category=GIN&quadrant=explore")
    assert [row.data["code"] for row in answer.context["rows"]] == ["A1"]
    assert answer.context["total"] == 1


def test_the_list_s_queries_do_not_grow_with_the_stores(client, alice, run, tequila, alpha):
    client.force_login(alice)
    client.get("/stores/")  # what the frame keeps in its cache is not this page's
    counts = []
    for size in (50, 450):
        have = Store.objects.count()
        stores = [Store(code=f"S{have + n}", name="S", customer=alpha) for n in range(size)]
        for store in Store.objects.bulk_create(stores):
            store_result(run, store, tequila)
        with CaptureQueriesContext(connection) as queries:
            client.get("/stores/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_typing_two_numbers_lets_a_store_leave_explore(client, alice, run, tequila, alpha_store):
    run.summary = {"stores": {str(tequila.pk): {"cut_potential": {"A": 1}}}}
    run.save()
    MarketShare.objects.create(category=tequila, from_on=dt.date(2022, 1, 1), share="0.3")
    CategoryTotal.objects.create(
        store=alpha_store, category=tequila, month=dt.date(2022, 1, 1), is_live=True,
        total_amount=2000 * SCALE, own_amount=200 * SCALE, total_units=100 * SCALE, own_units=10 * SCALE,
    )  # fmt: skip
    store_result(run, alpha_store, tequila, quadrant="explore", share=None, status="insufficient")
    for back in range(1, 5):
        record_observation(
            by=alice, store=alpha_store, category=tequila, date=TODAY - dt.timedelta(days=7 * back),
            total_units=20 * SCALE, own_units=2 * SCALE, client_uuid=uuid.uuid4(),
        )  # fmt: skip
    client.force_login(alice)
    answer = client.post(
        "/stores/A1/count/?category=TEQ",
        {"date": TODAY.isoformat(), "total_units": "20", "own_units": "2", "client_uuid": str(uuid.uuid4())},
        follow=True,
    )
    assert answer.status_code == 200
    assert "left Explore" in answer.text
    assert answer.context["now"].quadrant in ("attack", "monitor")
    assert "was Explore in the last computation" in answer.text


def test_without_anything_known_the_page_offers_the_form(client, alice, tequila, alpha_store):
    client.force_login(alice)
    answer = client.get("/stores/A1/")
    assert answer.status_code == 200
    assert "not known yet" in answer.text and "Save the count" in answer.text
    assert client.get("/stores/A1/?category=NOTHING").status_code == 404


def test_the_chart_and_its_table_say_the_same(client, alice, run, tequila, alpha_store):
    for month in range(1, 11):
        CategoryTotal.objects.create(
            store=alpha_store, category=tequila, month=dt.date(2022, month, 1), is_live=True,
            total_amount=1000 * SCALE, own_amount=100 * SCALE, total_units=50 * SCALE, own_units=5 * SCALE,
        )  # fmt: skip
    client.force_login(alice)
    data = client.get("/stores/A1/share-history.json?category=TEQ").json()
    assert [row["on"] for row in data["rows"]] == [
        "2022-06-30",
        "2022-07-31",
        "2022-08-31",
        "2022-09-30",
        "2022-10-31",
    ]
    assert all(row["share"] == pytest.approx(0.1) for row in data["rows"])
    assert all(row["low"] <= row["share"] <= row["high"] for row in data["rows"])
    text = b"".join(client.get("/stores/A1/share-history.csv?category=TEQ").streaming_content).decode(
        "utf-8-sig"
    )
    assert len(text.splitlines()) == 1 + len(data["rows"])


def test_counts_are_shown_with_the_corrected_ones_struck_through(client, alice, run, tequila, alpha_store):
    for own in (2, 3):
        record_observation(
            by=alice, store=alpha_store, category=tequila, date=TODAY, total_units=20 * SCALE,
            own_units=own * SCALE, client_uuid=uuid.uuid4(),
        )  # fmt: skip
    client.force_login(alice)
    text = client.get("/stores/A1/").text
    assert 'class="is-struck"' in text and "corrected" in text
