"""Counts of visit days over the API."""

import datetime as dt
import uuid

import pytest

from ka_crm.lib import clock
from ka_crm.records.models import AuditRow
from tests.facts import visit
from tests.integration.api.conftest import everything, refused
from visits.models import Observation, StoreShare

BULK = "observations/bulk/"


def count(store="A1", **more):
    return {
        "store_code": store, "category_code": "TEQ", "date": "2022-10-31", "total_units": "14",
        "own_units": 3, "client_uuid": str(uuid.uuid4()), **more,
    }  # fmt: skip


def test_strangers_and_finance_count_nothing(stranger, as_fay, alpha_store, tequila):
    before = everything()
    refused(stranger.get("observations/"), 401)
    refused(stranger.post("observations/", count()), 401)
    refused(as_fay.post("observations/", count()), 403)
    refused(as_fay.post(BULK, {"lines": [count()]}), 403)
    assert everything() == before


def test_a_kam_counts_in_a_store_and_its_share_is_evaluated(as_alice, alice, alpha_store, tequila):
    answer = as_alice.post("observations/", count(date=clock.today().isoformat()))
    assert answer.status_code == 201, answer.content
    kept = Observation.objects.get()
    assert (kept.total_units, kept.own_units, kept.rep) == (140_000, 30_000, alice)
    told = answer.json()
    assert (told["total_units"], told["own_units"], told["rep_email"]) == ("14", "3", "alice@test.example")
    assert told["total_amount"] is None
    assert StoreShare.objects.filter(store=alpha_store).exists()
    assert as_alice.client.get(answer["Location"]).json() == told


def test_foreign_stores_do_not_exist(as_alice, as_bob, alpha_store, beta_store, tequila):
    before = everything()
    foreign = refused(as_alice.post("observations/", count("B1")), 400)["errors"]
    assert foreign == refused(as_alice.post("observations/", count("NOPE")), 400)["errors"]
    in_bulk = [count(), count("B1")]
    assert refused(as_alice.post(BULK, {"lines": in_bulk}), 400)["errors"][0]["line"] == 2
    assert everything() == before
    theirs = as_bob.post("observations/", count("B1")).json()["id"]
    refused(as_alice.get(f"observations/{theirs}/"), 404)
    assert as_alice.codes("observations/", "id") == []
    assert as_alice.codes("observations/", "id", store="B1") == []


def test_one_count_needs_a_key_and_many_are_told_apart_by_their_own_number(as_alice, alpha_store, tequila):
    one = count()
    refused(as_alice.post("observations/", one, key=None), 400)
    assert as_alice.post("observations/", one).status_code == 201
    again = as_alice.post("observations/", one)
    assert (again.status_code, Observation.objects.count()) == (200, 1)
    lines = [one, count(date="2022-10-30")]
    answer = as_alice.post(BULK, {"lines": lines}, key=None)
    assert (answer.status_code, answer.json()["created"], answer.json()["unchanged"]) == (201, 1, 1)
    again = as_alice.post(BULK, lines, key=None)
    assert (again.status_code, again.json()["created"]) == (200, 0)
    assert again.json()["observations"] == answer.json()["observations"]
    assert Observation.objects.count() == 2


def test_another_count_of_the_day_is_a_correction(as_alice, alpha_store, tequila):
    as_alice.post("observations/", count())
    as_alice.post("observations/", count(own_units=4))
    assert as_alice.codes("observations/", "own_units") == ["4"]
    assert as_alice.codes("observations/", "version") == [2]
    assert Observation.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"own_units": 15}, "own_units"),
        ({"own_units": -1}, "own_units"),
        ({"own_units": None}, "own_units"),
        ({"total_units": "inf"}, "total_units"),
        ({"total_units": "1e99"}, "total_units"),
        ({"total_units": True}, "total_units"),
        ({"total_amount": 10}, "own_amount"),
        ({"date": "2022-02-31"}, "date"),
        ({"date": (clock.today() + dt.timedelta(days=2)).isoformat()}, "date"),
        ({"date": "0025-01-01"}, "date"),
        ({"category_code": "RUM"}, "category_code"),
        ({"client_uuid": "x"}, "client_uuid"),
        ({"kind": "guess"}, "kind"),
        ({"rep_email": "bob@test.example"}, "rep_email"),
    ],
)
def test_bad_counts_are_refused_alone_and_among_others(as_alice, bob, alpha_store, tequila, change, field):
    before = everything()
    assert field in refused(as_alice.post("observations/", count(**change)), 400)["errors"]
    problem = refused(as_alice.post(BULK, {"lines": [count(), count(**change)]}), 400)
    assert [(item["line"], item["field"]) for item in problem["errors"]] == [(2, field)]
    assert everything() == before


@pytest.mark.parametrize("body", [None, [], {}, {"lines": []}, {"lines": [1]}, {"lines": {}}, "x"])
def test_bodies_of_the_wrong_shape_are_refused(as_alice, body):
    refused(as_alice.post(BULK, body), 400)


def test_an_unusual_number_is_asked_about(as_alice, alpha_store, tequila):
    days = [dt.date(2022, 10, day) for day in (3, 10, 17, 24)]
    visit(alpha_store, tequila, days, [(10, 2)] * 4)
    before = everything()
    problem = refused(as_alice.post("observations/", count(total_units=500)), 409)
    assert problem["usual_units"] == "10"
    refused(as_alice.post(BULK, {"lines": [count(total_units=500)]}), 409)
    assert everything() == before
    assert as_alice.post("observations/", count(total_units=500, is_certain=True)).status_code == 201


def test_supervisors_keep_counts_for_others(as_sue, alice, alpha_store, tequila):
    body = [count(rep_email="alice@test.example")]
    assert as_sue.post(BULK, body).status_code == 201
    assert as_sue.codes("observations/", "rep_email", rep="alice@test.example") == ["alice@test.example"]


def test_a_day_without_network_arrives_in_few_queries(
    as_alice, alpha_store, tequila, django_assert_max_num_queries
):
    lines = [count(date=f"2022-09-{day:02}") for day in range(1, 21)]
    with django_assert_max_num_queries(70):
        assert as_alice.post(BULK, {"lines": lines}).json()["created"] == 20


def test_counts_are_filtered_by_store_day_and_kind(as_dora, alpha_store, beta_store, tequila):
    as_dora.post(BULK, [count(), count("B1", date="2022-10-01"), count(kind="control")])
    assert as_dora.codes("observations/", "store_code", store="B1") == ["B1"]
    assert len(as_dora.codes("observations/", "id", date_from="2022-10-02")) == 2
    assert as_dora.codes("observations/", "kind", kind="control") == ["control"]
    refused(as_dora.get("observations/", kind="guess"), 400)
    refused(as_dora.get("observations/", client_uuid="x"), 400)


def test_many_counts_follow_the_rules_of_one(as_alice, alpha_store, tequila):
    as_alice.post("observations/", count())
    first, second = count(own_units=4), count(own_units=5)
    answer = as_alice.post(BULK, [first, second, first, count(date="2022-10-30")])
    assert (answer.status_code, answer.json()["created"], answer.json()["unchanged"]) == (201, 3, 1)
    assert sorted(as_alice.codes("observations/", "own_units")) == ["3", "5"]
    assert as_alice.codes("observations/", "version", date_from="2022-10-31") == [3]
    actions = AuditRow.objects.filter(record_type="visits.observation").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "count",
        "correct_count",
        "correct_count",
        "count",
    ]
    assert [row.before.get("own_units") for row in actions] == [None, 30_000, 40_000, None]
