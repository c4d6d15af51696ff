"""How well accounts are known: territories add up, thin data says so on every page of a run."""

import csv
import io

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Customer, Store
from segmentation.queries.sufficiency import known_by_territory, known_in_all
from segmentation.rules.sufficiency import Known
from tests.facts import months_before, sell

pytestmark = pytest.mark.django_db
PAGE = "/segmentation/sufficiency/"
UNIT = 10_000
PAGES = (
    "/",
    "/segmentation/",
    "/segmentation/?tab=list",
    "/segmentation/comparison/",
    "/segmentation/runs/movement/",
    "/segmentation/mix/",
    "/segmentation/why/customer/ALPHA/",
    "/accounts/",
)


@pytest.fixture
def thin(company, alpha, beta):
    """A third of Beta's 5,000 was counted, Alpha's 10,000 too rarely, of Gamma nothing is known."""
    rows = company["run"].customer_results
    rows.filter(customer=alpha).update(status="insufficient", measured_share=0.3)
    rows.filter(customer=beta).update(measured_share=0.4)
    rows.filter(customer=company["gamma"]).update(potential=None, measured_share=None, share=None)
    return company


@pytest.fixture
def bought(company, alpha, beta, alpha_store, beta_store):
    """Sales lines to both stores, so that it is worth asking them."""
    months = months_before(company["run"].as_of, 3)
    sell(alpha, months, [100, 200, 300], store=alpha_store)
    sell(beta, months, [50, 60, 70], store=beta_store)


def test_counted_estimated_and_unknown_make_what_is_known(thin, dora):
    known = known_in_all(thin["run"], dora)
    assert known == Known(
        accounts=3, unknown_accounts=1, measured=2_000 * UNIT, early=3_000 * UNIT, estimated=10_000 * UNIT,
        own=5_000 * UNIT, unknown_own=1_500 * UNIT, stores=2, counted_stores=2,
    )  # fmt: skip


@pytest.mark.parametrize("who", ["dora", "sue", "alice", "bob"])
def test_the_territories_add_up_to_the_whole(who, thin, request):
    Store.objects.filter(code="A1").update(territory=None)
    viewer = request.getfixturevalue(who)
    whole = Known()
    for _pk, _name, known in known_by_territory(thin["run"], viewer):
        whole = whole.plus(known)
    assert whole == known_in_all(thin["run"], viewer)
    assert whole.accounts > 0


def test_every_part_opens_a_list_of_its_accounts(client, thin, dora):
    client.force_login(dora)
    page = client.get(PAGE)
    expected = {
        "North": {"accounts": 2, "measured": None, "early": 1, "estimated": 1, "unknown": 1},
        "South": {"accounts": 1, "measured": 1, "early": None, "estimated": 1, "unknown": None},
    }
    found = {}
    for line in page.context["lines"]:
        urls = {"accounts": line["accounts_url"], "unknown": line["unknown_url"]}
        urls |= {part["key"]: part["url"] for part in line["parts"]}
        found[line["name"]] = {
            key: client.get(url).context["found_count"] if url else None for key, url in urls.items()
        }
    assert found == expected


@pytest.mark.parametrize("url", PAGES)
def test_thin_data_says_so_on_every_page_that_shows_a_run(url, client, thin, dora):
    client.force_login(dora)
    text = client.get(url).content.decode()
    assert "Thin data:" in text
    assert "only 33\u202f% of what they buy was counted" in text
    assert "what 1 account buys is unknown, and it takes 30\u202f% of our sales" in text


@pytest.mark.parametrize("url", PAGES)
def test_data_that_carries_a_split_says_nothing(url, client, company, dora):
    client.force_login(dora)
    assert "Thin data:" not in client.get(url).content.decode()


def test_the_notice_speaks_of_the_accounts_that_the_viewer_sees(client, thin, beta, bob):
    thin["run"].customer_results.filter(customer=beta).update(measured_share=1.0)
    client.force_login(bob)
    assert "Thin data:" not in client.get("/segmentation/").content.decode()


def test_an_older_run_is_judged_by_its_own_data(client, thin, dora):
    client.force_login(dora)
    assert "Thin data:" not in client.get(f"/segmentation/runs/{thin['before'].pk}/").content.decode()
    assert "Thin data:" in client.get(f"/segmentation/runs/{thin['run'].pk}/").content.decode()


def test_without_any_total_the_page_says_what_to_do(client, company, dora, bought):
    company["run"].customer_results.update(potential=None, measured_share=None, share=None)
    company["run"].store_results.all().delete()
    client.force_login(dora)
    page = client.get(PAGE)
    assert page.context["sentence"] == "Nobody knows yet what these accounts buy in all."
    assert {line["advice"] for line in page.context["lines"]} == {"count the largest stores once"}
    assert len(page.context["ask_stores"]) == 2


def test_a_territory_narrows_where_to_go_first(client, company, dora, territories, bought):
    company["run"].store_results.all().delete()
    client.force_login(dora)
    page = client.get(f"{PAGE}?territory={territories['south'].pk}")
    assert page.context["chosen"]["name"] == "South"
    assert [row["code"] for row in page.context["ask_stores"]] == ["B1"]


@pytest.mark.parametrize("text", ["{south}", "77777", "x", "none", "-1"])
def test_a_territory_without_own_accounts_is_not_there(text, client, company, alice, territories):
    client.force_login(alice)
    assert client.get(f"{PAGE}?territory={text.format(south=territories['south'].pk)}").status_code == 404


def test_an_account_manager_reads_of_their_own_accounts_only(client, thin, bob):
    client.force_login(bob)
    page = client.get(PAGE)
    assert page.context["whole"].accounts == 1
    assert [line["name"] for line in page.context["lines"]] == ["South"]
    assert "Alpha" not in page.content.decode()


def test_who_has_no_account_is_told_that(client, company, bob, beta, beta_store, alice):
    Customer.objects.filter(pk=beta.pk).update(kam=alice)
    client.force_login(bob)
    assert "You have no accounts in this run." in client.get(PAGE).content.decode()


@pytest.mark.parametrize("role", ["fay", "rex"])
@pytest.mark.parametrize("name", ["sufficiency", "mix"])
def test_whom_results_do_not_concern_is_refused(role, name, client, company, request):
    client.force_login(request.getfixturevalue(role))
    assert client.get(reverse(f"segmentation:{name}")).status_code == 403


def test_before_any_run_three_steps_lead_to_it(client, db, dora):
    client.force_login(dora)
    for url in (PAGE, "/segmentation/mix/"):
        assert reverse("segmentation:recompute") in client.get(url).content.decode()


def test_the_download_has_every_territory(client, thin, dora):
    client.force_login(dora)
    answer = client.get("/segmentation/download/sufficiency.csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["North", "South"]
    assert [float(number) for number in rows[1][1:8]] == [2, 10_000, 0, 3_000, 7_000, 1, 1_500]


@pytest.mark.parametrize("url", [PAGE, "/segmentation/mix/", "/segmentation/"])
def test_the_pages_take_few_queries_however_many_accounts(url, client, many_customers, dora):
    run = many_customers(20)
    client.force_login(dora)
    client.get("/help/")
    counts = []
    for more in (0, 40):
        cache.clear()
        for number in range(more):
            customer = Customer.objects.create(code=f"X{number}", name=f"X {number}")
            template = run.customer_results.order_by("pk").first()
            template.pk, template.customer = None, customer
            template.save()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
