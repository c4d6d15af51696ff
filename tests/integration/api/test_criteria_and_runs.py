"""Criteria, runs, results and flags over the API."""

import datetime as dt

import pytest

from accounts.models import Customer, Store
from ka_crm.criteria.operations import publish_criteria
from ka_crm.jobs.models import JobRun
from ka_crm.jobs.operations import run_job
from segmentation.models import SegmentationRun
from segmentation.operations import recompute_segmentation
from tests.facts import count_in_full, months_before, neighbours, sell
from tests.integration.api.conftest import everything, refused

AS_OF = dt.date(2022, 11, 1)
MONTHS = months_before(AS_OF)


@pytest.fixture
def computed(alpha, beta, tequila, region):
    """Alpha buys much and little of it from us in A1; Beta has sales only; six neighbours are average."""
    store = Store.objects.create(code="A1", name="Alpha One", customer=alpha)
    count_in_full(store, tequila, MONTHS, 1000, 12)
    others = Customer.objects.create(code="REST", name="The rest", region=region)
    neighbours(others, tequila, MONTHS, [60] * 6)
    sell(alpha, MONTHS, [120] * 12)
    sell(beta, MONTHS, [50] * 12)
    return recompute_segmentation(as_of=AS_OF)


def test_criteria_are_published_by_directors_and_known_to_all(stranger, as_dora, as_alice):
    refused(stranger.get("criteria/"), 401)
    refused(as_alice.get("criteria/current/"), 404)
    body = {"settings": {"abc_measure": "net_sales"}, "reason": "Costs are unknown"}
    refused(as_alice.post("criteria/", body), 403)
    refused(as_dora.post("criteria/", body, key=None), 400)
    made = as_dora.post("criteria/", body)
    assert made.status_code == 201, made.content
    assert (made.json()["number"], made.json()["author"]) == (1, "Dora")
    assert made.json()["settings"]["window_months"] == 12
    assert as_alice.get("criteria/current/").json()["settings"]["abc_measure"] == "net_sales"
    as_dora.post("criteria/", {"settings": {}, "reason": "Defaults"})
    assert as_alice.codes("criteria/", "state") == ["published", "retired"]
    assert as_alice.get("criteria/1/").json()["reason"] == "Costs are unknown"
    refused(as_alice.get("criteria/3/"), 404)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"settings": {"abc_measure": "x"}, "reason": "r"},
        {"settings": {"no_such": 1}, "reason": "r"},
        {"settings": {"abc_thresholds": ["nan", 1]}, "reason": "r"},
        {"settings": {"abc_thresholds": 5}, "reason": "r"},
        {"settings": [], "reason": "r"},
        {"settings": {}, "reason": ""},
        {"settings": {}},
    ],
)
def test_settings_that_cannot_work_are_refused(as_dora, body):
    publish_criteria(values={}, reason="first", by=None)
    before = everything()
    assert "errors" in refused(as_dora.post("criteria/", body), 400)
    assert everything() == before


def test_a_run_is_started_as_a_job_and_watched(as_sue, as_alice, as_fay, stranger, alpha):
    before = everything()
    refused(stranger.post("runs/", {}), 401)
    refused(as_alice.post("runs/", {}), 403)
    refused(as_fay.post("runs/", {}), 403)
    refused(as_sue.post("runs/", {}, key=None), 400)
    refused(as_sue.post("runs/", {"as_of": "2022-02-31"}), 400)
    refused(as_sue.post("runs/", {"as_of": "0001-01-01"}), 400)
    assert everything() == before
    sell(alpha, MONTHS, [120] * 12)
    answer = as_sue.post("runs/", {"as_of": "2022-11-15"}, key="k")
    assert answer.status_code == 202, answer.content
    assert (answer.json()["kind"], answer.json()["state"]) == ("recompute", "waiting")
    assert as_sue.post("runs/", {"as_of": "2022-11-15"}, key="k").json() == answer.json()
    assert run_job(JobRun.objects.get().pk)
    done = as_sue.client.get(answer["Location"]).json()
    assert (done["state"], done["result"]["as_of"]) == ("done", "2022-11-15")
    assert as_sue.codes("runs/", "is_current") == [True]


def test_sums_of_the_company_are_for_those_who_see_all_of_it(as_dora, as_alice, as_fay, computed):
    refused(as_fay.get("runs/"), 403)
    assert as_dora.get(f"runs/{computed.pk}/").json()["customers"] == 3
    assert as_alice.get(f"runs/{computed.pk}/").json()["customers"] is None
    assert "summary" not in as_dora.get(f"runs/{computed.pk}/").json()


def test_results_are_those_of_visible_customers_and_stores(
    stranger, as_dora, as_alice, as_bob, as_fay, computed
):
    for path in ("results/customers/", "results/stores/"):
        refused(stranger.get(path), 401)
        assert as_fay.codes(path, "run") == []
    assert sorted(as_dora.codes("results/customers/", "customer_code")) == ["ALPHA", "BETA", "REST"]
    assert as_alice.codes("results/customers/", "customer_code") == ["ALPHA"]
    assert as_bob.codes("results/customers/", "customer_code") == ["BETA"]
    assert as_bob.codes("results/customers/", "customer_code", customer="ALPHA") == []
    assert as_alice.codes("results/stores/", "store_code") == ["A1"]
    assert as_bob.codes("results/stores/", "store_code") == []


def test_a_result_tells_money_in_currency_and_shares_as_fractions(as_alice, computed):
    row = as_alice.get("results/customers/").json()["results"][0]
    assert (row["net_sales"], row["own_sales"], row["potential"]) == ("1440", "1440", "120000")
    assert row["share"] == pytest.approx(0.012)
    assert (row["quadrant"], row["status"], row["flagged"]) == ("attack", "below_confirmed", True)
    assert row["cell"] == row["abc"] + row["xyz"]
    store = as_alice.get("results/stores/").json()["results"][0]
    assert (store["store_code"], store["customer_code"], store["category_code"]) == ("A1", "ALPHA", "TEQ")
    assert (store["total"], store["own"], store["potential"]) == ("12000", "144", "120000")


def test_a_run_opens_flags_for_what_was_surely_below_twice(as_dora, computed):
    flags = as_dora.get("flags/").json()["results"]
    assert [(row["store_code"], row["state"]) for row in flags] == [("A1", "flagged")]
    assert float(flags[0]["gap_amount"]) > 0


def test_results_are_filtered_and_unknown_words_refused(as_dora, computed):
    codes = as_dora.codes
    assert codes("results/customers/", "customer_code", quadrant="attack") == ["ALPHA"]
    assert codes("results/customers/", "customer_code", kam="bob@test.example") == ["BETA"]
    assert codes("results/customers/", "customer_code", territory="North", flagged="true") == ["ALPHA"]
    assert codes("results/stores/", "store_code", customer="ALPHA", category="TEQ") == ["A1"]
    assert codes("results/stores/", "store_code", flagged="true", potential_class="A") == ["A1"]
    first = codes("results/customers/", "customer_code", ordering="-potential")[0]
    assert first == "ALPHA"
    refused(as_dora.get("results/customers/", quadrant="attak"), 400)
    refused(as_dora.get("results/customers/", abc="D"), 400)
    refused(as_dora.get("results/stores/", cell="AX"), 400)
    refused(as_dora.get("results/stores/", flagged="perhaps"), 400)


def test_results_of_an_earlier_run_are_still_there(as_dora, computed, alpha):
    sell(alpha, MONTHS, [880] * 12)
    recompute_segmentation(as_of=AS_OF)
    now = as_dora.codes("results/customers/", "net_sales", customer="ALPHA")
    then = as_dora.codes("results/customers/", "net_sales", customer="ALPHA", run=computed.pk)
    assert (now, then) == (["12000"], ["1440"])
    for wrong in ("999999", "x", "9" * 30, "-1"):
        refused(as_dora.get("results/customers/", run=wrong), 404)


def test_half_a_run_is_not_there(as_dora, computed):
    half = SegmentationRun.objects.create(as_of=AS_OF, window_months=12, criteria=computed.criteria)
    assert as_dora.codes("runs/", "id") == [computed.pk]
    refused(as_dora.get(f"runs/{half.pk}/"), 404)
    refused(as_dora.get("results/stores/", run=half.pk), 404)


def test_before_the_first_run_there_are_no_results(as_dora):
    for path in ("results/customers/", "results/stores/"):
        refused(as_dora.get(path), 404)


def test_archived_customers_leave_the_results(as_dora, computed):
    assert as_dora.delete("customers/ALPHA/").status_code == 204
    assert "ALPHA" not in as_dora.codes("results/customers/", "customer_code")
    assert as_dora.codes("flags/", "store_code") == []
