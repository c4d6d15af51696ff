"""The map of stores shows what the list shows, to whom the list shows it."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Store
from ka_crm.lib.money import SCALE
from purchases.models import Category
from segmentation.models import StoreResult
from tests.integration.pages.results import make_run, store_result

pytestmark = pytest.mark.django_db
MAP = "/stores/-/map/"
DATA = "/api/v1/dashboards/store-map/"


@pytest.fixture
def stores(alpha, alpha_store, beta_store, territories):
    run, tequila = make_run(), Category.objects.create(code="TEQ", name="Tequila")
    Store.objects.filter(pk=alpha_store.pk).update(latitude=50.123456, longitude=10.5)
    Store.objects.filter(pk=beta_store.pk).update(latitude=-33, longitude=179)
    quiet = Store.objects.create(code="A2", name="Alpha Two", customer=alpha, latitude=51, longitude=11)
    away = Store.objects.create(code="A3", name="Alpha Three", customer=alpha)
    store_result(run, alpha_store, tequila)
    store_result(run, beta_store, tequila, status="ok", gap_amount=0, share=0.4)
    store_result(run, away, tequila, status="below_watch", gap_amount=7 * SCALE)
    return {"run": run, "quiet": quiet, "away": away}


def test_stores_come_in_columns_and_unknown_stays_unknown(client, stores, dora):
    client.force_login(dora)
    found = client.get(DATA).json()
    columns = found["stores"]
    assert columns["code"] == ["A1", "B1", "A2"]
    assert (columns["lat"][0], columns["lon"][0]) == (50.12346, 10.5)
    assert [found["statuses"][place] for place in columns["status"]] == [
        "below_confirmed",
        "ok",
        "unmeasured",
    ]
    assert columns["gap"] == [50, 0, None] and columns["share"] == [0.2, 0.4, None]
    assert [found["territories"][place] for place in columns["territory"]] == ["North", "South", "North"]
    assert found["meta"]["run"] == stores["run"].pk and not found["is_cut"]


@pytest.mark.parametrize(
    ("who", "codes"),
    [("alice", ["A1", "A2"]), ("sue", ["A1", "A2"]), ("bob", ["B1"]), ("adam", ["A1", "B1", "A2"])],
)
def test_everybody_gets_the_stores_of_their_list(client, stores, request, who, codes):
    client.force_login(request.getfixturevalue(who))
    assert client.get(DATA).json()["stores"]["code"] == codes


def test_others_are_refused_and_strangers_asked_to_log_in(client, stores, rex, fay):
    assert client.get(DATA).status_code == 401
    for user in (rex, fay):
        client.force_login(user)
        assert client.get(DATA).status_code == 403
        page = client.get(MAP)
        assert "Alpha" not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("status=ok", ["B1"]),
        ("chain=ALPHA", ["A1", "A2"]),
        ("q=two", ["A2"]),
        ("box=50,10,50.5,11", ["A1"]),
        ("box=1,2,3", ["A1", "B1", "A2"]),
        ("box=nan,0,nan,0", ["A1", "B1", "A2"]),
        ("box=60,0,50,1", ["A1", "B1", "A2"]),
        ("status=unmeasured", ["A2"]),
        ("status=unmeasured&status=ok", ["B1", "A2"]),
        ("place=none", []),
        ("category=NOTHING", ["A1", "B1", "A2"]),
    ],
)
def test_the_filters_of_the_list_hold_on_the_map(client, stores, dora, query, codes):
    client.force_login(dora)
    assert client.get(f"{DATA}?{query}").json()["stores"]["code"] == codes


def test_a_group_of_the_map_is_a_list_with_the_same_stores(client, stores, dora):
    client.force_login(dora)
    page = client.get("/stores/?box=50,10,52,12").content.decode()
    assert "Alpha One" in page and "Alpha Two" in page and "Beta One" not in page
    assert "Part of the map" in page


def test_the_page_keeps_the_filters_and_says_the_same_as_a_table(client, stores, alice):
    client.force_login(alice)
    page = client.get(f"{MAP}?chain=ALPHA")
    text = page.content.decode()
    assert f"{DATA}?chain=ALPHA" in text and 'href="/stores/?chain=ALPHA"' in text
    total = page.context["territories"]["total"]
    assert (total["stores"], total["away"], total["states"]) == (3, 1, [1, 1, 0, 0, 1])
    assert total["gap"] == 57 * SCALE
    assert "1 store has no coordinates" in text and "place=none" in text
    listed = client.get("/stores/?place=none").content.decode()
    assert "Alpha Three" in listed and "Alpha One" not in listed
    assert json.loads(page.context["statuses_json"])[0] == "Surely below"


def test_every_status_of_the_legend_is_a_filter_not_measured_too(client, stores, alice):
    client.force_login(alice)
    page = client.get(f"{MAP}?status=unmeasured")
    assert all(item["url"] for item in page.context["legend"])
    assert [item["count"] for item in page.context["legend"]] == [0, 0, 0, 0, 1]
    assert "status" not in page.context["legend"][4]["url"]  # chosen again it is taken away
    listed = client.get("/stores/?status=unmeasured").content.decode()
    assert "Alpha Two" in listed and "Alpha One" not in listed and "Not measured" in listed
    StoreResult.objects.filter(store__code="A1").update(status="no_market_share")
    assert "Alpha One" in client.get("/stores/?status=unmeasured").content.decode()


def test_archived_stores_are_not_on_the_map(client, stores, dora, alpha):
    client.force_login(dora)
    Store.objects.filter(code="A2").update(archived_at="2022-01-01T00:00Z")
    assert client.get(DATA).json()["stores"]["code"] == ["A1", "B1"]


def test_the_map_asks_as_often_for_many_stores_as_for_few(client, stores, dora, alpha):
    client.force_login(dora)
    client.get(MAP)

    def asked(address):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    few = [asked(DATA), asked(MAP)]
    Store.objects.bulk_create(
        Store(code=f"M{n}", name="Many", customer=alpha, latitude=n / 10, longitude=n / 10)
        for n in range(300)
    )
    assert [asked(DATA), asked(MAP)] == few
    assert len(client.get(DATA).json()["stores"]["code"]) == 303


def test_before_anything_is_computed_all_stores_are_unmeasured(client, alpha_store, dora):
    Store.objects.update(latitude=1, longitude=1)
    client.force_login(dora)
    assert client.get(DATA).json()["stores"]["status"] == [4]
