"""Market shares and estimates kept by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from ka_crm.lib.money import SCALE
from ka_crm.records.models import AuditRow
from purchases.models import Category
from visits.models import MarketShare, PotentialEstimate

SHARES = "/market-data/market-shares/"
ESTIMATES = "/market-data/estimates/"


@pytest.fixture
def tequila(db):
    return Category.objects.create(code="TEQ", name="Tequila")


@pytest.fixture
def stated(tequila):
    return MarketShare.objects.create(category=tequila, from_on=dt.date(2022, 1, 1), share=Decimal("0.25"))


def share_form(market, **changes):
    return {"category": market.pk, "share": "30.4", "from_on": "2022-01-01", **changes}


def estimate_form(category, **changes):
    values = {
        "category": category.pk,
        "year": "2022",
        "amount": "1,250.5".replace(",", ""),
        "source": "declared",
    }
    return {**values, **changes}


def test_a_market_share_is_typed_in_per_cent_and_kept_as_a_fraction(client, dora, tequila, region):
    client.force_login(dora)
    answer = client.post(f"{SHARES}new/", share_form(tequila, region=region.pk))
    assert answer.url == SHARES
    stored = MarketShare.objects.get()
    assert stored.share == Decimal("0.304") and stored.region == region
    assert AuditRow.objects.get(record_type="visits.marketshare").action == "create"
    assert "30.4" in client.get(SHARES).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"share": "101"}, "share"),
        ({"share": "-1"}, "share"),
        ({"share": "NaN"}, "share"),
        ({"share": ""}, "share"),
        ({"from_on": "2022-02-31"}, "from_on"),
        ({"to_on": "2021-12-31"}, "to_on"),
        ({"category": "999"}, "category"),
    ],
)
def test_an_impossible_market_share_is_refused_at_its_field(client, dora, tequila, changes, field):
    client.force_login(dora)
    answer = client.post(f"{SHARES}new/", share_form(tequila, **changes))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not MarketShare.objects.exists()


def test_an_edit_shows_per_cent_and_a_stale_one_gets_409(client, dora, tequila, stated):
    client.force_login(dora)
    url = f"{SHARES}{stated.pk}/edit/"
    assert 'value="25"' in client.get(url).text
    assert client.post(url, share_form(tequila, share="26", version=stated.version)).status_code == 302
    assert MarketShare.objects.get().share == Decimal("0.26")
    assert client.post(url, share_form(tequila, share="27", version=stated.version)).status_code == 409
    assert MarketShare.objects.get().share == Decimal("0.26")


def test_an_archived_market_share_leaves_the_list_and_comes_back(client, dora, stated):
    client.force_login(dora)
    client.post(f"{SHARES}{stated.pk}/archive/")
    assert client.get(SHARES).context["total"] == 0
    assert client.get(f"{SHARES}?archived=only").context["total"] == 1
    client.post(f"{SHARES}{stated.pk}/archive/", {"restore": "1"})
    assert client.get(SHARES).context["total"] == 1


@pytest.mark.parametrize("who", ["alice", "sue", "fay", "rex"])
def test_market_shares_are_kept_by_directors_and_administrators_and_read_by_all(
    client, request, tequila, stated, who
):
    client.force_login(request.getfixturevalue(who))
    assert client.get(SHARES).status_code == 200
    assert client.post(f"{SHARES}new/", share_form(tequila)).status_code == 403
    assert client.post(f"{SHARES}{stated.pk}/archive/").status_code == 403
    assert MarketShare.objects.get().archived_at is None


def test_an_estimate_is_kept_in_ten_thousandths(client, alice, alpha, tequila):
    client.force_login(alice)
    assert client.post(f"{ESTIMATES}new/", estimate_form(tequila, customer="ALPHA")).url == ESTIMATES
    stored = PotentialEstimate.objects.get()
    assert (stored.customer, stored.amount) == (alpha, 12_505_000)
    url = f"{ESTIMATES}{stored.pk}/edit/"
    page = client.get(url).text
    assert 'value="1250.5"' in page and 'value="ALPHA"' in page
    client.post(url, estimate_form(tequila, customer="ALPHA", amount="1250.5", version=1))
    assert PotentialEstimate.objects.get().version == 1
    client.post(url, estimate_form(tequila, customer="ALPHA", amount="2000", version=1))
    assert PotentialEstimate.objects.get().amount == 2000 * SCALE


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "store"),
        ({"customer": "ALPHA", "store": "A1"}, "store"),
        ({"customer": "BETA"}, "customer"),
        ({"customer": "ALPHA", "amount": "", "units": ""}, "amount"),
        ({"customer": "ALPHA", "amount": "-5"}, "amount"),
        ({"customer": "ALPHA", "amount": "1e400"}, "amount"),
        ({"customer": "ALPHA", "year": "25"}, "year"),
        ({"customer": "ALPHA", "source": "dreams"}, "source"),
        ({"customer": "ALPHA", "stated_on": "2999-01-01"}, "stated_on"),
    ],
)
def test_an_impossible_estimate_is_refused_at_its_field(
    client, alice, alpha_store, beta, tequila, changes, field
):
    client.force_login(alice)
    answer = client.post(f"{ESTIMATES}new/", estimate_form(tequila, **changes))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not PotentialEstimate.objects.exists()


def test_estimates_are_seen_and_exported_with_their_customers_only(
    client, alice, bob, alpha, beta_store, tequila
):
    PotentialEstimate.objects.create(customer=alpha, category=tequila, year=2022, amount=1, source="declared")
    of_beta = PotentialEstimate.objects.create(
        store=beta_store, category=tequila, year=2022, amount=1, source="declared"
    )
    client.force_login(alice)
    answer = client.get(ESTIMATES)
    assert [row.data["customer__code"] for row in answer.context["rows"]] == ["ALPHA"]
    export = b"".join(client.get(f"{ESTIMATES}?export=csv").streaming_content).decode()
    assert "Alpha Markets" in export and "Beta" not in export
    assert client.get(f"{ESTIMATES}{of_beta.pk}/edit/").status_code == 404
    client.force_login(bob)
    assert client.get(f"{ESTIMATES}{of_beta.pk}/edit/").status_code == 200


def test_the_same_form_sent_twice_states_one_market_share(client, dora, tequila):
    client.force_login(dora)
    form = share_form(tequila, form_key="one-key")
    assert client.post(f"{SHARES}new/", form).url == SHARES
    assert client.post(f"{SHARES}new/", form).url == SHARES
    assert MarketShare.objects.count() == 1
