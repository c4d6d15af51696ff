"""Full counts, market shares and estimates over the API."""

import pytest

from tests.integration.api.conftest import everything, refused
from visits.models import CategoryTotal, PotentialEstimate

TOTAL = {
    "store_code": "A1",
    "category_code": "TEQ",
    "month": "2022-10",
    "total_amount": "5105.41",
    "own_amount": 796.5,
}
TOTALS = "category-totals/bulk/"


def test_strangers_and_wrong_roles_load_no_totals(stranger, as_alice, as_fay, alpha_store):
    before = everything()
    refused(stranger.get("category-totals/"), 401)
    refused(stranger.post(TOTALS, [TOTAL]), 401)
    for caller in (as_alice, as_fay):
        refused(caller.post(TOTALS, [TOTAL]), 403)
    assert everything() == before


def test_totals_are_loaded_replaced_and_listed(as_sue, as_alice, as_bob, alpha_store, beta_store):
    assert as_sue.post(TOTALS, [TOTAL]).json()["created"] == 1
    assert as_sue.post(TOTALS, [{**TOTAL, "own_amount": 800}]).json()["updated"] == 1
    assert as_alice.codes("category-totals/", "own_amount") == ["800"]
    assert as_alice.codes("category-totals/", "total_amount", store="A1", month_from="2022-10-01") == [
        "5105.41"
    ]
    assert as_bob.codes("category-totals/", "id") == []
    refused(as_bob.get(f"category-totals/{CategoryTotal.objects.get(is_live=True).pk}/"), 404)


def test_bad_and_foreign_totals_store_nothing(as_sue, alpha_store, beta_store):
    before = everything()
    refused(as_sue.post(TOTALS, [TOTAL], key=None), 400)
    refused(as_sue.post(TOTALS, [TOTAL, {**TOTAL, "store_code": "B1"}]), 400)
    refused(as_sue.post(TOTALS, [TOTAL, {**TOTAL, "month": "2022-13"}]), 400)
    refused(as_sue.post(TOTALS, [{**TOTAL, "total_amount": None}]), 400)
    assert everything() == before


def test_the_same_key_loads_totals_once(as_sue, alpha_store):
    first, again = (as_sue.post(TOTALS, [TOTAL], key="k") for _ in range(2))
    assert first.json() == again.json()
    refused(as_sue.post(TOTALS, [{**TOTAL, "own_amount": 1}], key="k"), 422)


SHARE = {"category_code": "TEQ", "region": "Mainland", "from_on": "2022-01-01", "share": 0.1774}


def test_everybody_reads_market_shares_and_directors_state_them(stranger, as_alice, as_dora, region, tequila):
    refused(stranger.get("market-shares/"), 401)
    refused(as_alice.post("market-shares/", SHARE), 403)
    refused(as_dora.post("market-shares/", SHARE, key=None), 400)
    made = as_dora.post("market-shares/", SHARE)
    assert made.status_code == 201, made.content
    assert (made.json()["share"], made.json()["region"], made.json()["to_on"]) == (0.1774, "Mainland", None)
    assert as_alice.codes("market-shares/", "share", category="TEQ", on="2022-05-01") == [0.1774]
    assert as_alice.codes("market-shares/", "share", on="2021-05-01") == []
    address = f"market-shares/{made.json()['id']}/"
    before = everything()
    refused(as_alice.patch(address, {"share": 1, "version": 1}), 403)
    for method in (as_dora.put, as_dora.patch):
        for change in ({"share": 1.5}, {"share": "NaN"}, {"to_on": "2021-01-01"}, {"category_code": "RUM"}):
            refused(method(address, {**made.json(), **change}), 400)
    assert everything() == before
    assert as_dora.patch(address, {"share": "0.2", "version": 1}).json()["share"] == 0.2
    stale = refused(as_dora.patch(address, {"share": "0.3", "version": 1}), 409)
    assert [item["field"] for item in stale["differences"]] == ["share"]
    assert as_dora.delete(address).status_code == 204
    assert as_alice.codes("market-shares/", "id") == []


ESTIMATE = {
    "customer_code": "ALPHA",
    "category_code": "TEQ",
    "year": 2022,
    "amount": "900000",
    "source": "declared",
}


def test_estimates_follow_their_customer_or_store(
    as_alice, as_bob, as_fay, stranger, alpha_store, beta, tequila
):
    refused(stranger.get("potential-estimates/"), 401)
    refused(as_fay.post("potential-estimates/", ESTIMATE), 403)
    made = as_alice.post("potential-estimates/", ESTIMATE)
    assert made.status_code == 201, made.content
    assert PotentialEstimate.objects.get().amount == 900_000 * 10_000
    of_store = {**ESTIMATE, "customer_code": None, "store_code": "A1", "amount": None, "units": 5}
    assert as_alice.post("potential-estimates/", of_store).status_code == 201
    assert as_alice.codes("potential-estimates/", "amount", year=2022, customer="ALPHA") == ["900000"]
    assert as_alice.codes("potential-estimates/", "units", store="A1") == ["5"]
    assert as_bob.codes("potential-estimates/", "id") == []
    address = f"potential-estimates/{made.json()['id']}/"
    before = everything()
    refused(as_bob.get(address), 404)
    refused(as_bob.patch(address, {"amount": 1, "version": 1}), 404)
    refused(as_bob.delete(address), 404)
    assert everything() == before


@pytest.mark.parametrize(
    "change",
    [
        {"customer_code": "BETA"},
        {"customer_code": None},
        {"store_code": "A1"},
        {"amount": None},
        {"amount": "-1"},
        {"amount": "1e90"},
        {"year": 1},
        {"year": 10**12},
        {"source": "hearsay"},
        {"stated_on": "2999-01-01"},
        {"category_code": ""},
    ],
)
def test_bad_estimates_are_refused_on_every_way_in(as_alice, alpha_store, beta, tequila, change):
    made = as_alice.post("potential-estimates/", ESTIMATE).json()
    address = f"potential-estimates/{made['id']}/"
    before = everything()
    refused(as_alice.post("potential-estimates/", {**ESTIMATE, **change}), 400)
    refused(as_alice.put(address, {**made, **change}), 400)
    refused(as_alice.patch(address, {**change, "version": 1}), 400)
    assert everything() == before


def test_an_estimate_is_changed_under_its_version_and_archived(as_alice, alpha, tequila):
    made = as_alice.post("potential-estimates/", ESTIMATE).json()
    address = f"potential-estimates/{made['id']}/"
    assert as_alice.patch(address, {"amount": 5, "version": 1}).json()["amount"] == "5"
    refused(as_alice.patch(address, {"amount": 6, "version": 1}), 409)
    refused(as_alice.patch(address, {"amount": 6}), 400)
    assert as_alice.delete(address).status_code == 204
    assert as_alice.codes("potential-estimates/", "id") == []
    assert as_alice.codes("potential-estimates/", "amount", archived="true") == ["5"]
