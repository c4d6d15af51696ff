"""Home per role, search, help, alive and ready."""

import datetime as dt

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Customer, Store
from accounts.operations.standing import set_standing
from ka_crm.lib.clock import now
from ka_crm.lib.money import SCALE
from ka_crm.records.operations import set_system_setting
from ka_crm.records.queries import business_today
from purchases.models import Category, Product, Target
from tests.facts import sell
from visits.models import CategoryTotal, Observation, SampleRound, StoreShare, Visit, VisitTask

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
    assert [line.row.store.code for line in page.context["lines"]] == ["A1"]
    assert [row["code"] for row in page.context["accounts"]] == ["ALPHA"]
    client.force_login(bob)
    page = client.get("/")
    assert page.context["lines"] == [] and page.context["accounts"] == []
    assert "Alpha" not in page.content.decode()


def test_a_supervisor_sees_one_row_per_account_manager_of_the_territory(client, company, sue):
    client.force_login(sue)
    page = client.get("/")
    assert [(row["kam_name"], row["accounts"]) for row in page.context["managers"]] == [("Alice", 2)]
    assert [line.row.store.code for line in page.context["lines"]] == ["A1"]


def test_what_judges_an_account_manager_stands_on_full_counts_and_drawn_controls_only(
    client, company, alpha_store, alice, sue
):
    tequila = Category.objects.get()
    set_system_setting(name="demo_day", value="2022-11-01")
    StoreShare.objects.filter(store__customer__kam=alice).delete()
    CategoryTotal.objects.all().delete()
    own = {"in_units": True, "clusters": 12, "n_eff": 90, "status": "below_confirmed", "evaluated_at": now()}
    share = StoreShare.objects.create(
        store=alpha_store, category=tequila, basis="visits", share=0.1, gap_amount=9_000 * SCALE, **own
    )
    client.force_login(sue)

    def row():
        return next(row for row in client.get("/").context["managers"] if row["kam_name"] == "Alice")

    assert (row()["judged"].share, row()["by_full"], row()["basis"]) == (None, None, "not enough samples")
    assert "not enough samples" in client.get("/").content.decode()
    assert "9,000" not in client.get("/").content.decode().split('id="managers-title"')[1]
    for n in range(5):  # drawn controls of a supervisor, not her own counts
        _drawn_control(alpha_store, tequila, sue, n)
        expected = 0.25 if n == 4 else None
        assert row()["judged"].share == expected
    assert row()["basis"] == "5 drawn controls"
    share.basis = "totals"
    share.save()
    month = {
        "month": "2022-09-01",
        "source": "scanner",
        "total_units": 100 * SCALE,
        "own_units": 40 * SCALE,
        "is_live": True,
    }
    CategoryTotal.objects.create(store=alpha_store, category=tequila, **month)
    assert (row()["judged"].share, row()["basis"]) == (0.4, "full counts, 1 store")
    assert (row()["by_full"].below, row()["by_full"].gap_amount) == (1, 9_000 * SCALE)


def _drawn_control(store, category, by, days_ago):
    on = business_today() - dt.timedelta(days=days_ago + 1)
    sample = SampleRound.objects.create(seed=1, drawn_by=by, visitor=by, drawn_on=on, first_on=on, last_on=on)
    there = Visit.objects.create(store=store, on=on, by=by, kind="control")
    VisitTask.objects.create(store=store, user=by, on=on, state="done", visit=there, sample_round=sample)
    Observation.objects.create(
        store=store, category=category, date=on, kind="control", rep=by, visit=there,
        total_units=20 * SCALE, own_units=5 * SCALE,
    )  # fmt: skip


class TestToday:
    @pytest.fixture(autouse=True)
    def stands(self, company, alice):
        set_system_setting(name="demo_day", value="2022-11-14")
        alpha = Customer.objects.get(code="ALPHA")
        set_standing(
            values={
                alpha.pk: {
                    "oldest_promise_due_on": dt.date(2022, 11, 11),
                    "next_talks_on": dt.date(2022, 11, 21),
                    "last_contact_on": dt.date(2022, 8, 1),
                    "buying_state": "at_risk",
                    "last_order_on": dt.date(2022, 9, 9),
                    "usual_gap_days": 30.0,
                }
            }
        )
        return alpha

    def test_an_account_manager_is_told_what_needs_them_with_links_to_the_lists(self, client, alice):
        client.force_login(alice)
        page = client.get("/")
        assert [
            (group["title"], [row["line"] for row in group["rows"]]) for group in page.context["today_groups"]
        ] == [
            ("Promises due", ["3 days late"]),
            ("Talks this week", ["Mon 21 Nov"]),
            ("No contact for too long", ["105 days"]),
            ("At risk: orders stay away", ["last order 9 Sep 2022, usually every 30 days"]),
        ]
        assert [metric["figure"] for metric in page.context["today_metrics"]][1:] == ["1", "1", "1", "1"]
        for group in page.context["today_groups"]:
            assert "ALPHA" in client.get(group["url"]).text

    def test_what_is_not_due_or_belongs_to_somebody_else_needs_nobody(self, client, bob, alice, stands):
        client.force_login(bob)
        assert client.get("/").context["today_groups"] == []
        set_standing(
            values={
                stands.pk: {
                    "oldest_promise_due_on": dt.date(2022, 11, 22),
                    "next_talks_on": dt.date(2022, 11, 22),
                    "last_contact_on": dt.date(2022, 8, 16),
                    "buying_state": "lost",
                }
            }
        )
        client.force_login(alice)
        assert client.get("/").context["today_groups"] == []

    def test_my_gap_to_target_counts_whole_months_of_my_accounts(self, client, alice, stands):
        sell(stands, [dt.date(2022, 1, 1), dt.date(2022, 10, 1), dt.date(2022, 11, 1)], [300, 500, 9_999])
        client.force_login(alice)
        assert client.get("/").context["today_metrics"][0]["lines"] == ["no target set"]
        Target.objects.create(customer=stands, month=dt.date(2022, 10, 1), amount=1_000 * SCALE)
        Target.objects.create(customer=stands, month=dt.date(2022, 11, 1), amount=9_999 * SCALE)
        metric = client.get("/").context["today_metrics"][0]
        assert (metric["figure"], metric["note"]) == ("$800", "80\u202f% of target so far")
        assert metric["lines"][0]["strong"] == "$200"

    def test_a_supervisor_sees_duties_and_target_beside_each_account_manager(self, client, sue, stands):
        client.force_login(sue)
        row = client.get("/").context["managers"][0]
        assert {name: row["duties"][name] for name in ("late", "silent", "at_risk")} == {
            "late": 1, "silent": 1, "at_risk": 1,
        }  # fmt: skip
        assert row["against"].part is None
        Target.objects.create(kam=stands.kam, month=dt.date(2022, 10, 1), amount=100 * SCALE)
        sell(stands, [dt.date(2022, 10, 1)], [50])
        assert client.get("/").context["managers"][0]["against"].part == pytest.approx(0.5)

    @pytest.mark.parametrize("who", ["alice", "sue"])
    def test_the_first_page_asks_as_often_for_fifty_accounts_as_for_one(
        self, client, request, alice, stands, who
    ):
        client.force_login(request.getfixturevalue(who))
        client.get("/")
        counts = []
        for size in (1, 50):
            made = Customer.objects.bulk_create(
                Customer(code=f"T{size}-{number}", name="T", kam=alice, territory=stands.territory)
                for number in range(size)
            )
            set_standing(values={one.pk: {"oldest_promise_due_on": dt.date(2022, 11, 1)} for one in made})
            with CaptureQueriesContext(connection) as queries:
                client.get("/")
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 21


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
