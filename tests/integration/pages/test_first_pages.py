"""Home per role, search, help, alive and ready."""

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Customer, Store
from purchases.models import Product

pytestmark = pytest.mark.django_db


def test_a_director_is_told_the_most_telling_name(client, company, dora):
    client.force_login(dora)
    page = client.get("/")
    assert page.context["telling"]["code"] == "ALPHA"
    assert page.context["moved_count"] == 1
    text = page.content.decode()
    assert "Alpha Markets" in text and 'data-chart="slope"' in text


def test_a_director_with_own_sales_alone_is_told_whom_to_ask(client, company, dora):
    company["run"].customer_results.update(potential=None, share=None, market_share=None)
    company["run"].store_results.all().delete()
    client.force_login(dora)
    page = client.get("/")
    assert [row["code"] for row in page.context["left_only"]] == ["BETA", "GAMMA", "ALPHA"]
    assert [row["code"] for row in page.context["ask_accounts"]] == ["BETA", "GAMMA", "ALPHA"]
    assert 'data-chart="slope"' not in page.content.decode()


def test_an_account_manager_sees_their_own_stores_and_accounts_first(client, company, alice, bob):
    client.force_login(alice)
    page = client.get("/")
    assert [row["code"] for row in page.context["rows"]] == ["A1"]
    assert [row["code"] for row in page.context["accounts"]] == ["ALPHA"]
    client.force_login(bob)
    page = client.get("/")
    assert page.context["rows"] == [] and page.context["accounts"] == []
    assert "Alpha" not in page.content.decode()


def test_a_supervisor_sees_one_row_per_account_manager_of_the_territory(client, company, sue):
    client.force_login(sue)
    page = client.get("/")
    assert [(row["kam_name"], row["accounts"]) for row in page.context["managers"]] == [("Alice", 2)]
    assert [row["code"] for row in page.context["rows"]] == ["A1"]


def test_whose_work_is_not_there_yet_is_told_so(client, company, fay):
    client.force_login(fay)
    page = client.get("/")
    assert page.status_code == 200
    assert "Alpha" not in page.content.decode()


def test_a_representative_begins_with_the_visits_of_the_day(client, company, rex):
    client.force_login(rex)
    page = client.get("/")
    assert "Visits today" in page.text and "No visits planned." in page.text
    assert "/accounts/" not in page.text and "/stores/" not in page.text


def test_search_finds_only_what_the_viewer_may_see(client, company, alice, bob):
    client.force_login(bob)
    assert client.get("/search/?q=alpha").context["found"].count == 0
    client.force_login(alice)
    found = client.get("/search/?q=alpha").context["found"]
    assert [item.code for item in found.customers] == ["ALPHA"]
    assert [item.code for item in found.stores] == ["A1"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("cafe", "Café Olé"),
        ("CAFÉ ole", "Café Olé"),
        ("茅台", "贵州茅台专卖店"),
        ("strasse", "Strasse 5"),
        ("o'neil", "O'Neil & Sons (North)"),
        ("sons (", "O'Neil & Sons (North)"),
        ("50%", "50% Outlet"),
    ],
)
def test_search_knows_accents_and_chinese_and_signs(question, name, client, dora):
    Customer.objects.create(code="ONE", name=name)
    Customer.objects.create(code="TWO", name="Something else")
    client.force_login(dora)
    found = client.get("/search/", {"q": question}).context["found"]
    assert [item.name for item in found.customers] == [name]


def test_search_wants_every_word_and_finds_codes_and_products(client, dora, beta):
    Store.objects.create(code="00123", name="Beta Harbour", customer=beta)
    Product.objects.create(code="P-9", name="Harbour Gold")
    client.force_login(dora)
    found = client.get("/search/?q=harbour").context["found"]
    assert ([item.code for item in found.stores], [item.code for item in found.products]) == (
        ["00123"],
        ["P-9"],
    )
    assert client.get("/search/?q=beta harbour gold").context["found"].count == 0
    assert client.get("/search/?q=00123").context["found"].stores[0].name == "Beta Harbour"


def test_search_survives_strange_questions(client, dora):
    client.force_login(dora)
    for question in ("", "   ", "\x00", "[", "\\", "*" * 500, "(?i)", "a" * 5000):
        assert client.get("/search/", {"q": question}).status_code == 200


def test_the_list_below_the_search_box_is_part_of_the_page(client, company, dora):
    client.force_login(dora)
    part = client.get("/search/?q=alpha", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in part
    assert reverse("accounts:customer", args=["ALPHA"]) in part


def test_help_explains_every_number_that_pages_point_to(client, alice):
    client.force_login(alice)
    text = client.get("/help/").content.decode()
    for anchor in (
        "abc",
        "xyz",
        "potential",
        "share",
        "certainty",
        "gap",
        "quadrants",
        "comparison",
        "ask-first",
    ):
        assert f'id="{anchor}"' in text


def test_alive_and_ready_need_no_login(client, company):
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["database"] == ready.json()["broker"] == "ok"
    assert ready.json()["last_run_age_hours"] >= 0


def test_without_a_broker_it_is_not_ready(client, db, monkeypatch, tmp_path):
    gone = {"data_folder_out": str(tmp_path / "gone")}
    monkeypatch.setattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "unreachable"
    assert client.get("/healthz").status_code == 200
