"""What key accounts bring against the usual band; sales and purchases by channel, region and month."""

import datetime as dt

import pytest

from accounts.models import Channel, Customer, Region
from ka_crm.records.queries import business_today
from segmentation.models import KeyAccountTerm
from segmentation.queries.channels import channel_months, channel_sums, key_account_part
from segmentation.queries.results import customer_results
from tests.facts import months_before, sell

pytestmark = pytest.mark.django_db
PAGE = "/segmentation/mix/"
UNIT = 10_000


@pytest.fixture
def channelled(company, alpha, beta):
    """Alpha (modern retail) buys 10,000 of which 1,000 from us, Beta (wholesale) 5,000 of which 2,500."""
    modern, wholesale = (Channel.objects.create(name=name) for name in ("Modern retail", "Wholesale"))
    Customer.objects.filter(pk=alpha.pk).update(channel=modern)
    Customer.objects.filter(pk=beta.pk).update(channel=wholesale, region=Region.objects.create(name="Island"))
    company["before"].customer_results.filter(customer=alpha).update(own_sales=2_000 * UNIT)
    return {**company, "modern": modern, "wholesale": wholesale}


def test_key_accounts_are_held_against_the_usual_band(client, company, dora, alice):
    key = key_account_part(customer_results(company["run"], dora))
    assert (key.count, key.own_amount, key.all_amount) == (2, 3_500 * UNIT, 5_000 * UNIT)
    client.force_login(dora)
    band = client.get(PAGE).context["band"]
    assert (band["place"], band["part"]) == ("above", 0.7)
    client.force_login(alice)  # Alpha alone of Alpha and Gamma
    assert client.get(PAGE).context["band"]["place"] == "within"


def test_once_somebody_is_registered_the_register_says_who_is_a_key_account(client, company, dora, beta):
    today = business_today()
    begun = today - dt.timedelta(days=9)
    KeyAccountTerm.objects.create(customer=beta, from_on=begun, since_on=begun, types=["potential"])
    KeyAccountTerm.objects.create(customer=company["gamma"], from_on=begun, since_on=begun, to_on=today)
    key = key_account_part(customer_results(company["run"], dora))
    assert (key.count, key.own_amount, key.registered) == (1, 2_500 * UNIT, True)
    client.force_login(dora)
    assert "1 key account brings 50\u202f% of our sales" in client.get("/segmentation/").content.decode()


def test_the_overview_says_the_same_of_the_band(client, company, dora):
    client.force_login(dora)
    text = client.get("/segmentation/").content.decode()
    assert "2 large buyers bring 70\u202f% of our sales" in text
    assert "above the usual" in text


def test_without_a_large_buyer_there_is_no_place_in_the_band(client, company, dora):
    company["run"].customer_results.update(quadrant="monitor")
    client.force_login(dora)
    page = client.get(PAGE)
    assert page.context["band"]["place"] == ""
    assert "No large buyer is known yet" in page.content.decode()


def test_channels_add_up_and_tell_where_we_are_weaker(client, channelled, dora):
    sums = channel_sums(channelled["run"], dora)
    found = {item.name: (item.accounts, item.own_amount // UNIT, item.total_amount // UNIT) for item in sums}
    assert found == {
        "Modern retail": (1, 1_000, 10_000),
        "Wholesale": (1, 2_500, 5_000),
        "": (1, 1_500, 2_000),
    }
    assert list(found) == ["Modern retail", "Wholesale", ""]
    client.force_login(dora)
    page = client.get(PAGE)
    assert page.context["channel_sentence"] == (
        "Modern retail makes 59\u202f% of all they buy, but 20\u202f% of our sales."
    )
    modern = page.context["channels"][0]
    assert modern["own_moved"] == "−13.3"  # 2,000 of 6,000 before, 1,000 of 5,000 now
    assert modern["total_moved"] == "0.0"
    for line in page.context["channels"]:
        assert client.get(line["url"]).context["found_count"] == line["accounts"] == 1


def test_a_region_narrows_the_channels(client, channelled, dora):
    client.force_login(dora)
    island = Region.objects.get(name="Island").pk
    page = client.get(f"{PAGE}?region={island}")
    assert [line["name"] for line in page.context["channels"]] == ["Wholesale"]
    assert client.get(page.context["channels"][0]["url"]).context["found_count"] == 1
    assert client.get(f"{PAGE}?region=77777").context["region"] == ""
    assert client.get(f"{PAGE}?region=x").status_code == 200
    assert client.get("/segmentation/download/channels.csv?region=x").status_code == 404


def test_months_are_ours_by_channel_from_the_first_sale_on(channelled, alpha, beta, dora, bob):
    run = channelled["run"]
    months = months_before(run.as_of, 3)
    sell(alpha, months, [0, 100, 50])
    sell(beta, months, [0, 300, -20])
    starts, sums = channel_months(run, dora)
    assert starts == months[1:]
    assert sums == {
        channelled["modern"].pk: [100 * UNIT, 50 * UNIT],
        channelled["wholesale"].pk: [300 * UNIT, -20 * UNIT],
    }
    assert channel_months(run, bob)[1] == {channelled["wholesale"].pk: [300 * UNIT, -20 * UNIT]}


def test_the_page_draws_months_and_has_their_table(client, channelled, alpha, beta, dora):
    months = months_before(channelled["run"].as_of, 2)
    sell(alpha, months, [100, 50])
    sell(beta, months, [300, -20])
    client.force_login(dora)
    columns = client.get(PAGE).context["months"]["columns"]
    assert [[part["part"] for part in column["parts"]] for column in columns] == [[0.25, 0.75], [1.0, 0.0]]
    for column in columns:
        assert sum(part["height"] for part in column["parts"]) == pytest.approx(100)


def test_a_foreign_channel_is_not_named(client, channelled, bob):
    client.force_login(bob)
    page = client.get(PAGE)
    assert [line["name"] for line in page.context["channels"]] == ["Wholesale"]
    assert "Modern retail" not in page.content.decode()


def test_without_accounts_or_an_earlier_run_the_page_still_stands(client, channelled, bob, dora, alice):
    Customer.objects.update(kam=alice)
    client.force_login(bob)
    assert "You have no accounts in this run." in client.get(PAGE).content.decode()
    channelled["before"].delete()
    client.force_login(dora)
    page = client.get(PAGE)
    assert {line["own_moved"] for line in page.context["channels"]} == {""}
    assert "there is no earlier run to compare with" in page.content.decode()
